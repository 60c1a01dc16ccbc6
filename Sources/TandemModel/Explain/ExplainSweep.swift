/// What `tandem explain --sweep` measured of one command with several values of a variable: the versioned
/// schema `tandem.explain-sweep/1`.
public struct ExplainSweep: Codable, Sendable, Equatable {
  /// The schema's name and version.
  public static let schemaName = "tandem.explain-sweep/1"

  /// Always `tandem.explain-sweep/1`.
  public var schema: String
  /// The version of Tandem that wrote the report.
  public var tandemVersion: String
  /// The machine, as the command could use it.
  public var machine: MachineSummary
  /// The name of the variable.
  public var variable: String
  /// The command and its arguments, in which `{variable}` stands for the value.
  public var command: [String]
  /// How often the command was run again with each value.
  public var repeated: RepeatedRuns
  /// A value each; numbers in ascending order.
  public var points: [ExplainSweepPoint]
  /// The value to use, the first whose wall time is surely within five per cent of the least; null when
  /// the runs don't show that any value is faster than the first.
  @ExplicitNull public var best: String?
  /// What the rules found.
  public var findings: [Finding]
  /// Which value is fastest, if that is shown.
  public var sentence: String

  /// Makes a report.
  public init(
    tandemVersion: String, machine: MachineSummary, variable: String, command: [String],
    repeated: RepeatedRuns, points: [ExplainSweepPoint], best: String? = nil,
    findings: [Finding] = [], sentence: String = ""
  ) {
    self.schema = Self.schemaName
    self.tandemVersion = tandemVersion
    self.machine = machine
    self.variable = variable
    self.command = command
    self.repeated = repeated
    self.points = points
    self.best = best
    self.findings = findings
    self.sentence = sentence
  }

  enum CodingKeys: String, CodingKey {
    case schema
    case tandemVersion = "tandem_version"
    case machine, variable, command, repeated, points, best, findings, sentence
  }
}

/// One value of a sweep.
public struct ExplainSweepPoint: Codable, Sendable, Equatable {
  /// The value, as it was given.
  public var value: String
  /// What was seen of the command's first run with it, which isn't timed.
  public var report: ExplainReport
  /// The runs that the figures are of.
  public var runs: TimedRuns
  /// These runs compared with those of the first value, a figure each; empty for the first.
  public var comparisons: [RunComparison]
  /// The median wall time, in seconds.
  public var medianSeconds: Double
  /// The interval of 95 % of that median; null below six runs.
  @ExplicitNull public var ci95Seconds: Interval?
  /// Workers on a CPU, a time average over the wall time: CPU time ÷ wall time, a median over the runs.
  public var parallelism: Double

  /// Makes a point.
  public init(
    value: String, report: ExplainReport, runs: TimedRuns, comparisons: [RunComparison] = [],
    medianSeconds: Double, ci95Seconds: Interval? = nil, parallelism: Double
  ) {
    self.value = value
    self.report = report
    self.runs = runs
    self.comparisons = comparisons
    self.medianSeconds = medianSeconds
    self.ci95Seconds = ci95Seconds
    self.parallelism = parallelism
  }

  enum CodingKeys: String, CodingKey {
    case value, report, runs, comparisons
    case medianSeconds = "median_s"
    case ci95Seconds = "ci95_s"
    case parallelism
  }
}
