internal import Synchronization
internal import TandemSystem

/// What a pool tells those who listen for changes of its work; `WorkerPool.progress` is the way to listen.
package final class PoolChanges: Sendable {
  /// What somebody waits for.
  enum Event {
    /// Only the time, or the pool's end.
    case end
    /// A moment when the pool has nothing to do.
    case idle
    /// Any change.
    case change
  }

  private struct Waiter {
    let event: Event
    let continuation: UnsafeContinuation<Void, Never>
  }

  private struct State {
    /// Goes up with every change that was told while somebody listened.
    var version: UInt64 = 0
    /// The version at the last moment with nothing to do.
    var idleVersion: UInt64 = 0
    var isOver = false
    var waiters: [UInt64: Waiter] = [:]
    var nextWaiter: UInt64 = 0
    /// Who was let go before it had begun to wait.
    var released: Set<UInt64> = []

    func hasHappened(_ event: Event, after seen: UInt64) -> Bool {
      switch event {
      case .end: isOver
      case .idle: isOver || idleVersion > seen
      case .change: isOver || version > seen
      }
    }
  }

  private let listeners = Atomic(0)
  private let state = Mutex(State())

  package init() {}

  /// Notes that something changed, outside of the pool's lock and after the change.
  ///
  /// When nobody listens it is one load: one who begins to listen then looks at the pool under its lock,
  /// and so sees the change, or the pool sees the listener.
  ///
  /// - Parameter isIdle: whether the pool has nothing to do; only asked when somebody listens.
  package func note(isIdle: () -> Bool) {
    guard listeners.load(ordering: .relaxed) > 0 else { return }
    let isIdle = isIdle()
    wake { state in
      state.version += 1
      if isIdle { state.idleVersion = state.version }
    }
  }

  /// Notes that the pool has ended.
  package func end() { wake { $0.isOver = true } }

  private func wake(_ change: (inout State) -> Void) {
    let woken = state.withLock { state -> [Waiter] in
      change(&state)
      // No waiter has seen the new version yet, so the version that each saw last is irrelevant.
      let woken = state.waiters.filter {
        switch $0.value.event {
        case .end: state.isOver
        case .idle: state.isOver || state.idleVersion == state.version
        case .change: true
        }
      }
      for key in woken.keys { state.waiters[key] = nil }
      return Array(woken.values)
    }
    for waiter in woken { waiter.continuation.resume() }
  }

  /// Somebody who listens, until the last reference goes.
  final class Listener: Sendable {
    private let changes: PoolChanges

    init(_ changes: PoolChanges) {
      self.changes = changes
      changes.listeners.add(1, ordering: .relaxed)
    }

    deinit { changes.listeners.subtract(1, ordering: .relaxed) }

    /// How many changes there were, and whether the pool has ended.
    var state: (version: UInt64, isOver: Bool) {
      changes.state.withLock { ($0.version, $0.isOver) }
    }

    /// Waits, until the task is cancelled at the latest.
    ///
    /// - Parameters:
    ///   - event: for what.
    ///   - seen: the version after which it counts.
    ///   - nanoseconds: how long at most; nil for ever.
    nonisolated(nonsending) func wait(
      for event: Event, after seen: UInt64, nanoseconds: UInt64?
    ) async {
      let changes = changes
      let id = changes.state.withLock { state in
        defer { state.nextWaiter += 1 }
        return state.nextWaiter
      }
      let timer = nanoseconds.map { nanoseconds in
        Task {
          try? await Task.sleep(for: .nanoseconds(Int64(clamping: nanoseconds)))
          changes.release(id)
        }
      }
      await withTaskCancellationHandler {
        // SAFETY: the continuation is in the state once, and whoever takes it out resumes it.
        await withUnsafeContinuation { continuation in
          let mayGoOn = changes.state.withLock { state in
            if state.hasHappened(event, after: seen) || state.released.remove(id) != nil {
              return true
            }
            state.waiters[id] = Waiter(event: event, continuation: continuation)
            return false
          }
          if mayGoOn { continuation.resume() }
        }
      } onCancel: {
        changes.release(id)
      }
      timer?.cancel()
      await timer?.value
      changes.state.withLock { _ = $0.released.remove(id) }
    }
  }

  /// Lets one waiter go, also one that has not begun to wait.
  private func release(_ id: UInt64) {
    let waiter = state.withLock { state in
      guard let waiter = state.waiters.removeValue(forKey: id) else {
        state.released.insert(id)
        return nil as Waiter?
      }
      return waiter
    }
    waiter?.continuation.resume()
  }
}
