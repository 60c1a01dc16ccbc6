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
  public var cpuSecondsPerStart: Double
  /// CPU seconds for all of them.
  public var cpuSeconds: Double
  /// Those as a share of the wall time: what it grew by, if the workers were started one after another.
  public var share: Double

  /// Makes the cost of all starts of one program.
  public init(
    started: Int, perSecond: Double, cpuSecondsPerStart: Double, cpuSeconds: Double, share: Double
  ) {
    self.started = started
    self.perSecond = perSecond
    self.cpuSecondsPerStart = cpuSecondsPerStart
    self.cpuSeconds = cpuSeconds
    self.share = share
  }

  enum CodingKeys: String, CodingKey {
    case started
    case perSecond = "per_second"
    case cpuSecondsPerStart = "cpu_s_per_start"
    case cpuSeconds = "cpu_s"
    case share
  }
}
