/// What observing cost.
public struct ObserverCost: Codable, Sendable, Equatable {
  /// CPU seconds of the observer.
  public var cpuSeconds: Double
  /// Those as a share of the wall time.
  public var share: Double
  /// What following so many starts cost; null when few workers were started a second, or it wasn't measured.
  @ExplicitNull public var starts: StartsCost?
  /// The same command with and without being observed; null when that wasn't asked for.
  @ExplicitNull public var cost: CostRuns?

  /// Makes a value.
  public init(
    cpuSeconds: Double, share: Double, starts: StartsCost? = nil, cost: CostRuns? = nil
  ) {
    self.cpuSeconds = cpuSeconds
    self.share = share
    self.starts = starts
    self.cost = cost
  }

  enum CodingKeys: String, CodingKey {
    case cpuSeconds = "cpu_s"
    case share, starts, cost
  }
}

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

/// The same command run again and again, in turns as it is (plain) and observed.
///
/// A pair is a plain run and an observed one next to each other; the lists have one entry a pair.
public struct CostRuns: Codable, Sendable, Equatable {
  /// Pairs that were asked for.
  public var asked: Int
  /// Wall seconds of the plain runs.
  public var plainWallSeconds: [Double]
  /// Wall seconds of the observed runs.
  public var observedWallSeconds: [Double]
  /// The median over pairs of observed ÷ plain wall time; null without a pair.
  @ExplicitNull public var wallRatio: Double?
  /// The interval of 95 % of that median; null below six pairs.
  @ExplicitNull public var wallRatioCI95: Interval?
  /// CPU seconds that the kernel accounted to the program, a median over the plain runs; null without a pair.
  @ExplicitNull public var plainCPUSeconds: Double?
  /// The same over the observed runs; the observer's own isn't in it.
  @ExplicitNull public var observedCPUSeconds: Double?
  /// Switches a second, as the kernel accounted them to the program, a median over the plain runs; null without a pair.
  @ExplicitNull public var switchesPerSecond: Double?
  /// Why there are fewer pairs than were asked for, a sentence; null when there aren't.
  @ExplicitNull public var reason: String?

  /// Makes a value.
  public init(
    asked: Int, plainWallSeconds: [Double] = [], observedWallSeconds: [Double] = [],
    wallRatio: Double? = nil,
    wallRatioCI95: Interval? = nil, plainCPUSeconds: Double? = nil,
    observedCPUSeconds: Double? = nil,
    switchesPerSecond: Double? = nil, reason: String? = nil
  ) {
    self.asked = asked
    self.plainWallSeconds = plainWallSeconds
    self.observedWallSeconds = observedWallSeconds
    self.wallRatio = wallRatio
    self.wallRatioCI95 = wallRatioCI95
    self.plainCPUSeconds = plainCPUSeconds
    self.observedCPUSeconds = observedCPUSeconds
    self.switchesPerSecond = switchesPerSecond
    self.reason = reason
  }

  enum CodingKeys: String, CodingKey {
    case asked
    case plainWallSeconds = "plain_wall_s"
    case observedWallSeconds = "observed_wall_s"
    case wallRatio = "wall_ratio"
    case wallRatioCI95 = "wall_ratio_ci95"
    case plainCPUSeconds = "plain_cpu_s"
    case observedCPUSeconds = "observed_cpu_s"
    case switchesPerSecond = "switches_per_second"
    case reason
  }
}
