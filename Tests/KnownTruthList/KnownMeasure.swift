/// How true what was said of many runs is.
public struct KnownMeasure: Sendable {
  /// One run, and what was said of it.
  public struct Judged: Sendable {
    /// The program.
    public var truth: KnownTruth
    /// How switches were seen.
    public var mode: KnownMode
    /// What was said.
    public var verdict: KnownVerdict
    /// Figures that were off, each with what was expected and what was observed.
    public var figuresOff: [String]
    /// Whether other programs took a good part of the CPUs.
    public var isBusy: Bool

    /// Makes a judgement.
    ///
    /// - Parameters:
    ///   - truth: the program.
    ///   - mode: how switches were seen.
    ///   - run: what was said.
    public init(_ truth: KnownTruth, _ mode: KnownMode, _ run: KnownRun) {
      self.truth = truth
      self.mode = mode
      verdict = KnownVerdict(truth, run, mode)
      figuresOff = truth.check(run, mode)
        .filter { !$0.isRight && $0.what != KnownRow.rulesSubject }
        .map { "\($0.what): \($0.observed), must be \($0.expected)" }
      isBusy = run.isOnABusyMachine
    }
  }

  /// All runs, in their order.
  public private(set) var runs: [Judged] = []

  /// How many programs could not be run, or ended otherwise than well.
  public private(set) var failures = 0

  /// Makes the measure of no runs.
  public init() {}

  /// Counts a program that could not be run, or ended otherwise than well.
  public mutating func countFailure() { failures += 1 }

  /// Adds a run.
  ///
  /// - Parameter run: what was said of it.
  public mutating func add(_ run: Judged) { runs.append(run) }

  /// How many runs have a false statement.
  public var falseRuns: Int { runs.count { !$0.verdict.falsehoods.isEmpty } }

  /// How many runs have a cause that can be seen.
  public var seeableRuns: Int { runs.count { $0.verdict.outcome != .nothingToName } }

  /// How many runs have their cause named.
  public var namedRuns: Int { runs.count { $0.verdict.outcome == .named } }

  /// How many have a cause that can be seen and isn't named.
  public var silentRuns: Int { runs.count { $0.verdict.outcome == .silent } }

  /// How many figures were off.
  public var figuresOff: Int { runs.reduce(0) { $0 + $1.figuresOff.count } }

  /// The pairs of runs of one program, seen in one way on a machine that was busy in both or in neither.
  public var pairs: Int { counts.pairs }

  /// How many of these pairs differ in the rules that spoke about the program.
  public var differentPairs: Int { counts.different }

  private var counts: (pairs: Int, different: Int) {
    let groups = Dictionary(grouping: runs) { "\($0.truth.name) \($0.mode) \($0.isBusy)" }
    var counts = (pairs: 0, different: 0)
    for group in groups.values {
      for (index, one) in group.enumerated() {
        for other in group[..<index] {
          counts.pairs += 1
          if one.verdict.rulesAboutProgram != other.verdict.rulesAboutProgram {
            counts.different += 1
          }
        }
      }
    }
    return counts
  }

  /// Only the runs on a busy machine, or only the others.
  ///
  /// - Parameter isBusy: which of them.
  /// - Returns: their measure, without failures.
  public func only(busy isBusy: Bool) -> KnownMeasure {
    var part = KnownMeasure()
    for run in runs where run.isBusy == isBusy { part.add(run) }
    return part
  }

  /// The measure as a table's lines.
  public var table: [String] {
    func row(_ what: String, _ part: Int, _ all: Int, _ goal: String) -> String {
      let share = all > 0 ? Self.percent(Double(part) / Double(all)) : "none"
      return "| \(what) | \(part) of \(all) | \(share) | \(goal) |"
    }
    return [
      "| measure of truth | runs | share | goal |",
      "| --- | --- | --- | --- |",
      row("with a false statement", falseRuns, runs.count, "0 %"),
      row("cause named, of those that can be seen", namedRuns, seeableRuns, "≥ 80 %"),
      row("cause not named, of those that can be seen", silentRuns, seeableRuns, "≤ 20 %"),
      row("pairs of runs of one program that differ", differentPairs, pairs, "< 2 %"),
    ]
  }

  private static func percent(_ share: Double) -> String {
    let tenths = Int((share * 1_000).rounded())
    return "\(tenths / 10).\(tenths % 10) %"
  }
}
