/// A pool of Python's: what it was, beside its defaults, and what its start and its end took.
public struct PythonPoolSummary: Codable, Sendable, Equatable {
  /// The class, such as `concurrent.futures.ProcessPoolExecutor`.
  public var className: String
  /// The start method of its processes; null where there are none.
  @ExplicitNull public var startMethod: String?
  /// Items in a message; null where the class has no such setting.
  @ExplicitNull public var chunksize: Int?
  /// The workers that Python would start if nobody said how many.
  public var defaultWorkers: Int
  /// The items in a message if nobody said how many; null where the class has no such setting.
  @ExplicitNull public var defaultChunksize: Int?
  /// Seconds from making the pool to the first item begun; median over runs.
  public var startSeconds: Double
  /// Seconds from the last result to the end of the shutdown; median over runs.
  public var stopSeconds: Double

  /// Makes a summary.
  public init(
    className: String, startMethod: String?, chunksize: Int?, defaultWorkers: Int,
    defaultChunksize: Int?, startSeconds: Double, stopSeconds: Double
  ) {
    self.className = className
    self.startMethod = startMethod
    self.chunksize = chunksize
    self.defaultWorkers = defaultWorkers
    self.defaultChunksize = defaultChunksize
    self.startSeconds = startSeconds
    self.stopSeconds = stopSeconds
  }

  enum CodingKeys: String, CodingKey {
    case className = "class"
    case startMethod = "start_method"
    case chunksize
    case defaultWorkers = "default_workers"
    case defaultChunksize = "default_chunksize"
    case startSeconds = "start_s"
    case stopSeconds = "stop_s"
  }
}
