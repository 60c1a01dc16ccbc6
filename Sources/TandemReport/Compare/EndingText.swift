import TandemModel
import TandemText

/// How many runs there were, why there were no more, and which models were not run to the end.
struct EndingText {
  /// A name and a value each.
  let facts: [(String, String)]

  /// Describes an ending.
  ///
  /// - Parameters:
  ///   - ending: Why the runs ended when they did.
  ///   - runs: The models' results.
  ///   - interpreters: What the report's interpreters are called.
  init(_ ending: ComparisonEnding, runs: [ModelResult], interpreters: InterpreterNames) {
    let why = Self.why(ending)
    var facts = [("runs", "\(FigureText.count(ending.timedRuns, "timed run")) · \(why)")]
    var slower: [String] = []
    for run in runs where run.isClearlySlower && !slower.contains(run.name(interpreters)) {
      slower.append(run.name(interpreters))
    }
    if !slower.isEmpty {
      facts.append(("", "clearly slower, not run further: \(slower.joined(separator: ", "))"))
    }
    if let busy = Self.busy(ending) { facts.append(("", busy)) }
    self.facts = facts
  }

  /// That other programs used the CPUs meanwhile, as a clause; nil where it didn't matter or isn't known.
  static func busy(_ ending: ComparisonEnding) -> String? {
    guard let share = ending.othersShare else { return nil }
    let most = ending.others.prefix(2).map { "\(TextWidth.sanitized($0.name)) \($0.pid)" }
    let who = most.isEmpty ? "" : " (\(FigureText.list(most)))"
    return """
      the machine was busy: other programs used \(FigureText.percent(share)) of the CPUs' time\(who), so \
      measure again when nothing else runs
      """
  }

  /// Why the runs ended when they did, as a clause.
  static func why(_ ending: ComparisonEnding) -> String {
    let budget = ending.timeBudgetSeconds.map { FigureText.setting(seconds: $0) } ?? ""
    let elapsed = FigureText.duration(ending.elapsedSeconds)
    return switch ending.reason {
    case .clearWinner: "ended early, after \(elapsed) of \(budget): the answer is clear"
    case .runsMade: "as many as were asked for, in \(elapsed)"
    case .enoughRuns: "as many of each model as are useful, in \(elapsed) of \(budget)"
    case .timeBudget: "as many as fitted into \(budget)"
    case .allFailed: "every model failed"
    case .interrupted: "interrupted after \(elapsed)"
    }
  }
}
