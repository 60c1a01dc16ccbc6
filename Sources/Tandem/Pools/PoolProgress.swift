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
          let event: PoolChanges.Event = now < idleDue ? .end : .idle
          await listener.wait(for: event, after: seen, nanoseconds: due - now)
        } else if hasLooked {
          await listener.wait(for: .change, after: seen, nanoseconds: nil)
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
