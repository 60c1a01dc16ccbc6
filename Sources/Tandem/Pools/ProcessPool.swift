internal import Synchronization
internal import TandemSystem

/// Worker processes behind a queue: code that traps, is killed, leaks or hangs loses one piece of work
/// there, not the program.
///
/// ```swift
/// try await ProcessPool.with(workers: 4) { pool in
///   let squares = try await pool.map(0..<1_000) { $0 * $0 }
/// }
/// ```
///
/// Workers are started when there is work for them, and are this same program, whose `main` does not run
/// again. A program that ends does not wait for a pool: its workers end with it. A pool ends when it is
/// shut down, or with its last reference; then what runs is killed.
public final class ProcessPool: WorkerPool {
  private let engine: ProcessEngine

  /// Makes a pool; its workers come when there is work.
  ///
  /// - Parameters:
  ///   - workers: how many there may be, at most 65,536; nil for one a CPU that this program may use, or
  ///     for `minimumWorkers` if that is more.
  ///   - name: its name, which its workers' names begin with; nil gives `Pool-1` and so on.
  ///   - options: everything else.
  /// - Throws: `invalidArgument`, which names the option, `refusedClosure` for a hook, `noEntryHook`,
  ///   `tooDeep`, `cannotStart`.
  public init(
    workers: Int? = nil, name: String? = nil, options: ProcessPoolOptions = ProcessPoolOptions()
  ) throws(PoolError) {
    let name = name ?? "Pool-\(WorkerNumbers.nextPool())"
    try OptionCheck.name(name)
    let workers = workers ?? max(CPUs.read().effective, options.minimumWorkers)
    try OptionCheck.workerCount(workers)
    try options.check(workers: workers)
    engine = try ProcessEngine(name: name, workers: workers, options: options)
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
    workers: Int? = nil, name: String? = nil, options: ProcessPoolOptions = ProcessPoolOptions(),
    _ body: nonisolated(nonsending) (ProcessPool) async throws -> Result
  ) async throws -> Result {
    try await ProcessPool(workers: workers, name: name, options: options).use(body)
  }

  /// The pool's name.
  public var name: String { engine.name }
  /// How many workers there may be at once.
  public var workerCount: Int { engine.state.withLock { $0.wanted } }
  /// What it has done so far.
  public var statistics: PoolStatistics { engine.statistics }
  /// Where the pool takes work in.
  @_spi(TandemEngines) public var intake: PoolIntake { PoolIntake(engine) }

  /// The pool's own thread as an executor: a task that prefers it waits for results there, and goes on
  /// without another thread's being woken, which is most of what a short call costs.
  ///
  /// ```swift
  /// await withTaskExecutorPreference(pool.executor) { … }
  /// ```
  ///
  /// What runs there must not block: no result of the pool is delivered meanwhile.
  public var executor: any TaskExecutor { engine.executor }

  /// Changes how many workers there may be; those above end after what they have begun.
  ///
  /// - Parameter workers: how many, from 1 to 65,536; `minimumWorkers` above it counts as this number.
  /// - Throws: `invalidArgument`, `poolShutDown`.
  public func resize(to workers: Int) throws(PoolError) {
    try OptionCheck.workerCount(workers)
    try engine.resize(to: workers)
  }

  /// Ends the pool and waits until no process of it is left.
  ///
  /// Cancelling the task that waits ends what is left at once, as `killNow` does.
  ///
  /// - Parameter mode: what becomes of work that was given before.
  public func shutdown(_ mode: PoolShutdown) async {
    await engine.shutdownAndWait(mode)
  }
}

extension ProcessEngine: PoolEngine {
  var nestingLimit: Int { options.nestingLimit }

  func checkMayBlock() throws(PoolError) {
    guard executor.isThread else { return }
    throw PoolError(
      .wouldDeadlock,
      "code on the executor of \(name) blocks it, which delivers the result: use `await run`")
  }
}
