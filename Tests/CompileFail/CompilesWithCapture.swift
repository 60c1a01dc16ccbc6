import Tandem

// A process can't have what a closure captures. The compiler can't know where the closure goes, so it is
// the pool that refuses it (`RunTimeRefusalTests`).
func use(_ pool: ProcessPool, factor: Int) async throws {
  _ = try await pool.map([1, 2]) { $0 * factor }
}
