import TandemModel
import TandemSystem

/// The runs of one thing in two results, compared.
struct ComparedRuns {
  /// What came out.
  let row: RunChange
  /// The comparison; nil where there is none.
  let ratio: UnpairedRatio?

  /// Compares runs.
  ///
  /// - Parameters:
  ///   - label: What was run.
  ///   - before: The wall seconds, or CPU seconds, of each run in the first result.
  ///   - after: Those in the second.
  ///   - margin: The ratio that counts as the same.
  ///   - why: Why they can't be compared; nil where they can.
  init(_ label: String, _ before: [Double], _ after: [Double], margin: Double, why: String? = nil) {
    // The same runs give the same interval.
    var generator = SplitMix64(seed: 0, use: "change/\(label)")
    ratio = why == nil ? UnpairedRatio(after, over: before, using: &generator) : nil
    let isEmpty = before.isEmpty || after.isEmpty
    row = RunChange(
      label: label, before: Statistics.median(before), after: Statistics.median(after),
      beforeRuns: before.count, afterRuns: after.count, ratio: ratio?.ratio,
      ratioCI95: ratio?.interval, shown: ratio?.shown(beyond: margin) ?? .undecided,
      why: why ?? (ratio == nil ? (isEmpty ? "no run" : "a time that isn't above 0") : nil))
  }

  /// A figure of one run each, which shows nothing.
  init(_ label: String, average before: Double, _ after: Double) {
    ratio = nil
    row = RunChange(
      label: label, unit: .average, before: before, after: after, beforeRuns: 1, afterRuns: 1,
      ratio: before > 0 && after > 0 ? after / before : nil)
  }

  /// How many runs the result has that has fewer.
  var least: Int { min(row.beforeRuns, row.afterRuns) }
}
