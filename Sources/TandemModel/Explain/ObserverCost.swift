/// What observing a program cost: CPU seconds of the thread that observes, and what the program paid.
public struct ObserverCost: Codable, Sendable, Equatable {
  /// CPU seconds of the observer, in user mode and in the kernel (getrusage(2)).
  public var cpuSeconds: Double
  /// `cpu_s` over the wall time of the program.
  public var share: Double
  /// What following the starts of workers cost; null when there were too few of them, or it wasn't measured.
  @ExplicitNull public var starts: StartsCost?
  /// The same command with and without being observed; null when that wasn't asked for.
  @ExplicitNull public var cost: CostRuns?

  /// Makes the cost of one observation.
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
