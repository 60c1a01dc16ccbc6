import TandemModel
import TandemSystem

extension ExplainSweep {
  /// Compares the runs of one command with several values of a variable.
  ///
  /// - Parameters:
  ///   - swept: The command and the variable.
  ///   - observed: What was seen of it with each value, in order of the values; not empty.
  ///   - repeated: How often it was run again.
  ///   - runs: The runs with each value that the figures are of, in the same order.
  init(
    _ swept: SweptCommand, observed: [ExplainReport], repeated: RepeatedRuns, runs: [TimedRuns]
  ) {
    let points = zip(zip(swept.values, observed), runs).enumerated().map { index, entry in
      let ((value, report), own) = entry
      return ExplainSweepPoint(
        value, report, own,
        comparisons: index == 0
          ? []
          : RunComparison.all(
            of: own, with: runs[0], arePaired: repeated.areUnobserved,
            use: "explain-sweep/\(value)"))
    }
    self.init(
      tandemVersion: observed[0].tandemVersion, machine: observed[0].machine,
      variable: swept.variable, command: swept.command, repeated: repeated, points: points)
    let answer = SweepAnswer(self)
    best = answer.best
    sentence = answer.sentence
    findings = Rules.findings(in: self)
  }
}

extension ExplainSweepPoint {
  /// Summarises the runs of one value.
  fileprivate init(
    _ value: String, _ report: ExplainReport, _ runs: TimedRuns, comparisons: [RunComparison]
  ) {
    var generator = SplitMix64(seed: 0, use: "explain-sweep/median/\(value)")
    let shares = zip(runs[.cpu] ?? [], runs.wallSeconds).map { $1 > 0 ? $0 / $1 : 0 }
    self.init(
      value: value, report: report, runs: runs, comparisons: comparisons,
      medianSeconds: Statistics.median(runs.wallSeconds) ?? report.wallSeconds,
      ci95Seconds: Bootstrap.intervalOfMedian(of: runs.wallSeconds, using: &generator),
      parallelism: Statistics.median(shares) ?? report.parallelism)
  }
}
