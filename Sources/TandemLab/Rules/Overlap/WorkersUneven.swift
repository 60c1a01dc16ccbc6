package import TandemModel
import TandemText

/// One worker had so much more to do that the others waited for it in the end.
package struct WorkersUneven: Rule {
  package let name = "workers-uneven"

  /// The least part of the wall time that even shares would save, to be worth saying.
  private static let leastSaving = 0.2
  /// The longest worker over the mean, below which shares count as even.
  private static let leastRatio = 1.25

  package func evaluate(_ context: RuleContext) -> [Finding] {
    context.ran(on: .allAtOnce).compactMap { evaluate($0, context) }
  }

  private func evaluate(_ result: ModelResult, _ context: RuleContext) -> Finding? {
    guard result.workers >= 2, result.model != .swiftThreadsGlobalLock,
      // Waiting for the GIL isn't told apart from the work in a function of the user's.
      !(result.model == .pythonThreads && result.interpreter?.hasGlobalLock == true),
      let longest = result.longestWorkerSeconds, let mean = result.meanWorkerSeconds, mean > 0,
      let wall = result.medianSeconds, wall > 0, longest >= Self.leastRatio * mean
    else { return nil }
    // Nothing ends before its longest worker, nor before all of the work has passed as many at a time as
    // can have a CPU: what the first exceeds the second by, even shares would save.
    let room = context.profile(under: result.interpreter)
      .workersWithACPU(cpus: context.machine.effectiveCPUs)
    let even = mean * Double(result.workers) / Double(min(room, result.workers))
    let saving = longest - even
    guard saving >= Self.leastSaving * wall else { return nil }
    let isPool = result.pool != nil
    return finding(
      """
      \(result.label), \(result.schedule.phrase): one of \(result.workers) workers had \
      \(FigureText.duration(longest)) of work, the mean was \(FigureText.duration(mean)); while it ended alone, \
      the others had nothing to do. Even shares would save about \(FigureText.duration(saving)) of \
      \(FigureText.duration(wall)).
      """,
      evidence: [
        "longest_worker_s": longest, "mean_worker_s": mean, "saving_s": saving, "median_s": wall,
        "workers": Double(result.workers),
      ],
      advice: isPool
        ? "Split the longest tasks, or give them to the pool first."
        : """
        Cut the work into more and smaller items, and let workers take them from a pool as they get \
        free, instead of a share each.
        """)
  }
}
