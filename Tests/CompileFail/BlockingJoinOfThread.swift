import Tandem

func use(_ thread: WorkerThread<Int>) async throws {
  // error: instance method 'join' is unavailable from asynchronous contexts; it blocks the thread; use `await join()`
  _ = try thread.join(timeout: .seconds(1))
}
