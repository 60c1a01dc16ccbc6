/// One worker of a program that was observed.
public struct ObservedWorker: Codable, Sendable, Equatable {
  /// What kind of worker it is.
  public enum Kind: String, Codable, Sendable, CaseIterable {
    /// The program's first thread.
    case main
    /// Another thread than the first of its process.
    case thread
    /// The first thread of a process that the program started.
    case process
  }

  /// What kind of worker it is.
  public var kind: Kind
  /// What it is for.
  public var role: WorkerRole
  /// The number of its process.
  public var pid: Int32
  /// The number of its thread (gettid(2)); the same as `pid` for the first thread of a process.
  public var tid: Int32
  /// The process that started it: of a thread, its own; null when that isn't known.
  @ExplicitNull public var parent: Int32?
  /// Where it began; null for the first thread of a process, and when that could not be read.
  @ExplicitNull public var beganIn: ThreadOrigin?
  /// The thread's name (prctl(2), `PR_SET_NAME`), the last one that it had.
  public var name: String
  /// Seconds after the beginning of the wall time at which it was started.
  public var startedSeconds: Double
  /// Seconds after the beginning of the wall time at which it ended, or the observation did.
  public var endedSeconds: Double
  /// Seconds in each state, from its start to its end.
  public var totals: StateSeconds
  /// How often it gave its CPU away and how often that was taken; null when not measured.
  @ExplicitNull public var switches: ContextSwitches?
  /// Seconds from its creation, which the kernel records when the call that makes it is nearly done, to its first moment on a CPU; null when not measured.
  @ExplicitNull public var startSeconds: Double?
  /// The CPUs that it may run on, as last read, such as `0-3,8` (sched_getaffinity(2)); null when never read.
  @ExplicitNull public var cpus: String?
  /// Its memory; null for threads, which share their process's, and when it ended before it was read.
  @ExplicitNull public var memory: WorkerMemory?
  /// Its waits that were too short to look into; null when there were none, or when they weren't counted.
  @ExplicitNull public var tooShortWaits: ShortWaits?
  /// Seconds, at least, in which it was at work while no other worker of its kind that the same process started was at work or ready to be; null when there was no other, or when it isn't known.
  @ExplicitNull public var aloneSeconds: Double?
  /// The calls that blocked its event loop; null when none was seen, when it has none, and where switches are sampled.
  @ExplicitNull public var blockedLoop: BlockedLoop?
  /// What it read and wrote, at least; null when it ended before that was read, or when it couldn't be.
  @ExplicitNull public var io: WorkerIO?

  /// Makes a worker.
  public init(
    kind: Kind, pid: Int32, tid: Int32, name: String, startedSeconds: Double, endedSeconds: Double,
    totals: StateSeconds, switches: ContextSwitches?, startSeconds: Double? = nil,
    cpus: String? = nil, memory: WorkerMemory? = nil, role: WorkerRole? = nil, parent: Int32? = nil,
    beganIn: ThreadOrigin? = nil, tooShortWaits: ShortWaits? = nil, aloneSeconds: Double? = nil,
    blockedLoop: BlockedLoop? = nil, io: WorkerIO? = nil
  ) {
    self.kind = kind
    self.role = role ?? (kind == .main ? .main : .worker)
    self.parent = parent
    self.beganIn = beganIn
    self.pid = pid
    self.tid = tid
    self.name = name
    self.startedSeconds = startedSeconds
    self.endedSeconds = endedSeconds
    self.totals = totals
    self.switches = switches
    self.startSeconds = startSeconds
    self.cpus = cpus
    self.memory = memory
    self.tooShortWaits = tooShortWaits
    self.aloneSeconds = aloneSeconds
    self.blockedLoop = blockedLoop
    self.io = io
  }

  /// Seconds from its start to its end.
  public var lifeSeconds: Double { endedSeconds - startedSeconds }

  /// The seconds in a state; zero for a lock that was not measured.
  public subscript(state: WorkerState) -> Double { totals[state] }

  enum CodingKeys: String, CodingKey {
    case kind, role, pid, tid, parent
    case beganIn = "began_in"
    case name
    case startedSeconds = "started_s"
    case endedSeconds = "ended_s"
    case totals, switches
    case startSeconds = "start_s"
    case cpus, memory
    case tooShortWaits = "too_short_waits"
    case aloneSeconds = "alone_s"
    case blockedLoop = "blocked_loop"
    case io
  }
}
