/// What a pool of Python's was in one run, and what its start and its end took.
public struct PythonPoolRecord: Codable, Sendable, Equatable {
  /// The class, such as `concurrent.futures.ProcessPoolExecutor`.
  public var className: String
  /// The start method of its processes; nil where there are none.
  public var startMethod: String?
  /// Items in a message; nil where the class has no such setting.
  public var chunksize: Int?
  /// The workers that Python would start if nobody said how many.
  public var defaultWorkers: Int
  /// The items in a message if nobody said how many; nil where the class has no such setting.
  public var defaultChunksize: Int?
  /// The workers that it was made with.
  public var workers: Int
  /// Nanoseconds from making the pool to the first item begun.
  public var startNS: UInt64
  /// Nanoseconds from the last result to the end of the shutdown.
  public var stopNS: UInt64

  /// Makes a record.
  public init(
    className: String, startMethod: String?, chunksize: Int?, defaultWorkers: Int,
    defaultChunksize: Int?, workers: Int, startNS: UInt64, stopNS: UInt64
  ) {
    self.className = className
    self.startMethod = startMethod
    self.chunksize = chunksize
    self.defaultWorkers = defaultWorkers
    self.defaultChunksize = defaultChunksize
    self.workers = workers
    self.startNS = startNS
    self.stopNS = stopNS
  }

  enum CodingKeys: String, CodingKey {
    case className = "class"
    case startMethod = "start_method"
    case chunksize
    case defaultWorkers = "default_workers"
    case defaultChunksize = "default_chunksize"
    case workers
    case startNS = "start_ns"
    case stopNS = "stop_ns"
  }
}
