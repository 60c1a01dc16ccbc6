/// A scaling law fitted to a series: N·T(N) = T₁·(1 + α(N − 1) + βN(N − 1)).
///
/// With β = 0 it is Amdahl's law, else the Universal Scalability Law (Gunther 1993).
public struct ScalingFit: Codable, Sendable, Equatable {
  /// The laws.
  public enum Law: String, Codable, Sendable, CaseIterable {
    /// Amdahl's law: α alone, from three numbers of workers.
    case amdahl
    /// The Universal Scalability Law: α and β, from four numbers of workers up.
    case usl
  }

  /// Which law was fitted.
  public var law: Law
  /// How many numbers of workers it was fitted to.
  public var points: Int
  /// T₁: seconds of wall time with one worker, by the curve.
  public var oneWorkerSeconds: Double
  /// α: the share of the work that only one worker at a time can do.
  public var serialShare: Double
  /// The 5th and 95th percentile of α over resampled runs; null for fewer than two runs a point.
  @ExplicitNull public var serialShareCI90: Interval?
  /// What α would be if it might be negative, which is more than N times as fast with N workers;
  /// null when that is no other value.
  @ExplicitNull public var unboundedSerialShare: Double?
  /// β: what each pair of workers costs, as a share of the work; null for Amdahl's law.
  @ExplicitNull public var pairCost: Double?
  /// The 5th and 95th percentile of β over resampled runs; null without β or its spread.
  @ExplicitNull public var pairCostCI90: Interval?
  /// The number of workers beyond which the curve rises again; null when the runs show none.
  @ExplicitNull public var peakWorkers: Int?
  /// The 5th and 95th percentile of the peak over resampled runs; null without a peak.
  @ExplicitNull public var peakCI90: Interval?
  /// The speed-up that no number of workers exceeds, 1 ÷ α; null when α is 0.
  @ExplicitNull public var speedupLimit: Double?
  /// The largest distance of a point from the curve, as a share of the point's wall time.
  public var largestError: Double

  /// Makes a fit.
  public init(
    law: Law, points: Int, oneWorkerSeconds: Double, serialShare: Double,
    serialShareCI90: Interval? = nil, unboundedSerialShare: Double? = nil, pairCost: Double? = nil,
    pairCostCI90: Interval? = nil, peakWorkers: Int? = nil, peakCI90: Interval? = nil,
    speedupLimit: Double? = nil, largestError: Double
  ) {
    self.law = law
    self.points = points
    self.oneWorkerSeconds = oneWorkerSeconds
    self.serialShare = serialShare
    self.serialShareCI90 = serialShareCI90
    self.unboundedSerialShare = unboundedSerialShare
    self.pairCost = pairCost
    self.pairCostCI90 = pairCostCI90
    self.peakWorkers = peakWorkers
    self.peakCI90 = peakCI90
    self.speedupLimit = speedupLimit
    self.largestError = largestError
  }

  enum CodingKeys: String, CodingKey {
    case law, points
    case oneWorkerSeconds = "one_worker_s"
    case serialShare = "serial_share"
    case serialShareCI90 = "serial_share_ci90"
    case unboundedSerialShare = "unbounded_serial_share"
    case pairCost = "pair_cost"
    case pairCostCI90 = "pair_cost_ci90"
    case peakWorkers = "peak_workers"
    case peakCI90 = "peak_ci90"
    case speedupLimit = "speedup_limit"
    case largestError = "largest_error"
  }
}
