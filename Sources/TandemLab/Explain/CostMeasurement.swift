import TandemModel
import TandemSystem

/// Runs a command again and again, in pairs of one plain and one observed run, and compares the times.
struct CostMeasurement {
  /// Observes the runs.
  var explainer: Explainer
  /// The command and its arguments.
  var command: [String]
  /// How many pairs of runs.
  var pairs: Int
  /// What the first run took.
  var first: RepeatedMeasurement.Run
  /// How the first run ended, as the others must.
  var exit: ProgramExit?

  /// Runs all pairs; an interrupt ends that, and what was measured by then counts.
  ///
  /// - Returns: The times.
  func run() -> CostRuns {
    let variants = [false, true].map { isObserved in
      RepeatedMeasurement.Variant(
        name: isObserved ? "observed" : "plain", subject: "the command", command: command,
        isObserved: isObserved, exit: exit, first: first)
    }
    let result = RepeatedMeasurement(
      explainer: explainer, title: "cost run", variants: variants, limit: .blocks(pairs)
    ).run()
    return Self.summary(
      asked: pairs, plain: result.runs[0], observed: result.runs[1], reason: result.reason)
  }

  /// Compares pairs of runs.
  ///
  /// - Parameters:
  ///   - asked: How many pairs were asked for.
  ///   - plain: The plain runs, one a pair.
  ///   - observed: The observed ones, in the same order.
  ///   - reason: Why there are fewer; nil when there aren't.
  /// - Returns: The figures.
  static func summary(
    asked: Int, plain: [RepeatedMeasurement.Run], observed: [RepeatedMeasurement.Run],
    reason: String?
  ) -> CostRuns {
    // The same runs give the same interval.
    var generator = SplitMix64(seed: 0, use: "observing-cost")
    let ratio = PairedRatio(
      observed.map(\.wallSeconds), over: plain.map(\.wallSeconds), using: &generator)
    return CostRuns(
      pairsAsked: asked, plainWallSeconds: plain.map(\.wallSeconds),
      observedWallSeconds: observed.map(\.wallSeconds),
      wallRatio: ratio?.ratio, wallRatioCI95: ratio?.interval,
      plainCPUSeconds: Statistics.median(plain.map(\.cpuSeconds)),
      observedCPUSeconds: Statistics.median(observed.map(\.cpuSeconds)),
      switchesPerSecond: Statistics.median(
        plain.compactMap { $0.wallSeconds > 0 ? $0.switches / $0.wallSeconds : nil }),
      reason: plain.count < asked ? reason : nil)
  }
}

extension RepeatedMeasurement.Run {
  /// CPU seconds that the kernel accounted to it.
  var cpuSeconds: Double { Double(usage.cpuNS) / 1e9 }
  /// Context switches that the kernel accounted to it.
  var switches: Double { Double(usage.voluntarySwitches &+ usage.involuntarySwitches) }
}
