internal import TandemSystem

/// A value that arrives once, and those who wait for it: what a lock guards.
struct Arrival<Value: Sendable> {
  private enum State {
    /// It has not arrived, and nobody waits.
    case untouched
    /// It has not arrived; these tasks wait, and threads behind this latch.
    case pending([UnsafeContinuation<Value, Never>], Latch?)
    /// It has arrived.
    case completed(Value)
  }

  /// Those who waited when it arrived.
  struct Waiters {
    fileprivate var tasks: [UnsafeContinuation<Value, Never>] = []
    fileprivate var threads: Latch?

    /// Lets them go on; not under the lock.
    func resume(with value: Value) {
      threads?.open()
      for continuation in tasks { continuation.resume(returning: value) }
    }
  }

  private var state = State.untouched

  /// The value, if it has arrived.
  var value: Value? { if case .completed(let value) = state { value } else { nil } }
  /// Whether the value has arrived.
  var isCompleted: Bool { if case .completed = state { true } else { false } }

  /// The value arrives; later ones change nothing.
  ///
  /// - Returns: who is to be resumed; nil if it had arrived before.
  mutating func complete(_ value: Value) -> Waiters? {
    defer { if case .completed = state {} else { state = .completed(value) } }
    switch state {
    case .completed: return nil
    case .untouched: return Waiters()
    case .pending(let tasks, let threads): return Waiters(tasks: tasks, threads: threads)
    }
  }

  /// A task waits.
  ///
  /// - Returns: the value, if it has arrived; then the task does not wait.
  mutating func wait(_ continuation: UnsafeContinuation<Value, Never>) -> Value? {
    switch state {
    case .completed(let value): return value
    case .untouched: state = .pending([continuation], nil)
    case .pending(let tasks, let threads): state = .pending(tasks + [continuation], threads)
    }
    return nil
  }

  /// A thread waits.
  ///
  /// - Returns: what it waits at; nil if the value has arrived.
  mutating func latch() -> Latch? {
    switch state {
    case .completed: return nil
    case .untouched:
      let latch = Latch()
      state = .pending([], latch)
      return latch
    case .pending(let tasks, let threads):
      let latch = threads ?? Latch()
      state = .pending(tasks, latch)
      return latch
    }
  }
}
