import TandemModel
import TandemText

/// A pool's workers spend more time between tasks than in them.
package struct TinyTasksDominate: Rule {
  package let claim = Claim.tinyTasksDominate

  package init() {}

  /// With fewer tasks than this for each worker, waiting at the beginning and the end is much of it.
  private static let leastTasksPerWorker = 10.0

  package func conclusions(from comparison: Comparison) -> [Conclusion] {
    // One at a time, a worker waits between two tasks because it is made to.
    comparison.ran(on: .allAtOnce).compactMap { conclusion(from: $0) }
  }

  private func conclusion(from result: ModelResult) -> Conclusion? {
    guard let pool = result.pool, result.workers > 0,
      pool.tasks >= Self.leastTasksPerWorker * Double(result.workers),
      pool.overheadSPerTask > pool.taskSeconds, pool.overheadSPerTask > 0,
      // Of large tasks, data takes the time.
      !pool.movesMuchData
    else { return nil }
    // So many tasks in one make the work nine times the overhead.
    let together =
      pool.taskSeconds > 0 ? (9 * pool.overheadSPerTask / pool.taskSeconds).rounded(.up) : nil
    var advice = "Give each task more to do"
    if let together, together <= pool.tasks {
      advice += """
        : with about \(FigureText.count(together)) of these in one, handing them out takes a tenth of \
        the time
        """
    } else {
      advice += ", or do all of them in one loop: handing them out takes longer than doing them"
    }
    return conclusion(
      """
      \(result.label): a task takes \(FigureText.duration(pool.taskSeconds)), and a worker spends \
      \(FigureText.duration(pool.overheadSPerTask)) between two tasks, \
      \(FigureText.ratio(pool.overheadSPerTask / max(pool.taskSeconds, 1e-9))) times as long, on \
      returning one and taking the next.
      """,
      about: [result],
      evidence: [
        "task_s": pool.taskSeconds, "overhead_s_per_task": pool.overheadSPerTask,
        "tasks": pool.tasks,
        "workers": Double(result.workers), "coding_s": pool.codingSeconds,
      ],
      potentialGain: result.medianSeconds.map {
        PotentialGain(
          seconds: min($0, pool.overheadSPerTask * pool.tasks / Double(result.workers)),
          wallSeconds: $0, basis: "the time between tasks, of one worker on average")
      },
      advice: advice + ".")
  }
}
