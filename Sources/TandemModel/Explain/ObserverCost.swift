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
