/// One model on one schedule.
public struct ModelResult: Codable, Sendable, Equatable {
  /// The execution model.
  public var model: ExecutionModel
  /// The interpreter; null for Swift models.
  @ExplicitNull public var interpreter: InterpreterSummary?
  /// When workers were started and joined.
  public var schedule: Schedule
  /// Workers started in one run; 0 for serial models, which have none.
  public var workers: Int
  /// Why the model has no figures, a sentence; null when it ran.
  @ExplicitNull public var error: String?
  /// Whether it was not run any further, because it is clearly slower than the fastest.
  public var isClearlySlower: Bool
  /// Timed runs that ended well.
  public var n: Int
  /// Wall seconds of each timed run, in order of running: from before anything was prepared to the end of the last worker observed.
  public var wallSeconds: [Double]
  /// The block that each timed run belongs to; runs of one block are neighbours in time and are compared as a pair.
  public var blocks: [Int]
  /// Runs outside the outer fences, kept in every figure.
  public var outliers: [Outlier]
  /// The median of `wall_s`; null when nothing ran.
  @ExplicitNull public var medianSeconds: Double?
  /// A bootstrap interval of the median, from six runs up; null below.
  @ExplicitNull public var ci95Seconds: Interval?
  /// Workers in progress, a time average over the wall time: Σ (body left − body entered) / wall; median over runs.
  @ExplicitNull public var concurrency: Double?
  /// Workers on a CPU inside their bodies, and threads of the work itself, a time average over the wall time: (Σ on-CPU + those) / wall; median over runs.
  @ExplicitNull public var parallelism: Double?
  /// CPU seconds of the process tree (driver, server and workers, user and system); median over runs.
  @ExplicitNull public var cpuSeconds: Double?
  /// Seconds on a CPU inside the bodies, summed over workers; median over runs.
  @ExplicitNull public var onCPUSeconds: Double?
  /// CPU seconds of threads that the work itself started, beside the bodies'; median over runs; null where they can't be told.
  @ExplicitNull public var workThreadSeconds: Double?
  /// Seconds runnable but waiting for a CPU inside the bodies, summed over workers; median over runs.
  @ExplicitNull public var runnableSeconds: Double?
  /// Seconds blocked inside the bodies, summed over workers; median over runs.
  @ExplicitNull public var blockedSeconds: Double?
  /// Seconds to start the server that workers are forked from; median over runs; null where there is none.
  @ExplicitNull public var serverStartSeconds: Double?
  /// Seconds from the call of `start` to the body entered, a mean over the workers of a run; median over runs.
  @ExplicitNull public var startSecondsPerWorker: Double?
  /// Seconds from the body left to the end observed, a mean over the workers of a run; median over runs.
  @ExplicitNull public var endSecondsPerWorker: Double?
  /// Seconds of the worker that had most to do, without waiting for a CPU or a lock; median over runs.
  @ExplicitNull public var longestWorkerSeconds: Double?
  /// The same, a mean over the workers of a run; median over runs.
  @ExplicitNull public var meanWorkerSeconds: Double?
  /// The pool's own figures; null for models without one.
  @ExplicitNull public var pool: PoolSummary?
  /// What the pool was, if it was one of Python's; null for other models.
  @ExplicitNull public var pythonPool: PythonPoolSummary?
  /// Context switches of the process tree in one run; medians over runs.
  @ExplicitNull public var switches: ContextSwitches?
  /// Memory of the workers, from a separate run that isn't timed.
  public var memory: MemorySummary
  /// Where the wall time went: wall seconds a state, a mean over runs; they add up to the mean wall time of
  /// the runs that they are from.
  public var shares: [StateShare]
  /// Which runs `shares` are from: the watched ones, or the timed ones.
  public var sharesFrom: TimeSource
  /// What was seen in runs that were watched from outside; null when there were none.
  @ExplicitNull public var observedRuns: ObservedRuns?
  /// What could not be measured, and why.
  public var notMeasured: [String]

  /// Makes a result with no figures yet.
  public init(
    model: ExecutionModel, interpreter: InterpreterSummary?, schedule: Schedule, workers: Int,
    error: String? = nil, isClearlySlower: Bool = false, n: Int = 0, wallSeconds: [Double] = [],
    blocks: [Int] = [], outliers: [Outlier] = [], medianSeconds: Double? = nil,
    ci95Seconds: Interval? = nil,
    concurrency: Double? = nil, parallelism: Double? = nil, cpuSeconds: Double? = nil,
    onCPUSeconds: Double? = nil, workThreadSeconds: Double? = nil, runnableSeconds: Double? = nil,
    blockedSeconds: Double? = nil,
    serverStartSeconds: Double? = nil, startSecondsPerWorker: Double? = nil,
    endSecondsPerWorker: Double? = nil,
    longestWorkerSeconds: Double? = nil, meanWorkerSeconds: Double? = nil, pool: PoolSummary? = nil,
    pythonPool: PythonPoolSummary? = nil,
    switches: ContextSwitches? = nil, memory: MemorySummary = MemorySummary(),
    shares: [StateShare] = [], sharesFrom: TimeSource = .reported,
    observedRuns: ObservedRuns? = nil,
    notMeasured: [String] = []
  ) {
    self.model = model
    self.interpreter = interpreter
    self.schedule = schedule
    self.workers = workers
    self.error = error
    self.isClearlySlower = isClearlySlower
    self.n = n
    self.wallSeconds = wallSeconds
    self.blocks = blocks
    self.outliers = outliers
    self.medianSeconds = medianSeconds
    self.ci95Seconds = ci95Seconds
    self.concurrency = concurrency
    self.parallelism = parallelism
    self.cpuSeconds = cpuSeconds
    self.onCPUSeconds = onCPUSeconds
    self.workThreadSeconds = workThreadSeconds
    self.runnableSeconds = runnableSeconds
    self.blockedSeconds = blockedSeconds
    self.serverStartSeconds = serverStartSeconds
    self.startSecondsPerWorker = startSecondsPerWorker
    self.endSecondsPerWorker = endSecondsPerWorker
    self.longestWorkerSeconds = longestWorkerSeconds
    self.meanWorkerSeconds = meanWorkerSeconds
    self.pool = pool
    self.pythonPool = pythonPool
    self.switches = switches
    self.memory = memory
    self.shares = shares
    self.sharesFrom = sharesFrom
    self.observedRuns = observedRuns
    self.notMeasured = notMeasured
  }

  enum CodingKeys: String, CodingKey {
    case model, interpreter, schedule, workers, error
    case isClearlySlower = "clearly_slower"
    case n
    case wallSeconds = "wall_s"
    case blocks, outliers
    case medianSeconds = "median_s"
    case ci95Seconds = "ci95_s"
    case concurrency, parallelism
    case cpuSeconds = "cpu_s"
    case onCPUSeconds = "on_cpu_s"
    case workThreadSeconds = "work_threads_s"
    case runnableSeconds = "runnable_s"
    case blockedSeconds = "blocked_s"
    case serverStartSeconds = "server_start_s"
    case startSecondsPerWorker = "start_s_per_worker"
    case endSecondsPerWorker = "end_s_per_worker"
    case longestWorkerSeconds = "longest_worker_s"
    case meanWorkerSeconds = "mean_worker_s"
    case pool
    case pythonPool = "python_pool"
    case switches, memory, shares
    case sharesFrom = "shares_from"
    case observedRuns = "observed_runs"
    case notMeasured = "not_measured"
  }
}
