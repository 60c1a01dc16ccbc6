/// What `tandem explain` saw of a program: the versioned schema `tandem.explain/1`.
///
/// Seconds of workers are sums over their lives: two workers that sleep for a second sleep two. A
/// worker is a thread; the first thread of each process stands for the process.
public struct ExplainReport: Codable, Sendable, Equatable {
  /// The schema's name and version.
  public static let schemaName = "tandem.explain/1"

  /// Always `tandem.explain/1`.
  public var schema: String
  /// The version of Tandem that wrote the report.
  public var tandemVersion: String
  /// The machine that the program ran on.
  public var machine: MachineSummary
  /// The program and its arguments.
  public var command: [String]
  /// How it ended; null when it was still running.
  @ExplicitNull public var exit: ProgramExit?
  /// Processes of the program that still ran when it had ended; empty while it runs.
  public var leftRunning: [LeftProcess]
  /// Wall seconds from letting the program go, or from the last exec of a launcher, to the observed end of its first process; for a running program, the time that it was watched.
  public var wallSeconds: Double
  /// Workers in progress, a time average over the wall time: `demand`, and those asleep for a time they chose or waiting for I/O that leads out of the program.
  public var concurrency: Double
  /// Workers that wanted a CPU (on one, ready for one, or waiting for the GIL), a time average over the wall time.
  public var demand: Double
  /// Workers on a CPU, a time average over the wall time.
  public var parallelism: Double
  /// The most started workers that were in progress at once for at least a fiftieth of the time in which any was; the program's first thread isn't counted.
  public var maxAtOnce: Int
  /// Where the time of all workers went.
  public var totals: StateSeconds
  /// The waits of all workers that were too short to look into; null when there were none, or when they weren't counted.
  @ExplicitNull public var tooShortWaits: ShortWaits?
  /// Where the wall time went; the parts add up to `wall_s`.
  ///
  /// At each moment it is shared among the workers in progress or held up by a lock; when there are
  /// none, it goes to what the others waited for.
  public var wallShares: [StateShare]
  /// Wall seconds in which at least one worker was in each state; they overlap, and don't add up to anything.
  ///
  /// Removing all waits of one state can't save more wall time than this. Where switches are sampled, it
  /// is the most that the samples allow.
  public var wallOccupied: [StateShare]
  /// CPU seconds of the machine that were not used although a worker was in progress, by what those workers waited for instead; `cpus × wall` is these, the used ones and `no_worker_s` together.
  public var lostCPU: LostCPU
  /// The wall time by the number of CPUs in use, ascending; null when an earlier version wrote the report.
  @ExplicitNull public var cpusInUse: [CPUsInUse]?
  /// The workers, in order of their start; the busiest when there were more than are kept.
  public var workers: [ObservedWorker]
  /// Those that are not in `workers`; null when all are.
  @ExplicitNull public var otherWorkers: OtherWorkers?
  /// How many workers were started, and how long that took.
  public var starts: WorkerStarts
  /// One entry an interpreter lock of each process that runs Python.
  public var gil: [ObservedGIL]
  /// The locks that were waited for most.
  public var locks: [ObservedLock]
  /// What workers waited for outside of the program, the longest first.
  public var io: [ObservedIO]
  /// Language runtimes in the program's processes, other than CPython.
  public var runtimes: [ObservedRuntime]
  /// What a launcher did before the first process executed the program; null when there was none.
  ///
  /// Nothing else in the report is about it.
  @ExplicitNull public var launcher: Launcher?
  /// Times in which the program, or some of its workers, stood still; the longest when there were very many.
  public var standstills: [ObservedStandstill]
  /// What it read and wrote, and what passed between its own processes; null when none could be read.
  @ExplicitNull public var data: ProgramData?
  /// What the program mostly did, in one sentence; null in a report of an earlier version.
  @ExplicitNull public var sentence: String?
  /// What the rules found.
  public var findings: [Finding]
  /// What could not be seen or followed, and why.
  public var omitted: [Omission]
  /// Where the figures come from.
  public var sources: ObservationSources
  /// What observing the program cost, in CPU seconds.
  public var observer: ObserverCost
  /// What each of the busiest of `workers` did when; null when it wasn't kept.
  @ExplicitNull public var timeline: ObservedTimeline?

  /// Makes a report.
  public init(
    tandemVersion: String, machine: MachineSummary, command: [String], exit: ProgramExit?,
    leftRunning: [LeftProcess] = [],
    wallSeconds: Double, concurrency: Double, demand: Double, parallelism: Double, maxAtOnce: Int,
    totals: StateSeconds, wallShares: [StateShare], wallOccupied: [StateShare] = [],
    lostCPU: LostCPU,
    workers: [ObservedWorker], otherWorkers: OtherWorkers? = nil, starts: WorkerStarts,
    gil: [ObservedGIL] = [], locks: [ObservedLock] = [], io: [ObservedIO] = [],
    runtimes: [ObservedRuntime] = [], launcher: Launcher? = nil,
    standstills: [ObservedStandstill] = [], data: ProgramData? = nil, findings: [Finding] = [],
    omitted: [Omission] = [], sources: ObservationSources, observer: ObserverCost,
    timeline: ObservedTimeline? = nil, tooShortWaits: ShortWaits? = nil, sentence: String? = nil,
    cpusInUse: [CPUsInUse]? = nil
  ) {
    self.schema = Self.schemaName
    self.tandemVersion = tandemVersion
    self.machine = machine
    self.command = command
    self.exit = exit
    self.leftRunning = leftRunning
    self.wallSeconds = wallSeconds
    self.concurrency = concurrency
    self.demand = demand
    self.parallelism = parallelism
    self.maxAtOnce = maxAtOnce
    self.totals = totals
    self.wallShares = wallShares
    self.wallOccupied = wallOccupied
    self.lostCPU = lostCPU
    self.workers = workers
    self.otherWorkers = otherWorkers
    self.starts = starts
    self.gil = gil
    self.locks = locks
    self.io = io
    self.runtimes = runtimes
    self.launcher = launcher
    self.standstills = standstills
    self.data = data
    self.findings = findings
    self.omitted = omitted
    self.sources = sources
    self.observer = observer
    self.timeline = timeline
    self.sentence = sentence
    self.tooShortWaits = tooShortWaits
    self.cpusInUse = cpusInUse
  }

  /// Wall seconds by state; a state without any has no entry.
  package var wallSecondsByState: [WorkerState: Double] {
    Dictionary(wallShares.map { ($0.state, $0.seconds) }, uniquingKeysWith: +)
  }

  enum CodingKeys: String, CodingKey {
    case schema
    case tandemVersion = "tandem_version"
    case machine, command, exit
    case leftRunning = "left_running"
    case wallSeconds = "wall_s"
    case concurrency, demand, parallelism
    case maxAtOnce = "max_at_once"
    case totals
    case tooShortWaits = "too_short_waits"
    case wallShares = "wall_shares"
    case wallOccupied = "wall_occupied"
    case lostCPU = "lost_cpu"
    case cpusInUse = "cpus_in_use"
    case workers
    case otherWorkers = "other_workers"
    case starts, gil, locks, io, runtimes, launcher, standstills, data, sentence, findings, omitted
    case sources, observer, timeline
  }
}
