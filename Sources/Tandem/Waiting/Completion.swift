internal import Synchronization
internal import TandemSystem

/// A value that arrives once; tasks and threads can wait for it.
package final class Completion<Value: Sendable>: Sendable {
  private let state = Mutex(Arrival<Value>())

  /// The value, if it has arrived.
  var value: Value? { state.withLock { $0.value } }
  /// Whether the value has arrived.
  var isCompleted: Bool { state.withLock { $0.isCompleted } }

  /// Brings the value; later calls change nothing.
  ///
  /// - Returns: whether this call brought it.
  @discardableResult
  func complete(_ value: Value) -> Bool {
    guard let waiters = state.withLock({ $0.complete(value) }) else { return false }
    waiters.resume(with: value)
    return true
  }

  /// Waits without blocking a thread.
  nonisolated(nonsending) func wait() async -> Value {
    // SAFETY: a continuation is in the state once, and the one `complete` that takes it out resumes it.
    await withUnsafeContinuation { continuation in
      if let value = state.withLock({ $0.wait(continuation) }) {
        continuation.resume(returning: value)
      }
    }
  }

  /// Blocks the calling thread.
  ///
  /// - Parameter timeout: how long at most; nil waits for ever.
  /// - Returns: the value, or nil when the time was over.
  func waitBlocking(timeout: Duration?) -> Value? {
    _ = state.withLock { $0.latch() }?.wait(timeout: timeout)
    return value
  }
}
