/// What `tandem explain --vs` saw of two programs, and what made one take longer: the versioned schema
/// `tandem.explain-vs/1`.
public struct ExplainDifference: Codable, Sendable, Equatable {
  /// The schema's name and version.
  public static let schemaName = "tandem.explain-vs/1"

  /// Always `tandem.explain-vs/1`.
  public var schema: String
  /// What was seen of the first program.
  public var first: ExplainReport
  /// What was seen of the second.
  public var second: ExplainReport
  /// The second's wall time minus the first's in the observed runs, in seconds; negative when the second was faster.
  public var differenceSeconds: Double
  /// What the difference is made of: wall seconds of the second minus those of the first, a state each; may be negative.
  public var parts: [StateShare]
  /// What the parts don't tell, in seconds: `difference_s` is the parts and this together.
  public var residualSeconds: Double
  /// How often both were run again.
  public var repeated: RepeatedRuns
  /// The runs of the first program that the figures are of.
  public var firstRuns: TimedRuns
  /// The runs of the second program.
  public var secondRuns: TimedRuns
  /// The second's runs compared with the first's, a figure each.
  public var comparisons: [RunComparison]
  /// What the rules found in the difference.
  public var findings: [Finding]
  /// Which program is faster, if that is shown, and what most of the difference is.
  public var sentence: String

  /// Makes a difference.
  public init(
    first: ExplainReport, second: ExplainReport, differenceSeconds: Double, parts: [StateShare],
    residualSeconds: Double, repeated: RepeatedRuns, firstRuns: TimedRuns, secondRuns: TimedRuns,
    comparisons: [RunComparison] = [], findings: [Finding] = [], sentence: String
  ) {
    self.schema = Self.schemaName
    self.first = first
    self.second = second
    self.differenceSeconds = differenceSeconds
    self.parts = parts
    self.residualSeconds = residualSeconds
    self.repeated = repeated
    self.firstRuns = firstRuns
    self.secondRuns = secondRuns
    self.comparisons = comparisons
    self.findings = findings
    self.sentence = sentence
  }

  enum CodingKeys: String, CodingKey {
    case schema, first, second
    case differenceSeconds = "difference_s"
    case parts
    case residualSeconds = "residual_s"
    case repeated
    case firstRuns = "first_runs"
    case secondRuns = "second_runs"
    case comparisons, findings, sentence
  }
}
