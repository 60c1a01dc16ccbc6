/// A pool's own figures: medians over runs.
public struct PoolSummary: Codable, Sendable, Equatable {
  /// Tasks in one run.
  public var tasks: Double
  /// Seconds of wall time inside of one task, a mean over the tasks of a run.
  public var taskSeconds: Double
  /// Seconds that a worker spends between two tasks, a mean over the tasks of a run.
  public var overheadSPerTask: Double
  /// Seconds in which workers encoded and decoded, summed over workers; null when not measured.
  @ExplicitNull public var codingSeconds: Double?
  /// Bytes of input sent to all workers; null when not measured.
  @ExplicitNull public var bytesIn: Double?
  /// Bytes of output sent by all workers; null when not measured.
  @ExplicitNull public var bytesOut: Double?
  /// The median of the seconds that a task waited for a worker; null when not measured.
  @ExplicitNull public var waitingP50Seconds: Double?
  /// The 99th percentile of them; null when not measured.
  @ExplicitNull public var waitingP99Seconds: Double?
  /// Workers that were started in one run.
  public var started: Double
  /// Workers that died in one run without being told to.
  public var deaths: Double

  /// Makes a summary.
  public init(
    tasks: Double, taskSeconds: Double, overheadSPerTask: Double, codingSeconds: Double? = nil,
    bytesIn: Double? = nil, bytesOut: Double? = nil, waitingP50Seconds: Double? = nil,
    waitingP99Seconds: Double? = nil, started: Double, deaths: Double
  ) {
    self.tasks = tasks
    self.taskSeconds = taskSeconds
    self.overheadSPerTask = overheadSPerTask
    self.codingSeconds = codingSeconds
    self.bytesIn = bytesIn
    self.bytesOut = bytesOut
    self.waitingP50Seconds = waitingP50Seconds
    self.waitingP99Seconds = waitingP99Seconds
    self.started = started
    self.deaths = deaths
  }

  enum CodingKeys: String, CodingKey {
    case tasks
    case taskSeconds = "task_s"
    case overheadSPerTask = "overhead_s_per_task"
    case codingSeconds = "coding_s"
    case bytesIn = "bytes_in"
    case bytesOut = "bytes_out"
    case waitingP50Seconds = "waiting_p50_s"
    case waitingP99Seconds = "waiting_p99_s"
    case started, deaths
  }
}
