/// What a pool has done since it was made: a snapshot.
public struct PoolStatistics: Sendable {
  /// The pool's name.
  public var name: String
  /// How many workers it may have.
  public var workerCount: Int
  /// The workers that it has now.
  public var workers: [WorkerStatistics] = []
  /// How many workers were started.
  public var started = 0
  /// How many workers died without being told to.
  public var deaths = 0
  /// How many items ended with an output.
  public var completed = 0
  /// How many items ended with an error other than the following two.
  public var failed = 0
  /// How many items took longer than their timeout.
  public var timedOut = 0
  /// How many items were begun and then given up.
  public var cancelled = 0
  /// How many items were begun once more.
  public var retried = 0
  /// How many items wait.
  public var waiting = 0
  /// How many items are with workers.
  public var withWorkers = 0
  /// How many threads are still at work that was given up, and are no workers meanwhile (see
  /// `ThreadPoolOptions.spareThreads`); 0 for processes, which are made to end.
  public var stuckWorkers = 0
  /// How long items waited for a worker to begin with them.
  public var queueTimes = DurationHistogram()
  /// How long items ran.
  public var runTimes = DurationHistogram()
  /// What workers that have ended did.
  public var ended = WorkerTotals()

  /// The statistics of a pool that has done nothing.
  package init(name: String, workerCount: Int) {
    self.name = name
    self.workerCount = workerCount
  }

  /// What all workers did together.
  public var totals: WorkerTotals { workers.reduce(ended) { $0 + $1.totals } }
}

/// What one worker of a pool has done.
public struct WorkerStatistics: Sendable, Identifiable {
  /// A number that no other worker of the pool has had.
  public var id: Int
  /// Its name.
  public var name: String
  /// The process's number, or the thread's (gettid(2)); nil before it runs.
  public var systemIdentifier: Int32?
  /// How long it took to be started and set up, in nanoseconds; nil before it is.
  public var startUp: UInt64?
  /// When it was ready, in nanoseconds of `CLOCK_MONOTONIC`; nil before it is.
  public var readySince: UInt64?
  /// What it did.
  public var totals = WorkerTotals()
  /// How many items are with it now.
  public var withWorker = 0
}

/// Sums over a worker's life.
public struct WorkerTotals: Sendable, Hashable {
  /// How many items it was done with.
  public var items = 0
  /// How long its work ran, in nanoseconds.
  public var running: UInt64 = 0
  /// How long it encoded and decoded, in nanoseconds.
  public var coding: UInt64 = 0
  /// How many bytes of input it was sent.
  public var bytesIn: UInt64 = 0
  /// How many bytes of output it sent.
  public var bytesOut: UInt64 = 0

  /// The sums of two.
  ///
  /// - Parameters:
  ///   - left: one.
  ///   - right: the other.
  /// - Returns: both together.
  public static func + (left: Self, right: Self) -> Self {
    WorkerTotals(
      items: left.items + right.items, running: left.running &+ right.running,
      coding: left.coding &+ right.coding, bytesIn: left.bytesIn &+ right.bytesIn,
      bytesOut: left.bytesOut &+ right.bytesOut)
  }
}
