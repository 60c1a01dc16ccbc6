/// Everything about a process pool that has a default.
///
/// A pool checks its options when it is made, and throws `invalidArgument` for one that can't be.
public struct ProcessPoolOptions: Sendable {
  /// How workers are started.
  public var startMethod = StartMethod.forkServer
  /// How many workers are started at once and kept however idle, at most as many as there may be; the
  /// others come when there is work.
  public var minimumWorkers = 0
  /// How long a worker may have nothing to do before it is ended, more than 0; nil for ever.
  public var idleTimeout: Duration?
  /// How long starting a worker may fail, for want of descriptors, processes or memory or because the
  /// fork server doesn't answer, before work ends with `cannotStart` that no other worker can do.
  ///
  /// Until then a start is tried again and again. What the worker does first is not part of it: see
  /// `setupTimeout`.
  public var startTimeout = Duration.seconds(5)
  /// What every worker does first.
  public var setup: WorkerHook?
  /// How long `setup` may take, more than 0.
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
  /// it gets SIGKILL; 0 or more.
  public var grace = Duration.milliseconds(100)
  /// The largest result, in bytes, from 1 to 1 TiB.
  public var largestResult = 512 << 20
  /// How many containers of an input or output may enclose one another, from 1 to 1,000,000; a link of an
  /// indirect enum is two.
  ///
  /// The value must be one that a program can drop: Swift takes deep ones apart by recursion.
  public var nestingLimit = 20_000
  /// How much nicer workers are than the program, from -20 to 19; less than 0 needs a right (nice(2)).
  public var nice = 0
  /// Which CPUs they may run on.
  public var pinning = CPUPinning.none
  /// Environment variables that they have; nil removes one.
  ///
  /// A name has one character or more and no `=`, and neither name nor value has a NUL.
  public var environment: [String: String?] = [:]
  /// Where they work, a folder that is there; nil for where the program works when each is started.
  public var workingDirectory: String?
  /// How many threads libraries such as BLAS and OpenMP may start in each worker, from 1 to 65,536; nil
  /// leaves it to them.
  ///
  /// It sets `OMP_NUM_THREADS` and its like, unless the program's own environment does.
  public var innerThreads: Int?
  /// Limits of each worker; the program's own hard limits can't be exceeded.
  public var limits: [LimitedResource: UInt64] = [:]
  /// What becomes of their standard output.
  public var standardOutput = WorkerOutput.inherited
  /// What becomes of their standard error.
  public var standardError = WorkerOutput.inherited
  /// How long workers and blocked callers look for work before they sleep, from 0 to 1 s; nil for a short
  /// while if there are CPUs to spare, and not at all if not.
  ///
  /// Where caller and workers have one CPU together, nobody looks, whatever this says.
  public var spin: Duration?

  /// The defaults.
  public init() {}
}
