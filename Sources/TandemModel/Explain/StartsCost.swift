/// What the kernel takes for following the starts of workers: each one gets an event a CPU, which is
/// made with it and taken down at its end.
///
/// The CPU time of one start is measured after the program's end, with threads of the observer's own
/// that are followed in the same way and others that are not.
public struct StartsCost: Codable, Sendable, Equatable {
  /// Threads and processes that the program started.
  public var started: Int
  /// Those a second of the wall time.
  public var perSecond: Double
  /// CPU seconds that following adds to the start and the end of one, in the program.
  public var oneSeconds: Double
  /// CPU seconds for all of them.
  public var allSeconds: Double
  /// Those as a share of the wall time: what it grew by, if the workers were started one after another.
  public var share: Double

  /// Makes a value.
  public init(
    started: Int, perSecond: Double, oneSeconds: Double, allSeconds: Double, share: Double
  ) {
    self.started = started
    self.perSecond = perSecond
    self.oneSeconds = oneSeconds
    self.allSeconds = allSeconds
    self.share = share
  }

  enum CodingKeys: String, CodingKey {
    case started
    case perSecond = "per_second"
    case oneSeconds = "one_s"
    case allSeconds = "all_s"
    case share
  }
}
