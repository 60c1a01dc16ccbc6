package import TandemModel
import TandemText

/// Each worker finishes before the next one begins, so no two are ever at work at once.
package enum NeverOverlapped {
  /// Models that start each worker after they have joined the one before.
  package struct InComparison: Rule {
    package let claim = Claim.neverOverlapped

    package init() {}

    package func conclusions(from comparison: Comparison) -> [Conclusion] {
      let results = comparison.ran(on: .oneAtATime).filter { $0.workers >= 2 }
      let concurrencies = results.compactMap(\.concurrency)
      guard let highest = concurrencies.max(), highest <= 1.05 else { return [] }
      let best = best(comparison, results)
      let models =
        concurrencies.count == 1 ? "the one model" : "all \(concurrencies.count) models"
      return [
        conclusion(
          """
          One at a time, no two workers were ever in progress at once (concurrency at most \
          \(FigureText.ratio(highest)) under \(models)): each worker is joined before the next one \
          starts, so no model can be faster than the same work without workers.
          """,
          about: results,
          evidence: ["concurrency_max": highest, "models": Double(concurrencies.count)],
          potentialGain: best.map {
            .measured(
              $0.after, insteadOf: $0.before, "measured with \($0.slow.label), all at once")
          },
          advice: advice(best))
      ]
    }

    /// A model that ran on both schedules, and its wall times.
    private struct BothWays {
      var slow: ModelResult
      var before: Double
      var after: Double
      var gain: Double { before / after }
    }

    /// The model that gains most from overlapping, which makes the point with a figure; the one whose lock
    /// is only there to show what a lock does is no model to use.
    private func best(_ comparison: Comparison, _ results: [ModelResult]) -> BothWays? {
      results.filter { $0.model != .swiftThreadsGlobalLock }.compactMap { slow -> BothWays? in
        guard
          let fast = comparison.ran(on: .allAtOnce).first(where: {
            $0.model == slow.model && $0.interpreter == slow.interpreter
          }), let before = slow.medianSeconds, let after = fast.medianSeconds, after > 0
        else { return nil }
        return BothWays(slow: slow, before: before, after: after)
      }.max { $0.gain < $1.gain }
    }

    private func advice(_ best: BothWays?) -> String {
      guard let best else {
        return """
          Start all workers before joining the first; run again with --schedule all-at-once to \
          measure the gain.
          """
      }
      let slow = FigureText.duration(best.before)
      let fast = FigureText.duration(best.after)
      guard best.gain > PairedRatio.margin else {
        return """
          Start all workers before joining the first where they have work at the same time; here it \
          gains nothing (\(best.slow.label): \(slow) one at a time, \(fast) all at once).
          """
      }
      return """
        Start all workers before joining the first: all at once, \(best.slow.label) took \(fast) \
        instead of \(slow).
        """
    }
  }

  /// A program whose workers finish before the next one begins.
  package struct InProgram: Rule {
    package let claim = Claim.neverOverlapped

    package init() {}

    package func conclusions(from program: ExplainReport) -> [Conclusion] {
      guard let work = WorkInTurn(program), work.isEnough, work.isOneAfterTheOther else {
        return []
      }
      return [
        conclusion(
          """
          The program started \(work.counted), but no two of them \
          were ever at work at once: each finished before the next one \
          began\(Self.concurrency(of: program)).
          """,
          evidence: work.evidence, potentialGain: work.gainByOverlap,
          advice: """
            Start all of them before waiting for the first: a loop that starts and joins in one step \
            runs them one after the other, as threads and as processes.
            """)
      ]
    }

    /// The concurrency, unless the program's first thread or workers of another kind add to it.
    private static func concurrency(of program: ExplainReport) -> String {
      program.concurrency <= 1.05
        ? ", so concurrency is \(FigureText.ratio(program.concurrency))" : ""
    }
  }
}
