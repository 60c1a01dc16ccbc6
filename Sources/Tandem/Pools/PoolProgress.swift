internal import Synchronization
internal import TandemSystem

/// How far a pool is with its work.
public struct PoolProgress: Sendable, Hashable {
  /// How many items have ended with an output, since the pool was made.
  public var completed: Int
  /// How many items have ended with an error, those that took too long included.
  public var failed: Int
  /// How many items were begun and then given up.
  public var cancelled: Int
  /// How many items wait for a worker.
  public var waiting: Int
  /// How many items are with workers.
  public var withWorkers: Int

  /// Whether there is nothing left to do.
  var isIdle: Bool { waiting == 0 && withWorkers == 0 }

  init(_ statistics: PoolStatistics) {
    completed = statistics.completed
    failed = statistics.failed + statistics.timedOut
    cancelled = statistics.cancelled
    waiting = statistics.waiting
    withWorkers = statistics.withWorkers
  }
}

extension WorkerPool {
  /// How far the pool is with its work, told again and again while that changes.
  ///
  /// ```swift
  /// let watcher = Task {
  ///   for await progress in pool.progress { print("\(progress.completed) of \(count)") }
  /// }
  /// let outputs = try await pool.map(inputs) { … }
  /// watcher.cancel()
  /// ```
  ///
  /// It begins with how things are, goes on at most every 100 ms while something changes, and once more at
  /// the end of a burst of work; bursts that follow one another faster than that are reported together. It
  /// ends with the pool, or with the task that listens. Each iteration listens for itself; while nobody
  /// does, a pool does nothing for it.
  public var progress: PoolProgressSequence {
    PoolProgressSequence(changes: intake.engine.changes) { [weak self] in
      (self?.statistics).map { PoolProgress($0) }
    }
  }
}

/// What `WorkerPool.progress` gives.
public struct PoolProgressSequence: AsyncSequence, Sendable {
  /// What is given: how far the pool is.
  public typealias Element = PoolProgress
  /// Nothing is thrown.
  public typealias Failure = Never

  let changes: PoolChanges
  let look: @Sendable () -> PoolProgress?

  /// Takes one after the other.
  public struct AsyncIterator: AsyncIteratorProtocol {
    /// Nothing is thrown.
    public typealias Failure = Never

    fileprivate let listener: PoolChanges.Listener
    fileprivate let look: @Sendable () -> PoolProgress?
    private var last: PoolProgress?
    private var hasLooked = false
    private var seen: UInt64 = 0
    /// Not before then is the next one given, in nanoseconds of CLOCK_MONOTONIC.
    private var due: UInt64 = 0
    /// Not before then is the end of a burst told at once.
    private var idleDue: UInt64 = 0

    private static let interval: UInt64 = 100_000_000

    fileprivate init(
      _ listener: PoolChanges.Listener, _ look: @escaping @Sendable () -> PoolProgress?
    ) {
      self.listener = listener
      self.look = look
    }

    /// The next one, when there is something new.
    ///
    /// - Returns: nil when the pool has ended, or the task was cancelled.
    public mutating func next() async -> PoolProgress? {
      await next(isolation: #isolation)
    }

    /// The next one, when there is something new.
    ///
    /// - Parameter actor: where the caller is.
    /// - Returns: as `next()`.
    public mutating func next(isolation actor: isolated (any Actor)?) async -> PoolProgress? {
      while !Task.isCancelled {
        let now = MonotonicClock.now()
        if now < due {
          let wish: PoolChanges.Wish = now < idleDue ? .nothing : .idleness
          await listener.wait(for: wish, after: seen, nanoseconds: due - now)
        } else if hasLooked {
          await listener.wait(for: .anything, after: seen, nanoseconds: nil)
        }
        let (version, isOver) = listener.state
        seen = version
        hasLooked = true
        if let progress = look(), progress != last, !Task.isCancelled {
          let now = MonotonicClock.now()
          due = now &+ Self.interval
          if progress.isIdle { idleDue = due }
          last = progress
          return progress
        }
        // The last of a pool that has ended was given before.
        if isOver { return nil }
      }
      return nil
    }
  }

  /// Begins to listen.
  ///
  /// - Returns: an iterator of its own.
  public func makeAsyncIterator() -> AsyncIterator {
    AsyncIterator(PoolChanges.Listener(changes), look)
  }
}

/// What a pool tells those who listen for changes of its work; `WorkerPool.progress` is the way to listen.
package final class PoolChanges: Sendable {
  /// What somebody waits for.
  enum Wish {
    /// Only the time, or the pool's end.
    case nothing
    /// A moment when the pool has nothing to do.
    case idleness
    /// Any change.
    case anything
  }

  private struct Waiter {
    let wish: Wish
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

    func holds(_ wish: Wish, after seen: UInt64) -> Bool {
      switch wish {
      case .nothing: isOver
      case .idleness: isOver || idleVersion > seen
      case .anything: isOver || version > seen
      }
    }
  }

  private let listeners = Atomic(0)
  private let state = Mutex(State())

  package init() {}

  /// Notes that something changed, outside of the pool's lock and after the change.
  ///
  /// When nobody listens it is one load: whoever begins to listen then looks at the pool under its lock,
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
        switch $0.value.wish {
        case .nothing: state.isOver
        case .idleness: state.isOver || state.idleVersion == state.version
        case .anything: true
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
    ///   - wish: for what.
    ///   - seen: the version after which it counts.
    ///   - nanoseconds: how long at most; nil for ever.
    nonisolated(nonsending) func wait(
      for wish: Wish, after seen: UInt64, nanoseconds: UInt64?
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
            if state.holds(wish, after: seen) || state.released.remove(id) != nil { return true }
            state.waiters[id] = Waiter(wish: wish, continuation: continuation)
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
