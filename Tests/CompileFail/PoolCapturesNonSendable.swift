import Tandem

final class Counter { var count = 0 }

func use(_ counter: Counter, in pool: ThreadPool) async throws {
  // error: capture of 'counter' with non-Sendable type 'Counter' in a '@Sendable' closure
  _ = try await pool.map([1, 2]) { $0 + counter.count }
}
