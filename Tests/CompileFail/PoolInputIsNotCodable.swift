import Tandem

struct Handle: Sendable {}

func use(_ pool: ProcessPool) async throws {
  // error: requires that 'Handle' conform to 'Decodable'
  // error: requires that 'Handle' conform to 'Encodable'
  _ = try await pool.run(Handle()) { _ in 1 }
}
