/// What `tandem compare` found: the versioned schema `tandem.compare/1`.
///
/// Seconds are seconds of wall time unless a name says otherwise. "Median" is the median over the
/// timed runs of one model on one schedule.
public struct CompareReport: Codable, Sendable, Equatable {
  /// The schema's name and version.
  public static let schemaName = "tandem.compare/1"

  /// Always `tandem.compare/1`.
  public var schema: String
  /// The version of Tandem that wrote the report.
  public var tandemVersion: String
  /// The machine that it ran on.
  public var machine: MachineSummary
  /// What was run.
  public var work: WorkSummary
  /// The seed of the order of runs and of the bootstrap.
  public var seed: UInt64
  /// One entry a model, schedule and interpreter.
  public var runs: [ModelResult]
  /// The pairs worth telling apart.
  public var differences: [Difference]
  /// What the rules found.
  public var findings: [Finding]
  /// What to use.
  public var verdict: Verdict
  /// What was not run or not measured, and why.
  public var omitted: [Omission]
  /// The same work over several numbers of workers; null when there was one number.
  ///
  /// Then `runs` holds each model with the number of workers that is recommended for it.
  @ExplicitNull public var sweep: Sweep?
  /// Why the comparison ended when it did; null where that isn't known.
  @ExplicitNull public var ending: ComparisonEnding?
  /// What crosses between processes when a Python function goes through a pool, an entry an interpreter.
  public var crossing: [PythonCrossing]
  /// The code that does what the verdict says; null when there is none.
  @ExplicitNull public var code: PastedCode?

  /// Makes a report.
  public init(
    tandemVersion: String, machine: MachineSummary, work: WorkSummary, seed: UInt64,
    runs: [ModelResult], differences: [Difference], findings: [Finding], verdict: Verdict,
    omitted: [Omission], sweep: Sweep? = nil, ending: ComparisonEnding? = nil,
    crossing: [PythonCrossing] = [], code: PastedCode? = nil
  ) {
    self.schema = Self.schemaName
    self.tandemVersion = tandemVersion
    self.machine = machine
    self.work = work
    self.seed = seed
    self.runs = runs
    self.differences = differences
    self.findings = findings
    self.verdict = verdict
    self.omitted = omitted
    self.sweep = sweep
    self.ending = ending
    self.crossing = crossing
    self.code = code
  }

  enum CodingKeys: String, CodingKey {
    case schema
    case tandemVersion = "tandem_version"
    case machine, work, seed, runs, differences, findings, verdict
    case omitted = "omitted"
    case sweep, ending, crossing, code
  }
}
