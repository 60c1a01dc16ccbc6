import Tandem

func use(_ pool: ProcessPool) async throws {
  // error: cannot convert value of type 'Int' to expected argument type 'Duration'
  _ = try await pool.map([1, 2], .timeout(2)) { $0 }
}
