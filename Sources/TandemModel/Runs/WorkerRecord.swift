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
  /// CPU time of all threads of the worker's process inside the body (`CLOCK_PROCESS_CPUTIME_ID`); nil
  /// when other workers ran in it too, or when it was not read.
  public var processCPUNS: UInt64?
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
    onCPUNS: UInt64, processCPUNS: UInt64? = nil, runnableNS: UInt64? = nil,
    blocked: BlockedTimes = BlockedTimes(),
    switches: ContextSwitches? = nil, usage: ResourceUsage? = nil,
    tasks: TaskTotals? = nil, pid: Int32? = nil, tid: Int32? = nil
  ) {
    self.startCalledNS = startCalledNS
    self.bodyEnteredNS = bodyEnteredNS
    self.bodyLeftNS = bodyLeftNS
    self.endObservedNS = endObservedNS
    self.onCPUNS = onCPUNS
    self.processCPUNS = processCPUNS
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
    case processCPUNS = "process_cpu_ns"
    case runnableNS = "runnable_ns"
    case blocked, switches, usage, tasks, pid, tid
  }
}
