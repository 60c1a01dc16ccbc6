/// What one timed run saw: the raw record that every figure is computed from.
///
/// All times are nanoseconds of `CLOCK_MONOTONIC`, which is one clock for all processes of a
/// machine (clock_gettime(2)).
public struct RunRecord: Codable, Sendable, Equatable {
  /// When the driver began, before it prepared anything; the run's wall time starts here.
  public var beganNS: UInt64
  /// When the end of the last worker was observed; the run's wall time ends here.
  public var endedNS: UInt64
  /// What the driver itself was doing, in spans that don't overlap, in order of time.
  public var driver: [DriverSpan]
  /// The workers, in the order in which they were started; for serial models, one record an item.
  public var workers: [WorkerRecord]
  /// CPU time and switches of the whole process tree: the driver and every child it waited for.
  public var usage: ResourceUsage
  /// What this run could not measure, and why, a sentence each.
  public var notMeasured: [String]
  /// What the pool counted that ran the workers; nil without one.
  public var pool: PoolRecord?

  /// Makes a record.
  public init(
    beganNS: UInt64, endedNS: UInt64, driver: [DriverSpan] = [], workers: [WorkerRecord],
    usage: ResourceUsage, notMeasured: [String] = [], pool: PoolRecord? = nil
  ) {
    self.beganNS = beganNS
    self.endedNS = endedNS
    self.driver = driver
    self.workers = workers
    self.usage = usage
    self.notMeasured = notMeasured
    self.pool = pool
  }

  enum CodingKeys: String, CodingKey {
    case beganNS = "began_ns"
    case endedNS = "ended_ns"
    case driver, workers, usage
    case notMeasured = "not_measured"
    case pool
  }
}

/// A span of the driver's own time.
public struct DriverSpan: Codable, Sendable, Equatable {
  /// What the driver was doing.
  public enum Activity: String, Codable, Sendable {
    /// Making what the workers need: arguments, closures, shared objects.
    case preparing
    /// Moving data to or from workers.
    case movingData = "moving_data"
    /// Starting the server that workers are forked from.
    case startingServer = "starting_server"

    /// The state that this time is counted under while no worker is in progress.
    public var state: WorkerState {
      switch self {
      case .preparing: .preparing
      case .movingData: .movingData
      case .startingServer: .startingServer
      }
    }
  }

  /// What it was doing.
  public var activity: Activity
  /// When it began, in nanoseconds of `CLOCK_MONOTONIC`.
  public var fromNS: UInt64
  /// When it ended, in nanoseconds of `CLOCK_MONOTONIC`.
  public var toNS: UInt64

  /// Makes a span.
  public init(activity: Activity, fromNS: UInt64, toNS: UInt64) {
    self.activity = activity
    self.fromNS = fromNS
    self.toNS = toNS
  }

  enum CodingKeys: String, CodingKey {
    case activity
    case fromNS = "from_ns"
    case toNS = "to_ns"
  }
}

/// What one worker reports of itself, and what was seen of its start and end.
///
/// `startCalledNS <= bodyEnteredNS <= bodyLeftNS <= endObservedNS`.
public struct WorkerRecord: Codable, Sendable, Equatable {
  /// When the driver called `start`, in nanoseconds of `CLOCK_MONOTONIC`.
  public var startCalledNS: UInt64
  /// When the worker entered the task's body.
  public var bodyEnteredNS: UInt64
  /// When the worker left the task's body.
  public var bodyLeftNS: UInt64
  /// When the driver saw that the worker had ended.
  public var endObservedNS: UInt64
  /// CPU time of the worker's thread inside the body (`CLOCK_THREAD_CPUTIME_ID`).
  public var onCPUNS: UInt64
  /// Time runnable but waiting for a CPU inside the body (second field of `/proc/thread-self/schedstat`); nil when not measured.
  public var runnableNS: UInt64?
  /// What is known of the time blocked inside the body.
  public var blocked: BlockedTimes
  /// Context switches inside the body; nil when not measured.
  public var switches: ContextSwitches?
  /// What the kernel accounted to a worker process from its start to its end (wait4(2)); nil for threads.
  public var usage: ResourceUsage?
  /// The tasks that a pool's worker did one after the other, between entering the first and the pool's
  /// shutdown, which stand for the body here; nil for a worker with one body.
  public var tasks: TaskTotals?
  /// The process that the body ran in; nil when the worker doesn't tell.
  public var pid: Int32?
  /// The thread that the whole body ran on (gettid(2)); nil when the worker doesn't tell, or goes from
  /// thread to thread.
  public var tid: Int32?

  /// Makes a record.
  public init(
    startCalledNS: UInt64, bodyEnteredNS: UInt64, bodyLeftNS: UInt64, endObservedNS: UInt64,
    onCPUNS: UInt64, runnableNS: UInt64? = nil, blocked: BlockedTimes = BlockedTimes(),
    switches: ContextSwitches? = nil, usage: ResourceUsage? = nil,
    tasks: TaskTotals? = nil, pid: Int32? = nil, tid: Int32? = nil
  ) {
    self.startCalledNS = startCalledNS
    self.bodyEnteredNS = bodyEnteredNS
    self.bodyLeftNS = bodyLeftNS
    self.endObservedNS = endObservedNS
    self.onCPUNS = onCPUNS
    self.runnableNS = runnableNS
    self.blocked = blocked
    self.switches = switches
    self.usage = usage
    self.tasks = tasks
    self.pid = pid
    self.tid = tid
  }

  enum CodingKeys: String, CodingKey {
    case startCalledNS = "start_called_ns"
    case bodyEnteredNS = "body_entered_ns"
    case bodyLeftNS = "body_left_ns"
    case endObservedNS = "end_observed_ns"
    case onCPUNS = "on_cpu_ns"
    case runnableNS = "runnable_ns"
    case blocked, switches, usage, tasks, pid, tid
  }
}

/// What a worker reports of the time it was blocked inside its body, by what it waited for; nil where it
/// can't report that.
///
/// The rest of the time off the CPU counts as `WorkerState.other`. In a run's record all times are
/// nanoseconds; reports have seconds (`StateShare`, `StateSeconds`).
public struct BlockedTimes: Codable, Sendable, Equatable {
  /// Nanoseconds waiting for a global interpreter lock, or for the lock of its model.
  public var gilNS: UInt64?
  /// Nanoseconds waiting for another lock.
  public var lockNS: UInt64?
  /// Nanoseconds waiting for input or output.
  public var ioNS: UInt64?
  /// Nanoseconds asleep by the worker's own wish.
  public var sleepNS: UInt64?
  /// Nanoseconds waiting for a child process.
  public var childNS: UInt64?

  /// Makes a split; what is left out is not measured.
  public init(
    gilNS: UInt64? = nil, lockNS: UInt64? = nil, ioNS: UInt64? = nil, sleepNS: UInt64? = nil,
    childNS: UInt64? = nil
  ) {
    self.gilNS = gilNS
    self.lockNS = lockNS
    self.ioNS = ioNS
    self.sleepNS = sleepNS
    self.childNS = childNS
  }

  /// The states that a worker can report.
  package static let states: [WorkerState] = [.gil, .lock, .io, .sleep, .child]

  /// The nanoseconds in a state; nil when the worker can't report them.
  package subscript(state: WorkerState) -> UInt64? {
    switch state {
    case .gil: gilNS
    case .lock: lockNS
    case .io: ioNS
    case .sleep: sleepNS
    case .child: childNS
    default: nil
    }
  }

  /// The nanoseconds that the worker reports, in all states together.
  public var knownNS: UInt64 { Self.states.reduce(0) { $0 + (self[$1] ?? 0) } }

  enum CodingKeys: String, CodingKey {
    case gilNS = "gil_ns"
    case lockNS = "lock_ns"
    case ioNS = "io_ns"
    case sleepNS = "sleep_ns"
    case childNS = "child_ns"
  }
}

/// Numbers of context switches.
public struct ContextSwitches: Codable, Sendable, Equatable {
  /// Switches because the thread blocked.
  public var voluntary: Double
  /// Switches because the kernel took the CPU away.
  public var involuntary: Double

  /// Makes a pair of numbers.
  public init(voluntary: Double, involuntary: Double) {
    self.voluntary = voluntary
    self.involuntary = involuntary
  }
}

/// What the kernel accounted to a process or a process tree (getrusage(2)).
public struct ResourceUsage: Codable, Sendable, Equatable {
  /// CPU seconds in user mode.
  public var userSeconds: Double
  /// CPU seconds in the kernel.
  public var systemSeconds: Double
  /// Context switches of all threads.
  public var switches: ContextSwitches
  /// The largest resident set, in KiB; of the largest process when it is a tree's.
  public var maxResidentKiB: Int

  /// User and system CPU seconds together.
  public var cpuSeconds: Double { userSeconds + systemSeconds }

  /// Makes a usage.
  public init(
    userSeconds: Double, systemSeconds: Double, switches: ContextSwitches, maxResidentKiB: Int
  ) {
    self.userSeconds = userSeconds
    self.systemSeconds = systemSeconds
    self.switches = switches
    self.maxResidentKiB = maxResidentKiB
  }

  enum CodingKeys: String, CodingKey {
    case userSeconds = "user_s"
    case systemSeconds = "system_s"
    case switches
    case maxResidentKiB = "max_resident_kib"
  }
}
