/// What to use for this work.
public struct Verdict: Codable, Sendable, Equatable {
  /// The answers there are.
  public enum Choice: String, Codable, Sendable, CaseIterable {
    /// Threads are faster.
    case threads
    /// The tasks of one event loop are faster.
    case tasks
    /// Processes are faster.
    case processes
    /// Neither is faster by more than five per cent.
    case either
    /// Neither: the same work without workers is faster than both.
    case serial
    /// The runs don't tell.
    case undecided
  }

  /// What the runs don't tell.
  public struct OpenQuestion: Codable, Sendable, Equatable {
    /// The two models that the runs don't tell apart; the first one's time over the second's is the ratio.
    public var between: [Difference.Side]
    /// Blocks in which both ran.
    public var n: Int
    /// The median ratio of their wall times within a block.
    public var ratio: Double
    /// A bootstrap interval of the ratio over blocks, from six blocks up; null below.
    @ExplicitNull public var ratioCI95: Interval?
    /// About how many more runs of each would tell; null where that would be too many, or can't be told.
    @ExplicitNull public var moreRuns: Int?
    /// The options of the command that make so many runs; null where there is no such number.
    @ExplicitNull public var options: String?
    /// How many times as fast as the same work without workers the slower of both is; null where that isn't
    /// much, or wasn't measured.
    @ExplicitNull public var timesSerial: Double?

    /// Makes a question.
    public init(
      between: [Difference.Side], n: Int, ratio: Double, ratioCI95: Interval?, moreRuns: Int?,
      options: String?, timesSerial: Double? = nil
    ) {
      self.between = between
      self.n = n
      self.ratio = ratio
      self.ratioCI95 = ratioCI95
      self.moreRuns = moreRuns
      self.options = options
      self.timesSerial = timesSerial
    }

    enum CodingKeys: String, CodingKey {
      case between, n, ratio
      case ratioCI95 = "ratio_ci95"
      case moreRuns = "more_runs"
      case options
      case timesSerial = "times_serial"
    }
  }

  /// The answer.
  public var choice: Choice
  /// The recommended model; null when undecided.
  @ExplicitNull public var model: ExecutionModel?
  /// The path of the interpreter under which it is recommended; null for Swift models and when undecided.
  @ExplicitNull public var interpreter: String?
  /// The recommended number of workers; null when undecided, or when no workers are best.
  @ExplicitNull public var workers: Int?
  /// Why, one sentence.
  public var reason: String
  /// Which two models the runs don't tell apart; null when decided, or when too little was measured.
  @ExplicitNull public var open: OpenQuestion?

  /// Makes a verdict.
  public init(
    choice: Choice, model: ExecutionModel?, workers: Int?, reason: String,
    open: OpenQuestion? = nil, interpreter: String? = nil
  ) {
    self.open = open
    self.interpreter = interpreter
    self.choice = choice
    self.model = model
    self.workers = workers
    self.reason = reason
  }
}
