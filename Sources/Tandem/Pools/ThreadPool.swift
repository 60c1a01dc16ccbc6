internal import Synchronization
internal import TandemSystem

/// Worker threads behind a queue, for work that may block or that nothing needs to be kept safe from.
///
/// ```swift
/// try await ThreadPool.with(workers: 4) { pool in
///   let sizes = try await pool.map(paths) { try fileSize($0) }
/// }
/// ```
///
/// Threads share everything with the program: nothing is encoded, closures may capture what is
/// `Sendable`, and code that traps ends the whole program. A thread can't be stopped either: work that was
/// cancelled or took too long is *asked* to end (`WorkerContext.isCancelled`, `Task.isCancelled`), its
/// caller hears of the end at once, and what comes of it later is dropped. Where that is not enough, use
/// a `ProcessPool`.
///
/// Async work has the thread as its task executor: it runs there, with its child tasks, and the thread
/// does nothing else until it has ended. Work that awaits more work of the same pool is safe: while it
/// waits the pool may have a thread more. Blocking calls are refused there.
///
/// Threads are started when there is work. A program that ends does not wait for a pool.
public final class ThreadPool: WorkerPool {
  private let engine: ThreadEngine

  /// Makes a pool; its threads come when there is work.
  ///
  /// - Parameters:
  ///   - workers: how many there may be, at most 65,536; nil for one a CPU that this program may use, or
  ///     for `minimumWorkers` if that is more.
  ///   - name: its name, which its threads' names begin with; nil gives `Pool-1` and so on.
  ///   - options: everything else.
  /// - Throws: `invalidArgument`, which names the option, `cannotStart`.
  public init(
    workers: Int? = nil, name: String? = nil, options: ThreadPoolOptions = ThreadPoolOptions()
  ) throws(PoolError) {
    let name = name ?? "Pool-\(WorkerNumbers.nextPool())"
    try OptionCheck.name(name)
    let workers = workers ?? max(CPUs.read().effective, options.minimumWorkers)
    try OptionCheck.workerCount(workers)
    try options.check(workers: workers)
    engine = ThreadEngine(name: name, workers: workers, options: options)
    try engine.startMinimum()
  }

  deinit { engine.shutdown(.killNow) }

  /// Makes a pool, uses it, and ends it: when the closure returns, after all work; when it throws or the
  /// task is cancelled, at once.
  ///
  /// - Parameters:
  ///   - workers: how many there may be, at most 65,536; nil for one a CPU that this program may use, or
  ///     for `minimumWorkers` if that is more.
  ///   - name: its name.
  ///   - options: everything else.
  ///   - body: what is done with it.
  /// - Returns: what the closure returns.
  /// - Throws: what the closure throws, or why there is no pool.
  nonisolated(nonsending) public static func with<Result>(
    workers: Int? = nil, name: String? = nil, options: ThreadPoolOptions = ThreadPoolOptions(),
    _ body: nonisolated(nonsending) (ThreadPool) async throws -> Result
  ) async throws -> Result {
    try await ThreadPool(workers: workers, name: name, options: options).use(body)
  }

  /// The pool's name.
  public var name: String { engine.name }
  /// How many workers there may be at once.
  public var workerCount: Int { engine.state.withLock { $0.wanted } }
  /// What it has done so far.
  public var statistics: PoolStatistics { engine.statistics }
  /// Where the pool takes work in.
  @_spi(TandemEngines) public var intake: PoolIntake { PoolIntake(engine) }

  /// Changes how many workers there may be; those above end after what they have begun.
  ///
  /// - Parameter workers: how many, from 1 to 65,536; `minimumWorkers` above it counts as this number.
  /// - Throws: `invalidArgument`, `poolShutDown`.
  public func resize(to workers: Int) throws(PoolError) {
    try OptionCheck.workerCount(workers)
    try engine.resize(to: workers)
  }

  /// Ends the pool and waits until its threads have ended, but for those that are stuck.
  ///
  /// Cancelling the task that waits ends what is left at once, as `killNow` does. Called by the pool's own
  /// work, it doesn't wait: that would be for its own end.
  ///
  /// - Parameter mode: what becomes of work that was given before. `killNow` ends all work for its
  ///   callers at once, asks what runs to end, and waits for it as long as the options' `grace` says.
  public func shutdown(_ mode: PoolShutdown) async {
    await engine.shutdownAndWait(mode)
  }
}

extension ThreadEngine: PoolEngine {
  func checkMayAwait() {
    guard let own = ownWork, own.noteNestedCall() else { return }
    wake(own)
  }

  var isInOwnWork: Bool {
    guard let own = ownWork else { return false }
    return state.withLock { state in state.workers.contains { $0.work === own } }
  }

  func checkMayBlock() throws(PoolError) {
    guard isOwnThread else { return }
    throw PoolError(
      .wouldDeadlock,
      """
      work of the pool \(name) can't block for more work of the same pool: all its threads might wait, \
      and none work; make it async and use `await`, or use another pool
      """)
  }
}
