package import TandemModel
import TandemText

/// Each worker was joined before the next was started, so no two ever ran at once.
package struct NeverOverlapped: Rule {
  package let name = "never-overlapped"

  package func evaluate(_ context: RuleContext) -> [Finding] {
    let results = context.ran(on: .oneAtATime).filter { $0.workers >= 2 }
    let concurrencies = results.compactMap(\.concurrency)
    guard let highest = concurrencies.max(), highest <= 1.05 else { return [] }
    let models = concurrencies.count == 1 ? "the one model" : "all \(concurrencies.count) models"
    let claim = """
      One at a time, no two workers were ever in progress at once: concurrency was at most \
      \(FigureText.ratio(highest)) under \(models), because each worker was joined before the next \
      was started; no model can be faster than the same work without workers there.
      """
    return [
      finding(
        claim, evidence: ["concurrency_max": highest, "models": Double(concurrencies.count)],
        advice: advice(context, results))
    ]
  }

  private func advice(_ context: RuleContext, _ results: [ModelResult]) -> String {
    // The model that gains most from overlapping makes the point with a figure; the one whose lock is
    // only there to show what a lock does is no model to use.
    let gains = results.filter { $0.model != .swiftThreadsGlobalLock }.compactMap {
      slow -> (slow: ModelResult, fast: ModelResult, gain: Double)? in
      guard
        let fast = context.ran(on: .allAtOnce).first(where: {
          $0.model == slow.model && $0.interpreter == slow.interpreter
        }), let before = slow.medianSeconds, let after = fast.medianSeconds, after > 0
      else { return nil }
      return (slow, fast, before / after)
    }
    guard let best = gains.max(by: { $0.gain < $1.gain }) else {
      return """
        Start all workers before joining the first; run again with --schedule all-at-once to see \
        what that gains.
        """
    }
    guard best.gain > PairedRatio.margin else {
      return """
        Start all workers before joining the first where the work gives them something to do at \
        the same time; here it gains nothing (\(best.slow.label): \
        \(FigureText.duration(best.slow.medianSeconds ?? 0)) one at a time, \
        \(FigureText.duration(best.fast.medianSeconds ?? 0)) all at once).
        """
    }
    return """
      Start all workers before joining the first: all at once, \(best.slow.label) took \
      \(FigureText.duration(best.fast.medianSeconds ?? 0)) instead of \
      \(FigureText.duration(best.slow.medianSeconds ?? 0)).
      """
  }
}
