/// What becomes of a pool when one of its worker processes dies.
public enum WorkerDeathPolicy: Sendable, Hashable {
  /// The work that it was at fails, unless the call's own retries say otherwise; the worker is replaced.
  case failTask
  /// The work that it was at is done again, so many times more at most.
  case retry(Int)
  /// The pool breaks: all its work fails, and it takes no more.
  case breakPool
}

/// When a worker process that is well is replaced by a new one.
public struct RecyclePolicy: Sendable, Hashable {
  /// After so many items; nil for never.
  public var afterItems: Int?
  /// When it holds more resident memory than this after an item, in bytes; nil for never.
  public var aboveResidentBytes: Int?

  /// Makes a policy.
  ///
  /// - Parameters:
  ///   - afterItems: after so many items.
  ///   - aboveResidentBytes: when it holds more resident memory than this.
  public init(afterItems: Int? = nil, aboveResidentBytes: Int? = nil) {
    self.afterItems = afterItems
    self.aboveResidentBytes = aboveResidentBytes
  }
}

/// How often workers that have begun no work yet may die before the pool gives up.
///
/// A worker that dies at an item doesn't count: however many items end their workers, each costs only itself.
public struct RestartLimit: Sendable, Hashable {
  /// How many deaths.
  public var count: Int
  /// Within which time.
  public var within: Duration

  /// Makes a limit.
  ///
  /// - Parameters:
  ///   - count: how many deaths.
  ///   - within: within which time.
  public init(_ count: Int, within: Duration) {
    self.count = count
    self.within = within
  }
}

/// What becomes of what workers write to standard output or standard error.
public enum WorkerOutput: Sendable {
  /// It goes where the program's goes.
  case inherited
  /// It is thrown away; the last lines of standard error are kept for errors.
  case discarded
  /// A closure gets it line by line, with the worker's name; it is called by one thread and must not wait.
  case lines(@Sendable (_ worker: String, _ line: String) -> Void)
}

/// Which CPUs workers may run on.
public enum CPUPinning: Sendable, Hashable {
  /// Those that the program may run on.
  case none
  /// One each, in turn, of those that the program may run on.
  case oneEach
  /// These, all workers alike.
  case list([Int])
}

/// A resource whose use can be limited (setrlimit(2)).
public struct LimitedResource: Sendable, Hashable {
  let number: Int

  /// The address space, in bytes (`RLIMIT_AS`).
  public static let addressSpace = LimitedResource(number: 9)
  /// CPU time, in seconds (`RLIMIT_CPU`).
  public static let cpuSeconds = LimitedResource(number: 0)
  /// The size of files that it writes, in bytes (`RLIMIT_FSIZE`).
  public static let fileSize = LimitedResource(number: 1)
  /// Open descriptors (`RLIMIT_NOFILE`).
  public static let descriptors = LimitedResource(number: 7)
  /// The size of core files, in bytes (`RLIMIT_CORE`).
  public static let coreSize = LimitedResource(number: 4)
}

/// What a worker does once, when it begins or when it ends.
public struct WorkerHook: Sendable {
  let makeRecord: @Sendable () throws(PoolError) -> [UInt8]
  let runHere: @Sendable () async throws -> Void

  /// Makes a hook of a task.
  ///
  /// - Parameter task: the task; its output is dropped.
  public init<Task: WorkerTask>(_ task: Task) {
    makeRecord = { () throws(PoolError) in try TaskRecord(task).encoded() }
    runHere = { _ = try await task.run() }
  }

  /// Makes a hook of a closure.
  ///
  /// - Parameters:
  ///   - input: what the closure gets.
  ///   - fileID: the caller's file, for errors.
  ///   - line: the caller's line, for errors.
  ///   - body: a closure that captures nothing; what it returns is dropped.
  public init<Input: Codable & Sendable, Output: Codable & Sendable>(
    _ input: Input, fileID: StaticString = #fileID, line: UInt = #line,
    _ body: @escaping @Sendable (Input) throws -> Output
  ) {
    let box = ClosureCode.Box(body: body)
    makeRecord = { () throws(PoolError) in
      try TaskRecord(box, input: input, at: CallSite(fileID: fileID, line: line)).encoded()
    }
    runHere = { _ = try body(input) }
  }
}

/// Everything about a process pool that has a default.
public struct ProcessPoolOptions: Sendable {
  /// How workers are started.
  public var startMethod = StartMethod.forkServer
  /// How many workers are started at once and kept however idle; the others come when there is work.
  public var minimumWorkers = 0
  /// How long a worker may have nothing to do before it is ended; nil for ever.
  public var idleTimeout: Duration?
  /// How long starting a worker may fail, for want of descriptors, processes or memory or because the
  /// fork server doesn't answer, before work ends with `cannotStart` that no other worker can do.
  ///
  /// Until then a start is tried again and again. What the worker does first is not part of it: see
  /// `setupTimeout`.
  public var startTimeout = Duration.seconds(5)
  /// What every worker does first.
  public var setup: WorkerHook?
  /// How long `setup` may take.
  public var setupTimeout = Duration.seconds(60)
  /// What every worker does last, if it is not killed.
  public var teardown: WorkerHook?
  /// When workers are replaced.
  public var recycle = RecyclePolicy()
  /// What becomes of the pool when a worker dies.
  public var onWorkerDeath = WorkerDeathPolicy.failTask
  /// How often workers that have begun no work yet may die; nil for 32 and 8 for each worker, in 10 s.
  public var restartLimit: RestartLimit?
  /// How long work that was asked to end may take before its worker gets SIGTERM, and how long after that
  /// it gets SIGKILL.
  public var grace = Duration.milliseconds(100)
  /// The largest result, in bytes.
  public var largestResult = 512 << 20
  /// How much nicer workers are than the program (nice(2)).
  public var nice = 0
  /// Which CPUs they may run on.
  public var pinning = CPUPinning.none
  /// Environment variables that they have; nil removes one.
  public var environment: [String: String?] = [:]
  /// Where they work; nil for where the program works when each is started.
  public var workingDirectory: String?
  /// How many threads libraries such as BLAS and OpenMP may start in each worker; nil leaves it to them.
  ///
  /// It sets `OMP_NUM_THREADS` and its like, unless the program's own environment does.
  public var innerThreads: Int?
  /// Limits of each worker; the program's own hard limits can't be exceeded.
  public var limits: [LimitedResource: UInt64] = [:]
  /// What becomes of their standard output.
  public var standardOutput = WorkerOutput.inherited
  /// What becomes of their standard error.
  public var standardError = WorkerOutput.inherited
  /// How long workers and blocked callers look for work before they sleep; nil for a short while if
  /// there are CPUs to spare, and not at all if not.
  ///
  /// Where caller and workers have one CPU together, nobody looks, whatever this says.
  public var spin: Duration?

  /// The defaults.
  public init() {}
}
