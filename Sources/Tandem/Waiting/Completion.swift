internal import Synchronization
internal import TandemSystem

/// A value that arrives once; tasks and threads can wait for it.
package final class Completion<Value: Sendable>: Sendable {
  private enum State {
    /// It has not arrived, and nobody waits.
    case untouched
    /// It has not arrived; these tasks wait, and threads behind this latch.
    case pending([UnsafeContinuation<Value, Never>], Latch?)
    /// It has arrived.
    case completed(Value)
  }

  private let state = Mutex(State.untouched)

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
    let before = state.withLock { state in
      defer { if case .completed = state {} else { state = .completed(value) } }
      return state
    }
    switch before {
    case .completed: return false
    case .untouched: return true
    case .pending(let waiting, let latch):
      latch?.open()
      for continuation in waiting { continuation.resume(returning: value) }
      return true
    }
  }

  /// Waits without blocking a thread.
  nonisolated(nonsending) func wait() async -> Value {
    // SAFETY: a continuation is in the state once, and the one `complete` that takes it out resumes it.
    await withUnsafeContinuation { continuation in
      let value: Value? = state.withLock {
        switch $0 {
        case .completed(let value): return value
        case .untouched:
          $0 = .pending([continuation], nil)
          return nil
        case .pending(var waiting, let latch):
          waiting.append(continuation)
          $0 = .pending(waiting, latch)
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
    let latch: Latch? = state.withLock {
      switch $0 {
      case .completed: return nil
      case .untouched:
        let latch = Latch()
        $0 = .pending([], latch)
        return latch
      case .pending(let waiting, let known):
        let latch = known ?? Latch()
        $0 = .pending(waiting, latch)
        return latch
      }
    }
    _ = latch?.wait(timeout: timeout)
    return value
  }
}
