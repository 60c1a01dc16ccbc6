/// The difference between two models on one schedule.
public struct Difference: Codable, Sendable, Equatable {
  /// Which model of which interpreter.
  public struct Side: Codable, Sendable, Equatable, Hashable {
    /// The execution model.
    public var model: ExecutionModel
    /// The interpreter's path; null for Swift models.
    @ExplicitNull public var interpreter: String?

    /// Makes a side.
    public init(model: ExecutionModel, interpreter: String?) {
      self.model = model
      self.interpreter = interpreter
    }
  }

  /// The one that took longer.
  public var slower: Side
  /// The one that took less.
  public var faster: Side
  /// The schedule of both.
  public var schedule: Schedule
  /// Paired blocks.
  public var n: Int
  /// The median over blocks of slower / faster wall time.
  public var ratio: Double
  /// A bootstrap interval of the ratio over blocks, from six blocks up; null below.
  @ExplicitNull public var ratioCI95: Interval?
  /// Mean over blocks of slower − faster wall time, in seconds.
  public var wallDifferenceSeconds: Double
  /// What the difference is made of: wall seconds a state, a mean over blocks or over watched runs; may be negative.
  public var parts: [StateShare]
  /// Which runs `parts` are from: the watched ones, or the timed ones.
  public var partsFrom: TimeSource
  /// Timed minus observed difference, in seconds: what the parts don't tell.
  ///
  /// The parts of timed runs tell all but what rounding leaves.
  public var residualSeconds: Double
  /// One sentence: what the lost CPU time was spent waiting for.
  public var sentence: String

  /// Makes a difference.
  public init(
    slower: Side, faster: Side, schedule: Schedule, n: Int, ratio: Double, ratioCI95: Interval?,
    wallDifferenceSeconds: Double, parts: [StateShare], partsFrom: TimeSource = .reported,
    residualSeconds: Double,
    sentence: String
  ) {
    self.slower = slower
    self.faster = faster
    self.schedule = schedule
    self.n = n
    self.ratio = ratio
    self.ratioCI95 = ratioCI95
    self.wallDifferenceSeconds = wallDifferenceSeconds
    self.parts = parts
    self.partsFrom = partsFrom
    self.residualSeconds = residualSeconds
    self.sentence = sentence
  }

  enum CodingKeys: String, CodingKey {
    case slower, faster, schedule, n, ratio
    case ratioCI95 = "ratio_ci95"
    case wallDifferenceSeconds = "wall_difference_s"
    case parts
    case partsFrom = "parts_from"
    case residualSeconds = "residual_s"
    case sentence
  }
}
