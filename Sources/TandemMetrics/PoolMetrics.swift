#if Metrics
  public import CoreMetrics
  internal import Synchronization
  public import Tandem

  /// Passes a pool's statistics on to swift-metrics.
  ///
  /// ```swift
  /// let metrics = PoolMetrics(pool)
  /// async let reporting: Void = metrics.run(every: .seconds(10))
  /// ```
  ///
  /// All names begin with `tandem_pool_` and carry the dimension `pool`, the pool's name:
  ///
  /// - gauges: `workers`, and items `waiting` and `running` (with workers);
  /// - counters of items: `completed`, `failed`, `timed_out`, `cancelled` and `retried`; of workers:
  ///   `worker_deaths`;
  /// - timers: `queue_time` and `run_time`, of an item. An update records at most 100 durations that stand
  ///   for all since the one before: quantiles are as in the pool's own histograms, to within an eighth,
  ///   but how many items there were is what the counters tell.
  ///
  /// The pool is not kept alive.
  public final class PoolMetrics: Sendable {
    private static let samples = 100

    private weak let pool: (any WorkerPool)?
    private let workers, waiting, running: Gauge
    private let completed, failed, timedOut, cancelled, retried, deaths: Counter
    private let queueTime, runTime: Timer
    /// What was passed on last.
    private let last: Mutex<PoolStatistics>

    /// Makes the metrics of a pool; what it has done before counts with the first update.
    ///
    /// - Parameters:
    ///   - pool: the pool.
    ///   - dimensions: dimensions in addition to the pool's name.
    ///   - factory: where the metrics are made; nil for the one that the program has bootstrapped.
    public init(
      _ pool: any WorkerPool, dimensions: [(String, String)] = [],
      factory: (any MetricsFactory)? = nil
    ) {
      let factory = factory ?? MetricsSystem.factory
      let dimensions = [("pool", pool.name)] + dimensions
      func gauge(_ name: String) -> Gauge {
        Gauge(label: "tandem_pool_" + name, dimensions: dimensions, factory: factory)
      }
      func counter(_ name: String) -> Counter {
        Counter(label: "tandem_pool_" + name, dimensions: dimensions, factory: factory)
      }
      func timer(_ name: String) -> Timer {
        Timer(label: "tandem_pool_" + name, dimensions: dimensions, factory: factory)
      }
      self.pool = pool
      workers = gauge("workers")
      waiting = gauge("waiting")
      running = gauge("running")
      completed = counter("completed")
      failed = counter("failed")
      timedOut = counter("timed_out")
      cancelled = counter("cancelled")
      retried = counter("retried")
      deaths = counter("worker_deaths")
      queueTime = timer("queue_time")
      runTime = timer("run_time")
      last = Mutex(PoolStatistics(name: pool.name, workerCount: pool.workerCount))
    }

    /// Passes on what the pool has done since the last update.
    ///
    /// - Returns: whether the pool is still there.
    @discardableResult
    public func update() -> Bool {
      guard let now = pool?.statistics else { return false }
      let before = last.withLock { last in
        defer { last = now }
        return last
      }
      workers.record(now.workers.count)
      waiting.record(now.waiting)
      running.record(now.withWorkers)
      completed.increment(by: max(0, now.completed - before.completed))
      failed.increment(by: max(0, now.failed - before.failed))
      timedOut.increment(by: max(0, now.timedOut - before.timedOut))
      cancelled.increment(by: max(0, now.cancelled - before.cancelled))
      retried.increment(by: max(0, now.retried - before.retried))
      deaths.increment(by: max(0, now.deaths - before.deaths))
      for nanoseconds in now.queueTimes.samples(since: before.queueTimes, atMost: Self.samples) {
        queueTime.recordNanoseconds(Int64(clamping: nanoseconds))
      }
      for nanoseconds in now.runTimes.samples(since: before.runTimes, atMost: Self.samples) {
        runTime.recordNanoseconds(Int64(clamping: nanoseconds))
      }
      return true
    }

    /// Updates again and again, until the task is cancelled or the pool is gone; then once more.
    ///
    /// - Parameter interval: the pause between two updates, more than 0.
    /// - Throws: `invalidArgument`, before the first update.
    public func run(every interval: Duration = .seconds(10)) async throws(PoolError) {
      try OptionCheck.time("interval", interval)
      while !Task.isCancelled, update() {
        do {
          try await Task.sleep(for: interval)
        } catch {
          break
        }
      }
      update()
    }
  }
#endif
