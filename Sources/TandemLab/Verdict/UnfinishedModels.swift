import TandemModel
import TandemText

/// Models that have no figures for want of time, and what would give them some.
struct UnfinishedModels {
  /// Why there are no figures, and what to do, a clause.
  let reason: String

  /// Describes them; nil where there are none.
  ///
  /// - Parameters:
  ///   - ending: why the runs ended when they did; nil where that isn't known.
  ///   - belongs: which models are of interest.
  init?(_ ending: ComparisonEnding?, where belongs: (ExecutionModel) -> Bool = { _ in true }) {
    guard let ending, let budget = ending.timeBudgetSeconds else { return nil }
    let own = ending.unfinished.filter { $0.model.workerKind != .none && belongs($0.model) }
    guard let first = own.first else { return nil }
    var clauses: [String] = []
    let stopped = own.filter { $0.stoppedAfterSeconds != nil }
    if let model = stopped.first, let after = model.stoppedAfterSeconds {
      clauses.append(
        "\(model.model.rawValue) had not ended after \(FigureText.duration(after))")
    } else if let estimate = first.estimateSeconds {
      clauses.append(
        "one run of \(first.model.rawValue) would take about \(FigureText.duration(estimate))")
    }
    // A run of each, and another, beside what has been measured.
    let needed = own.reduce(budget) { sum, model in
      sum + 2 * (model.estimateSeconds ?? 2 * (model.stoppedAfterSeconds ?? 0))
    }
    clauses.append(
      """
      the time budget was \(FigureText.setting(seconds: budget)): try --time-budget \
      \(Self.rounded(needed)), or fewer items
      """)
    reason = clauses.joined(separator: "; ")
  }

  /// Whole seconds as the command line takes them, rounded up to a number that is easily read.
  private static func rounded(_ seconds: Double) -> String {
    let step = seconds > 60 ? 30.0 : 5
    return "\(Int((seconds / step).rounded(.up) * step))s"
  }
}
