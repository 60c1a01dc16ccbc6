internal import CTandemShims
internal import Glibc
internal import Synchronization
internal import TandemSystem

/// The main thread of a worker process, which Dispatch and the main actor expect to be served.
enum MainThread {
  private final class Answer<Value: Sendable>: Sendable {
    let value = Mutex<Result<Value, any Error>?>(nil)
  }

  /// Begins async work as the main actor would, and serves the main queue until it has ended.
  ///
  /// What never suspends and is isolated to nobody stays on the main thread, everything else goes where
  /// Swift lets it run. Not by a task executor: child tasks inherit that, and would all run on the main
  /// thread.
  ///
  /// - Parameter body: the work.
  /// - Returns: how it ended.
  static func run<Value: Sendable>(
    _ body: nonisolated(nonsending) @escaping @Sendable () async throws -> Value
  ) -> Result<Value, any Error> {
    let answer = Answer<Value>()
    let task = Task.immediate { @MainActor in
      let result: Result<Value, any Error>
      do {
        result = .success(try await body())
      } catch {
        result = .failure(error)
      }
      answer.value.withLock { $0 = result }
    }
    // Most work that can wait doesn't.
    if let result = answer.value.withLock({ $0 }) { return result }
    var isAsked = false
    while true {
      serveQueue()
      if let result = answer.value.withLock({ $0 }) { return result }
      if !isAsked, WorkerContext.isCancelled {
        isAsked = true
        task.cancel()
      }
    }
  }

  /// Waits for something to be sent to the main queue or for a wake-up, and runs what was sent.
  private static func serveQueue() {
    let descriptor = tandem_main_queue_descriptor()
    // Where nothing has used the queue yet, what runs elsewhere will: there is nothing to wait for but
    // time.
    let limit: UInt64 = descriptor < 0 ? 1_000_000 : 3_600_000_000_000
    guard tandem_wait_readable_or_wake(descriptor, limit) > 0 else { return }
    // The counter is ours to take back (eventfd(2)); left standing it would be readable for ever.
    var count: UInt64 = 0
    // SAFETY: eight bytes are read into `count`.
    _ = unsafe read(descriptor, &count, 8)
    tandem_main_queue_drain()
  }

  /// Runs what is sent to the main queue and the main actor, for ever.
  static func serveQueueForEver() -> Never {
    while true { serveQueue() }
  }
}
