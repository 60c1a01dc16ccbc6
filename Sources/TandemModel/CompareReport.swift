/// What `tandem compare` found: the versioned schema `tandem.compare/1`.
///
/// Seconds are seconds of wall time unless a name says otherwise. "Median" is the median over the
/// timed runs of one model on one schedule.
public struct CompareReport: Codable, Sendable, Equatable {
  /// The schema's name and version.
  public static let schemaName = "tandem.compare/1"

  /// Always `tandem.compare/1`.
  public var schema: String
  /// The version of Tandem that wrote the report.
  public var tandemVersion: String
  /// The machine that it ran on.
  public var machine: MachineSummary
  /// What was run.
  public var work: WorkSummary
  /// The seed of the order of runs and of the bootstrap.
  public var seed: UInt64
  /// One entry a model, schedule and interpreter.
  public var runs: [ModelResult]
  /// The pairs worth telling apart.
  public var differences: [Difference]
  /// What the rules found.
  public var findings: [Finding]
  /// What to use.
  public var verdict: Verdict
  /// What was not run or not measured, and why.
  public var leftOut: [LeftOut]

  /// Makes a report.
  public init(
    tandemVersion: String, machine: MachineSummary, work: WorkSummary, seed: UInt64,
    runs: [ModelResult], differences: [Difference], findings: [Finding], verdict: Verdict,
    leftOut: [LeftOut]
  ) {
    self.schema = Self.schemaName
    self.tandemVersion = tandemVersion
    self.machine = machine
    self.work = work
    self.seed = seed
    self.runs = runs
    self.differences = differences
    self.findings = findings
    self.verdict = verdict
    self.leftOut = leftOut
  }

  enum CodingKeys: String, CodingKey {
    case schema
    case tandemVersion = "tandem_version"
    case machine, work, seed, runs, differences, findings, verdict
    case leftOut = "left_out"
  }
}

/// The machine, as far as it bounds parallelism.
public struct MachineSummary: Codable, Sendable, Equatable {
  /// CPUs online.
  public var cpusOnline: Int
  /// CPUs that this process may run on (sched_getaffinity(2)).
  public var cpusAllowed: Int
  /// The smallest CPU quota of the process's cgroup and its ancestors, in CPUs; null when there is none.
  @ExplicitNull public var cpuQuota: Double?
  /// The smallest of the three, a fractional quota rounded up: how many workers can run at once.
  public var effectiveCPUs: Int
  /// The kernel's release (uname(2)).
  public var kernel: String

  /// Makes a summary.
  public init(
    cpusOnline: Int, cpusAllowed: Int, cpuQuota: Double?, effectiveCPUs: Int, kernel: String
  ) {
    self.cpusOnline = cpusOnline
    self.cpusAllowed = cpusAllowed
    self.cpuQuota = cpuQuota
    self.effectiveCPUs = effectiveCPUs
    self.kernel = kernel
  }

  enum CodingKeys: String, CodingKey {
    case cpusOnline = "cpus_online"
    case cpusAllowed = "cpus_allowed"
    case cpuQuota = "cpu_quota"
    case effectiveCPUs = "effective_cpus"
    case kernel
  }
}

/// What was run.
public struct WorkSummary: Codable, Sendable, Equatable {
  /// What kind of work it is.
  public enum Kind: String, Codable, Sendable {
    /// The lesson's loop of squares.
    case lesson
    /// Arithmetic only.
    case cpu
    /// Waiting for a pipe only.
    case io
    /// Half arithmetic, half waiting.
    case mixed
    /// A Python function of the user's.
    case pythonFunction = "python-function"
    /// A Swift task of the user's.
    case swiftTask = "swift-task"
  }

  /// A name for people, such as `lesson` or `work.py:crunch`.
  public var name: String
  /// What kind of work it is.
  public var kind: Kind
  /// Items of work: the total number of calls, the same under every model.
  public var items: Int
  /// Iterations of the loop in one item; null where there is no loop.
  @ExplicitNull public var iterations: Int?
  /// The time that one item is meant to take, in seconds; null where it isn't set.
  @ExplicitNull public var workTimeS: Double?

  /// Makes a summary.
  public init(name: String, kind: Kind, items: Int, iterations: Int?, workTimeS: Double?) {
    self.name = name
    self.kind = kind
    self.items = items
    self.iterations = iterations
    self.workTimeS = workTimeS
  }

  enum CodingKeys: String, CodingKey {
    case name, kind, items, iterations
    case workTimeS = "work_time_s"
  }
}

/// A Python interpreter, as it describes itself after the user's module is imported.
public struct InterpreterSummary: Codable, Sendable, Equatable, Hashable {
  /// The path that it was started by.
  public var path: String
  /// Its version, such as `3.13.0`.
  public var version: String
  /// Its name, such as `CPython` or `PyPy`.
  public var implementation: String
  /// Whether its global lock is on at run time; null when the interpreter can't tell.
  @ExplicitNull public var gilEnabled: Bool?

  /// Makes a summary.
  public init(path: String, version: String, implementation: String, gilEnabled: Bool?) {
    self.path = path
    self.version = version
    self.implementation = implementation
    self.gilEnabled = gilEnabled
  }

  enum CodingKeys: String, CodingKey {
    case path, version, implementation
    case gilEnabled = "gil_enabled"
  }
}

/// An interval of 95 %, written as `[low, high]`.
public struct Interval: Codable, Sendable, Equatable {
  /// The lower end.
  public var low: Double
  /// The upper end.
  public var high: Double

  /// Makes an interval.
  public init(low: Double, high: Double) {
    self.low = low
    self.high = high
  }

  /// Reads a list of two numbers.
  public init(from decoder: any Decoder) throws {
    var container = try decoder.unkeyedContainer()
    self.low = try container.decode(Double.self)
    self.high = try container.decode(Double.self)
  }

  /// Writes a list of two numbers.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.unkeyedContainer()
    try container.encode(low)
    try container.encode(high)
  }
}

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
  /// Timed runs that ended well.
  public var n: Int
  /// Wall seconds of each timed run, in order of running: from before anything was prepared to the end of the last worker observed.
  public var wallS: [Double]
  /// The block that each timed run belongs to; runs of one block are neighbours in time and are compared as a pair.
  public var blocks: [Int]
  /// Runs outside the outer fences, kept in every figure.
  public var outliers: [Outlier]
  /// The median of `wall_s`; null when nothing ran.
  @ExplicitNull public var medianS: Double?
  /// A bootstrap interval of the median, from six runs up; null below.
  @ExplicitNull public var ci95S: Interval?
  /// Workers in progress, a time average over the wall time: Σ (body left − body entered) / wall; median over runs.
  @ExplicitNull public var concurrency: Double?
  /// Workers on a CPU inside their bodies, a time average over the wall time: Σ on-CPU / wall; median over runs.
  @ExplicitNull public var parallelism: Double?
  /// CPU seconds of the process tree (driver, server and workers, user and system); median over runs.
  @ExplicitNull public var cpuS: Double?
  /// Seconds on a CPU inside the bodies, summed over workers; median over runs.
  @ExplicitNull public var onCPUS: Double?
  /// Seconds runnable but waiting for a CPU inside the bodies, summed over workers; median over runs.
  @ExplicitNull public var runnableS: Double?
  /// Seconds blocked inside the bodies, summed over workers; median over runs.
  @ExplicitNull public var blockedS: Double?
  /// Seconds to start the server that workers are forked from; median over runs; null where there is none.
  @ExplicitNull public var serverStartS: Double?
  /// Seconds from the call of `start` to the body entered, a mean over the workers of a run; median over runs.
  @ExplicitNull public var startSPerWorker: Double?
  /// Seconds from the body left to the end observed, a mean over the workers of a run; median over runs.
  @ExplicitNull public var endSPerWorker: Double?
  /// Context switches of the process tree in one run; medians over runs.
  @ExplicitNull public var switches: ContextSwitches?
  /// Memory of the workers, from a separate run that isn't timed.
  public var memory: MemorySummary
  /// Where the wall time went: the mean seconds over runs a cause; they add up to the mean wall time.
  public var shares: [CauseShare]
  /// What could not be measured, and why.
  public var notMeasured: [String]

  /// Makes a result with no figures yet.
  public init(
    model: ExecutionModel, interpreter: InterpreterSummary?, schedule: Schedule, workers: Int,
    error: String? = nil, n: Int = 0, wallS: [Double] = [], blocks: [Int] = [],
    outliers: [Outlier] = [], medianS: Double? = nil, ci95S: Interval? = nil,
    concurrency: Double? = nil, parallelism: Double? = nil, cpuS: Double? = nil,
    onCPUS: Double? = nil, runnableS: Double? = nil, blockedS: Double? = nil,
    serverStartS: Double? = nil, startSPerWorker: Double? = nil, endSPerWorker: Double? = nil,
    switches: ContextSwitches? = nil, memory: MemorySummary = MemorySummary(),
    shares: [CauseShare] = [], notMeasured: [String] = []
  ) {
    self.model = model
    self.interpreter = interpreter
    self.schedule = schedule
    self.workers = workers
    self.error = error
    self.n = n
    self.wallS = wallS
    self.blocks = blocks
    self.outliers = outliers
    self.medianS = medianS
    self.ci95S = ci95S
    self.concurrency = concurrency
    self.parallelism = parallelism
    self.cpuS = cpuS
    self.onCPUS = onCPUS
    self.runnableS = runnableS
    self.blockedS = blockedS
    self.serverStartS = serverStartS
    self.startSPerWorker = startSPerWorker
    self.endSPerWorker = endSPerWorker
    self.switches = switches
    self.memory = memory
    self.shares = shares
    self.notMeasured = notMeasured
  }

  enum CodingKeys: String, CodingKey {
    case model, interpreter, schedule, workers, error, n
    case wallS = "wall_s"
    case blocks, outliers
    case medianS = "median_s"
    case ci95S = "ci95_s"
    case concurrency, parallelism
    case cpuS = "cpu_s"
    case onCPUS = "on_cpu_s"
    case runnableS = "runnable_s"
    case blockedS = "blocked_s"
    case serverStartS = "server_start_s"
    case startSPerWorker = "start_s_per_worker"
    case endSPerWorker = "end_s_per_worker"
    case switches, memory, shares
    case notMeasured = "not_measured"
  }
}

/// A run outside Tukey's outer fences (3 interquartile ranges beyond the quartiles).
public struct Outlier: Codable, Sendable, Equatable {
  /// The run's index in `wall_s`.
  public var run: Int
  /// What went with it, such as more involuntary switches than usual; `unknown` when nothing did.
  public var cause: String

  /// Makes an outlier.
  public init(run: Int, cause: String) {
    self.run = run
    self.cause = cause
  }
}

/// The memory that a worker adds.
public struct MemorySummary: Codable, Sendable, Equatable {
  /// Proportional set size of one worker process, KiB, a mean over workers; null for threads.
  @ExplicitNull public var pssKiBPerWorker: Double?
  /// Memory private to one worker process, KiB, a mean over workers: what ending it frees; null for threads.
  @ExplicitNull public var ussKiBPerWorker: Double?
  /// Resident part of one worker thread's stack, KiB, a mean over workers; null for processes.
  @ExplicitNull public var stackKiBPerWorker: Double?
  /// How it was read.
  public var how: String
  /// When it was read.
  public var when: String

  /// Makes a summary.
  public init(
    pssKiBPerWorker: Double? = nil, ussKiBPerWorker: Double? = nil,
    stackKiBPerWorker: Double? = nil, how: String = "not measured", when: String = "not measured"
  ) {
    self.pssKiBPerWorker = pssKiBPerWorker
    self.ussKiBPerWorker = ussKiBPerWorker
    self.stackKiBPerWorker = stackKiBPerWorker
    self.how = how
    self.when = when
  }

  enum CodingKeys: String, CodingKey {
    case pssKiBPerWorker = "pss_kib_per_worker"
    case ussKiBPerWorker = "uss_kib_per_worker"
    case stackKiBPerWorker = "stack_kib_per_worker"
    case how, when
  }
}

/// The difference between two models on one schedule.
public struct Difference: Codable, Sendable, Equatable {
  /// Which model of which interpreter.
  public struct Side: Codable, Sendable, Equatable, Hashable {
    /// The execution model.
    public var model: ExecutionModel
    /// The interpreter's path; null for Swift models.
    @ExplicitNull public var interpreter: String?

    /// Makes a side.
    public init(model: ExecutionModel, interpreter: String?) {
      self.model = model
      self.interpreter = interpreter
    }
  }

  /// The one that took longer.
  public var slower: Side
  /// The one that took less.
  public var faster: Side
  /// The schedule of both.
  public var schedule: Schedule
  /// Paired blocks.
  public var n: Int
  /// The median over blocks of slower / faster wall time.
  public var ratio: Double
  /// A bootstrap interval of the ratio over blocks, from six blocks up; null below.
  @ExplicitNull public var ratioCI95: Interval?
  /// Mean over blocks of slower − faster wall time, in seconds.
  public var wallDifferenceS: Double
  /// What the difference is made of: a mean over blocks a cause; may be negative.
  public var parts: [CauseShare]
  /// Timed minus observed difference, in seconds: what the parts don't tell.
  public var residualS: Double
  /// One sentence: what the lost CPU time was spent waiting for.
  public var sentence: String

  /// Makes a difference.
  public init(
    slower: Side, faster: Side, schedule: Schedule, n: Int, ratio: Double, ratioCI95: Interval?,
    wallDifferenceS: Double, parts: [CauseShare], residualS: Double, sentence: String
  ) {
    self.slower = slower
    self.faster = faster
    self.schedule = schedule
    self.n = n
    self.ratio = ratio
    self.ratioCI95 = ratioCI95
    self.wallDifferenceS = wallDifferenceS
    self.parts = parts
    self.residualS = residualS
    self.sentence = sentence
  }

  enum CodingKeys: String, CodingKey {
    case slower, faster, schedule, n, ratio
    case ratioCI95 = "ratio_ci95"
    case wallDifferenceS = "wall_difference_s"
    case parts
    case residualS = "residual_s"
    case sentence
  }
}

/// Where wall time went.
public enum Cause: String, Codable, Sendable, CaseIterable, Hashable {
  /// Workers being started: from the call of `start` to the body entered.
  case starting
  /// Workers computing.
  case onCPU = "on-cpu"
  /// Workers ready to run, waiting for a CPU.
  case runnable
  /// Workers waiting for a global interpreter lock, or for the lock of its model.
  case gil
  /// Workers waiting for another lock.
  case lock
  /// Workers waiting for input or output.
  case io
  /// Workers asleep by their own wish.
  case asleep
  /// Workers waiting for a child process.
  case child
  /// Workers blocked on something that was not measured.
  case blocked
  /// Workers ending: from the body left to the end observed.
  case ending
  /// No worker in progress: the driver was preparing.
  case preparing
  /// No worker in progress: the driver was moving data.
  case movingData = "moving-data"
  /// No worker in progress: the driver was starting the server.
  case startingServer = "starting-server"
  /// No worker in progress, and the driver did nothing that is told apart.
  case idle
}

/// Seconds of wall time that went to one cause.
public struct CauseShare: Codable, Sendable, Equatable {
  /// The cause.
  public var cause: Cause
  /// Seconds of wall time.
  public var seconds: Double

  /// Makes a share.
  public init(cause: Cause, seconds: Double) {
    self.cause = cause
    self.seconds = seconds
  }
}

/// A claim, the figures for it, and what to do.
public struct Finding: Codable, Sendable, Equatable {
  /// The rule's name, such as `never-overlapped`.
  public var rule: String
  /// What was found, one sentence with its figures.
  public var claim: String
  /// The figures behind it, each name ending in its unit where it has one.
  public var evidence: [String: Double]
  /// What to do, one sentence.
  public var advice: String

  /// Makes a finding.
  public init(rule: String, claim: String, evidence: [String: Double], advice: String) {
    self.rule = rule
    self.claim = claim
    self.evidence = evidence
    self.advice = advice
  }
}

/// What to use for this work.
public struct Verdict: Codable, Sendable, Equatable {
  /// The answers there are.
  public enum Choice: String, Codable, Sendable, CaseIterable {
    /// Threads are faster.
    case threads
    /// Processes are faster.
    case processes
    /// Neither is faster by more than five per cent.
    case either
    /// Neither: the same work without workers is faster than both.
    case serial
    /// The runs don't tell.
    case undecided
  }

  /// The answer.
  public var choice: Choice
  /// The recommended model; null when undecided.
  @ExplicitNull public var model: ExecutionModel?
  /// The recommended number of workers; null when undecided, or when no workers are best.
  @ExplicitNull public var workers: Int?
  /// Why, one sentence.
  public var reason: String

  /// Makes a verdict.
  public init(choice: Choice, model: ExecutionModel?, workers: Int?, reason: String) {
    self.choice = choice
    self.model = model
    self.workers = workers
    self.reason = reason
  }
}

/// Something that was not run or not measured.
public struct LeftOut: Codable, Sendable, Equatable {
  /// What was left out.
  public var what: String
  /// Why, and how to have it.
  public var why: String

  /// Makes an entry.
  public init(what: String, why: String) {
    self.what = what
    self.why = why
  }
}
