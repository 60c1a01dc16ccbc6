/// What observing cost.
public struct ObserverCost: Codable, Sendable, Equatable {
  /// CPU seconds of the observer.
  public var cpuS: Double
  /// Those as a share of the wall time.
  public var share: Double
  /// What following so many starts cost; null when few workers were started a second, or it wasn't measured.
  @ExplicitNull public var starts: StartsCost?
  /// The same command with and without being observed; null when that wasn't asked for.
  @ExplicitNull public var cost: CostRuns?

  /// Makes a value.
  public init(
    cpuS: Double, share: Double, starts: StartsCost? = nil, cost: CostRuns? = nil
  ) {
    self.cpuS = cpuS
    self.share = share
    self.starts = starts
    self.cost = cost
  }

  enum CodingKeys: String, CodingKey {
    case cpuS = "cpu_s"
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
  public var oneS: Double
  /// CPU seconds for all of them.
  public var allS: Double
  /// Those as a share of the wall time: what it grew by, if the workers were started one after another.
  public var share: Double

  /// Makes a value.
  public init(started: Int, perSecond: Double, oneS: Double, allS: Double, share: Double) {
    self.started = started
    self.perSecond = perSecond
    self.oneS = oneS
    self.allS = allS
    self.share = share
  }

  enum CodingKeys: String, CodingKey {
    case started
    case perSecond = "per_second"
    case oneS = "one_s"
    case allS = "all_s"
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
  public var plainWallS: [Double]
  /// Wall seconds of the observed runs.
  public var observedWallS: [Double]
  /// The median over pairs of observed ÷ plain wall time; null without a pair.
  @ExplicitNull public var wallRatio: Double?
  /// The interval of 95 % of that median; null below six pairs.
  @ExplicitNull public var wallRatioCI95: Interval?
  /// CPU seconds that the kernel accounted to the program, a median over the plain runs; null without a pair.
  @ExplicitNull public var plainCPUS: Double?
  /// The same over the observed runs; the observer's own isn't in it.
  @ExplicitNull public var observedCPUS: Double?
  /// Switches a second, as the kernel accounted them to the program, a median over the plain runs; null without a pair.
  @ExplicitNull public var switchesPerSecond: Double?
  /// Why there are fewer pairs than were asked for, a sentence; null when there aren't.
  @ExplicitNull public var reason: String?

  /// Makes a value.
  public init(
    asked: Int, plainWallS: [Double] = [], observedWallS: [Double] = [], wallRatio: Double? = nil,
    wallRatioCI95: Interval? = nil, plainCPUS: Double? = nil, observedCPUS: Double? = nil,
    switchesPerSecond: Double? = nil, reason: String? = nil
  ) {
    self.asked = asked
    self.plainWallS = plainWallS
    self.observedWallS = observedWallS
    self.wallRatio = wallRatio
    self.wallRatioCI95 = wallRatioCI95
    self.plainCPUS = plainCPUS
    self.observedCPUS = observedCPUS
    self.switchesPerSecond = switchesPerSecond
    self.reason = reason
  }

  enum CodingKeys: String, CodingKey {
    case asked
    case plainWallS = "plain_wall_s"
    case observedWallS = "observed_wall_s"
    case wallRatio = "wall_ratio"
    case wallRatioCI95 = "wall_ratio_ci95"
    case plainCPUS = "plain_cpu_s"
    case observedCPUS = "observed_cpu_s"
    case switchesPerSecond = "switches_per_second"
    case reason
  }
}
