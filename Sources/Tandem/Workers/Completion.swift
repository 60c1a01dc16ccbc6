internal import Synchronization
internal import TandemSystem

/// A value that arrives once; tasks and threads can wait for it.
final class Completion<Value: Sendable>: Sendable {
  private enum State {
    /// It has not arrived; these tasks wait.
    case pending([CheckedContinuation<Value, Never>])
    /// It has arrived.
    case completed(Value)
  }

  private let state = Mutex(State.pending([]))
  private let arrived = Latch()

  /// The value, if it has arrived.
  var value: Value? {
    state.withLock {
      if case .completed(let value) = $0 { value } else { nil }
    }
  }

  /// Brings the value; later calls change nothing.
  ///
  /// - Returns: whether this call brought it.
  @discardableResult
  func complete(_ value: Value) -> Bool {
    let waiting: [CheckedContinuation<Value, Never>]? = state.withLock {
      guard case .pending(let waiting) = $0 else { return nil }
      $0 = .completed(value)
      return waiting
    }
    guard let waiting else { return false }
    arrived.open()
    for continuation in waiting { continuation.resume(returning: value) }
    return true
  }

  /// Waits without blocking a thread.
  func wait() async -> Value {
    await withCheckedContinuation { continuation in
      let value: Value? = state.withLock {
        switch $0 {
        case .completed(let value): return value
        case .pending(var waiting):
          waiting.append(continuation)
          $0 = .pending(waiting)
          return nil
        }
      }
      if let value { continuation.resume(returning: value) }
    }
  }

  /// Blocks the calling thread.
  ///
  /// - Parameter timeout: how long at most; nil waits for ever.
  /// - Returns: the value, or nil when the time was over.
  func waitBlocking(timeout: Duration?) -> Value? {
    if let value { return value }
    _ = arrived.wait(timeout: timeout)
    return value
  }
}
