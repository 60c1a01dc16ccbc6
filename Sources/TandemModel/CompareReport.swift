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

  /// Makes a report.
  public init(
    tandemVersion: String, machine: MachineSummary, work: WorkSummary, seed: UInt64,
    runs: [ModelResult], differences: [Difference], findings: [Finding], verdict: Verdict,
    omitted: [Omission], sweep: Sweep? = nil
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
  }

  enum CodingKeys: String, CodingKey {
    case schema
    case tandemVersion = "tandem_version"
    case machine, work, seed, runs, differences, findings, verdict
    case omitted = "omitted"
    case sweep
  }
}

/// What was run.
public struct WorkSummary: Codable, Sendable, Equatable {
  /// What kind of work it is.
  public enum Kind: String, Codable, Sendable {
    /// The lesson's loop of squares.
    case squares
    /// Arithmetic only.
    case cpu
    /// Waiting for a pipe only.
    case io
    /// Half arithmetic, half waiting.
    case mixed
    /// A Python function of the user's.
    case pythonFunction = "python-function"
    /// A Swift task of the user's.
    case swiftTask = "swift-task"
  }

  /// A name for people, such as `squares` or `work.py:crunch`.
  public var name: String
  /// What kind of work it is.
  public var kind: Kind
  /// Items of work: the total number of calls, the same under every model.
  public var items: Int
  /// Iterations of the loop in one item; null where there is no loop.
  @ExplicitNull public var iterations: Int?
  /// The time that one item is meant to take, in seconds; null where it isn't set.
  @ExplicitNull public var workTimeSeconds: Double?

  /// Makes a summary.
  public init(name: String, kind: Kind, items: Int, iterations: Int?, workTimeSeconds: Double?) {
    self.name = name
    self.kind = kind
    self.items = items
    self.iterations = iterations
    self.workTimeSeconds = workTimeSeconds
  }

  enum CodingKeys: String, CodingKey {
    case name, kind, items, iterations
    case workTimeSeconds = "work_time_s"
  }
}

/// Something that was not run or not measured.
public struct Omission: Codable, Sendable, Equatable {
  /// What was left out.
  public var what: String
  /// Why, and how to have it.
  public var why: String

  /// Makes an entry.
  public init(what: String, why: String) {
    self.what = what
    self.why = why
  }
}
