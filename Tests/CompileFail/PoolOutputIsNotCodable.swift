import Tandem

struct Handle: Sendable {}

func use(_ pool: ProcessPool) async throws {
  // error: requires that 'Handle' conform to 'Decodable'
  // error: requires that 'Handle' conform to 'Encodable'
  _ = try await pool.map([1, 2]) { _ in Handle() }
}
