/// What a worker of a pool did, beyond being a worker.
public struct TaskTotals: Codable, Sendable, Equatable {
  /// How many tasks it did.
  public var count: Int
  /// Nanoseconds of wall time inside of the tasks.
  public var runningNS: UInt64
  /// Nanoseconds of wall time from the beginning of the first task to the end of the last.
  public var spanNS: UInt64
  /// Nanoseconds in which it encoded and decoded; nil when not measured.
  public var codingNS: UInt64?
  /// Bytes of input that it was sent; nil when not measured.
  public var bytesIn: UInt64?
  /// Bytes of output that it sent; nil when not measured.
  public var bytesOut: UInt64?

  /// Makes totals.
  public init(
    count: Int, runningNS: UInt64, spanNS: UInt64, codingNS: UInt64? = nil, bytesIn: UInt64? = nil,
    bytesOut: UInt64? = nil
  ) {
    self.count = count
    self.runningNS = runningNS
    self.spanNS = spanNS
    self.codingNS = codingNS
    self.bytesIn = bytesIn
    self.bytesOut = bytesOut
  }

  enum CodingKeys: String, CodingKey {
    case count
    case runningNS = "running_ns"
    case spanNS = "span_ns"
    case codingNS = "coding_ns"
    case bytesIn = "bytes_in"
    case bytesOut = "bytes_out"
  }
}

/// What a pool counted in one run, beyond its workers' totals.
public struct PoolRecord: Codable, Sendable, Equatable {
  /// Workers that were started.
  public var started: Int
  /// Workers that died without being told to.
  public var deaths: Int
  /// The median of the nanoseconds that a task waited for a worker; nil when not measured.
  public var waitingP50NS: Double?
  /// The 99th percentile of them; nil when not measured.
  public var waitingP99NS: Double?

  /// Makes a record.
  public init(started: Int, deaths: Int, waitingP50NS: Double?, waitingP99NS: Double?) {
    self.started = started
    self.deaths = deaths
    self.waitingP50NS = waitingP50NS
    self.waitingP99NS = waitingP99NS
  }

  enum CodingKeys: String, CodingKey {
    case started, deaths
    case waitingP50NS = "waiting_p50_ns"
    case waitingP99NS = "waiting_p99_ns"
  }
}

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
