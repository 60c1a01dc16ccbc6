/// Calls that blocked a worker's event loop: it slept, or waited for a connection or a child process, elsewhere
/// than in the loop.
public struct BlockedLoop: Codable, Sendable, Equatable {
  /// How many there were, of ten milliseconds or more.
  public var count: Int
  /// How long they took together, in seconds.
  public var seconds: Double
  /// How long the longest one took.
  public var longestSeconds: Double
  /// What the worker did for most of that time.
  public var state: WorkerState
  /// The function of the program in which most of that time went, in Python; null when it isn't known.
  @ExplicitNull public var function: ObservedFunction?

  /// Makes a value.
  public init(
    count: Int, seconds: Double, longestSeconds: Double, state: WorkerState,
    function: ObservedFunction? = nil
  ) {
    self.count = count
    self.seconds = seconds
    self.longestSeconds = longestSeconds
    self.state = state
    self.function = function
  }

  enum CodingKeys: String, CodingKey {
    case count, seconds
    case longestSeconds = "longest_s"
    case state, function
  }
}
