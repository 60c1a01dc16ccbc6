/// How a model stands while the runs go on.
public struct Standing: Sendable, Hashable {
  /// The model's name.
  public var name: String
  /// The median wall seconds of its runs.
  public var medianSeconds: Double
  /// Timed runs so far.
  public var runs: Int
  /// The least ratio of its wall time to the fastest model's within a block; nil for the
  /// fastest, and below two blocks.
  public var leastRatio: Double?
  /// The greatest such ratio; nil likewise.
  public var greatestRatio: Double?
  /// Whether it is clearly slower than the fastest, and not run any further.
  public var isClearlySlower: Bool

  /// Makes a standing.
  public init(
    name: String, medianSeconds: Double, runs: Int, leastRatio: Double? = nil,
    greatestRatio: Double? = nil, isClearlySlower: Bool = false
  ) {
    self.name = name
    self.medianSeconds = medianSeconds
    self.runs = runs
    self.leastRatio = leastRatio
    self.greatestRatio = greatestRatio
    self.isClearlySlower = isClearlySlower
  }
}
