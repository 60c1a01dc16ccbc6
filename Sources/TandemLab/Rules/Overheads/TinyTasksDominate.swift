package import TandemModel
import TandemText

/// A pool's workers spend more time between tasks than in them.
package struct TinyTasksDominate: Rule {
  package let name = "tiny-tasks-dominate"

  /// With fewer tasks than this for each worker, waiting at the beginning and the end is much of it.
  private static let leastTasksPerWorker = 10.0

  package func evaluate(_ context: RuleContext) -> [Finding] {
    // One at a time, a worker waits between two tasks because it is made to.
    context.ran(on: .allAtOnce).compactMap { evaluate($0) }
  }

  private func evaluate(_ result: ModelResult) -> Finding? {
    guard let pool = result.pool, result.workers > 0,
      pool.tasks >= Self.leastTasksPerWorker * Double(result.workers),
      pool.overheadSPerTask > pool.taskSeconds, pool.overheadSPerTask > 0,
      // Large inputs and outputs are another matter.
      !MovingDataDominates.movesMuch(pool)
    else { return nil }
    // So many tasks in one make the work nine times the overhead.
    let together =
      pool.taskSeconds > 0 ? (9 * pool.overheadSPerTask / pool.taskSeconds).rounded(.up) : nil
    var advice = "Give each task more to do"
    if let together, together <= pool.tasks {
      advice += """
        : with about \(FigureText.count(together)) of these in one, handing them out becomes a tenth of \
        the time
        """
    } else {
      advice += ", or do all of them in one loop: handing them out costs more than they do"
    }
    return finding(
      """
      \(result.label): a task takes \(FigureText.duration(pool.taskSeconds)), and a worker spends \
      \(FigureText.duration(pool.overheadSPerTask)) between two tasks, \
      \(FigureText.ratio(pool.overheadSPerTask / max(pool.taskSeconds, 1e-9))) times as long, taking the next \
      and handing in the last.
      """,
      evidence: [
        "task_s": pool.taskSeconds, "overhead_s_per_task": pool.overheadSPerTask,
        "tasks": pool.tasks,
        "workers": Double(result.workers), "coding_s": pool.codingSeconds,
      ],
      advice: advice + ".")
  }
}
