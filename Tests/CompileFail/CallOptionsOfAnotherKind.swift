import Tandem

func use(_ pool: ProcessPool) async throws {
  // error: cannot convert value of type 'ProcessPoolOptions' to expected argument type 'CallOptions'
  _ = try await pool.map([1, 2], ProcessPoolOptions()) { $0 }
}
