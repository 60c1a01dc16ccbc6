package import TandemModel

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
      pool.overheadSPerTask > pool.taskS, pool.overheadSPerTask > 0,
      // Large inputs and outputs are another matter.
      !MovingDataDominates.movesMuch(pool)
    else { return nil }
    // So many tasks in one make the work nine times the overhead.
    let together = pool.taskS > 0 ? (9 * pool.overheadSPerTask / pool.taskS).rounded(.up) : nil
    var advice = "Give each task more to do"
    if let together, together <= pool.tasks {
      advice += """
        : with about \(Wording.number(together)) of these in one, handing them out becomes a tenth of \
        the time
        """
    } else {
      advice += ", or do all of them in one loop: handing them out costs more than they do"
    }
    return finding(
      """
      \(result.label): a task takes \(Wording.seconds(pool.taskS)), and a worker spends \
      \(Wording.seconds(pool.overheadSPerTask)) between two tasks, \
      \(Wording.number(pool.overheadSPerTask / max(pool.taskS, 1e-9))) times as long, taking the next \
      and handing in the last.
      """,
      evidence: [
        "task_s": pool.taskS, "overhead_s_per_task": pool.overheadSPerTask, "tasks": pool.tasks,
        "workers": Double(result.workers), "coding_s": pool.codingS,
      ],
      advice: advice + ".")
  }
}
