import Tandem

func use(_ handle: TaskHandle<Int>) async throws {
  // error: instance method 'wait' is unavailable from asynchronous contexts; it blocks the thread; use `await value`
  _ = try handle.wait(timeout: .seconds(1))
}
