import Tandem

func use(_ process: WorkerProcess<Int>) async throws {
  // error: instance method 'join' is unavailable from asynchronous contexts; it blocks the thread; use `await join()`
  _ = try process.join(timeout: nil)
}
