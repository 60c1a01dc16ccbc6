/// The same command run again and again, in turns as it is (plain) and observed.
///
/// A pair is a plain run and an observed one next to each other; the lists have one entry a pair.
public struct CostRuns: Codable, Sendable, Equatable {
  /// Pairs that were asked for.
  public var pairsAsked: Int
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

  /// Makes the result of runs in pairs.
  public init(
    pairsAsked: Int, plainWallSeconds: [Double] = [], observedWallSeconds: [Double] = [],
    wallRatio: Double? = nil,
    wallRatioCI95: Interval? = nil, plainCPUSeconds: Double? = nil,
    observedCPUSeconds: Double? = nil,
    switchesPerSecond: Double? = nil, reason: String? = nil
  ) {
    self.pairsAsked = pairsAsked
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
    case pairsAsked = "pairs_asked"
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
