/// A time in which each sample found the same thread holding an interpreter's lock, and no other had taken it.
public struct GILHolding: Codable, Sendable, Equatable {
  /// The thread; null when it isn't known.
  @ExplicitNull public var tid: Int32?
  /// Seconds after the beginning of the wall time: the first of these samples.
  public var startedSeconds: Double
  /// Seconds from the first to the last of them: it lasted at least so long.
  public var seconds: Double

  /// Makes one.
  public init(tid: Int32?, startedSeconds: Double, seconds: Double) {
    self.tid = tid
    self.startedSeconds = startedSeconds
    self.seconds = seconds
  }

  enum CodingKeys: String, CodingKey {
    case tid
    case startedSeconds = "started_s"
    case seconds
  }
}
