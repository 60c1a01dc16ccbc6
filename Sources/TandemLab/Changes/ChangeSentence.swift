import TandemModel
import TandemText

/// What is said of one thing before and after.
struct ChangeSentence {
  /// What came out.
  var row: RunChange
  /// What it is called in a sentence.
  var subject: String
  /// The ratio that counts as the same.
  var margin: Double
  /// Whether times are of one item each.
  var isPerItem = false

  /// Whether it is faster or slower, by how much, and how sure that is.
  var text: String {
    if let why = row.why { return "No comparison of \(subject): \(why)." }
    let least = min(row.beforeRuns, row.afterRuns)
    if row.beforeRuns == 1, row.afterRuns == 1 {
      return "One run each is not a difference: \(subject) took \(both) before and after."
    }
    if least < PairedRatio.fewPairs {
      return """
        Too few runs for a difference, of which \(FigureText.count(PairedRatio.fewPairs)) of each are the \
        least: \(subject) took \(both) (\(runs)).
        """
    }
    switch row.shown {
    case .larger:
      return
        "Slower: \(subject) takes \(instead), \(times(row.ratio)) as long (\(sure(row.ratioCI95)))."
    case .smaller:
      let inverse = row.ratioCI95.map { Interval(low: 1 / $0.high, high: 1 / $0.low) }
      return """
        Faster: \(subject) takes \(instead), \(times(row.ratio.map { 1 / $0 })) as fast (\(sure(inverse))).
        """
    case .same:
      return """
        No difference: \(subject) takes the same time within \(FigureText.setting(share: margin - 1)), \(both), \
        \(times(row.ratio)) as long (\(sure(row.ratioCI95))).
        """
    case .undecided:
      let beyond = margin > 1 ? " above \(FigureText.setting(share: margin - 1))" : ""
      return """
        No difference\(beyond) is shown: \(subject) takes \(both), \(times(row.ratio)) as long \
        (\(sure(row.ratioCI95))); more runs tell more.
        """
    }
  }

  private var item: String { isPerItem ? " an item" : "" }

  private var both: String {
    "\(FigureText.duration(row.before)) and \(FigureText.duration(row.after))\(item)"
  }

  private var instead: String {
    "\(FigureText.duration(row.after))\(item) instead of \(FigureText.duration(row.before))"
  }

  private func times(_ ratio: Double?) -> String { "\(FigureText.ratio(ratio)) times" }

  private var runs: String {
    row.beforeRuns == row.afterRuns
      ? "\(FigureText.count(row.beforeRuns, "run")) each"
      : "\(FigureText.count(row.beforeRuns)) and \(FigureText.count(row.afterRuns, "run"))"
  }

  private func sure(_ interval: Interval?) -> String {
    let text =
      interval.map { "95 % interval \(FigureText.range($0.low, $0.high))" }
      ?? "no interval with fewer than six runs of each"
    return "\(text); medians of \(runs)"
  }
}
