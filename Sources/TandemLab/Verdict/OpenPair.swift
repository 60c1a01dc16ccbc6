import TandemModel
import TandemText

/// Two models that the runs don't tell apart, and what would.
struct OpenPair {
  /// The pair, with its figures.
  let question: Verdict.OpenQuestion

  /// Describes a pair.
  ///
  /// - Parameters:
  ///   - first: a model.
  ///   - second: the other.
  ///   - ratio: the first over the second.
  ///   - moreRuns: about how many more runs would tell; nil where that can't be told.
  ///   - ending: why the runs ended when they did; nil where that isn't known.
  init(
    _ first: AnalysedCell, _ second: AnalysedCell, _ ratio: PairedRatio, moreRuns: Int?,
    _ ending: ComparisonEnding?
  ) {
    question = Verdict.OpenQuestion(
      between: [first.side, second.side], n: ratio.n, ratio: ratio.ratio, ratioCI95: ratio.interval,
      moreRuns: moreRuns,
      option: moreRuns.flatMap { Self.option(more: $0, than: ratio.n, ending) })
  }

  /// The option that makes so many more runs.
  private static func option(more: Int, than n: Int, _ ending: ComparisonEnding?) -> String? {
    guard let ending, n > 0 else { return nil }
    guard ending.reason == .timeBudget, let budget = ending.timeBudgetSeconds,
      n + more <= Experiment.mostRuns
    else { return "--runs \(n + more)" }
    let seconds = budget * Double(n + more) / Double(n)
    return "--time-budget \(TimeBudgetText.option(seconds: seconds))"
  }

  /// What would decide, a clause.
  var whatWouldDecide: String {
    if let moreRuns = question.moreRuns {
      let option = question.option.map { " (\($0))" } ?? ""
      return "about \(FigureText.count(moreRuns, "more run")) would decide\(option)"
    }
    if let interval = question.ratioCI95, interval.high / interval.low < 1.2 {
      return """
        more than \(PairedRatio.mostRunsWorthNaming) runs would be needed, so it makes no \
        difference that matters
        """
    }
    return "the runs vary too much to say how many more would decide"
  }
}

/// A time budget as the command line takes it.
enum TimeBudgetText {
  /// Whole seconds, rounded up to a number that is easily read.
  ///
  /// - Parameter seconds: at least so long.
  /// - Returns: text such as `45s`.
  static func option(seconds: Double) -> String {
    let step = seconds > 60 ? 30.0 : 5
    return "\(Int((seconds / step).rounded(.up) * step))s"
  }
}
