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
  /// What that pool was, if it was one of Python's.
  public var pythonPool: PythonPoolRecord?

  /// Makes a record.
  public init(
    beganNS: UInt64, endedNS: UInt64, driver: [DriverSpan] = [], workers: [WorkerRecord],
    usage: ResourceUsage, notMeasured: [String] = [], pool: PoolRecord? = nil,
    pythonPool: PythonPoolRecord? = nil
  ) {
    self.beganNS = beganNS
    self.endedNS = endedNS
    self.driver = driver
    self.workers = workers
    self.usage = usage
    self.notMeasured = notMeasured
    self.pool = pool
    self.pythonPool = pythonPool
  }

  enum CodingKeys: String, CodingKey {
    case beganNS = "began_ns"
    case endedNS = "ended_ns"
    case driver, workers, usage
    case notMeasured = "not_measured"
    case pool
    case pythonPool = "python_pool"
  }
}
