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
    let pools = comparison.ran(on: .allAtOnce)
    return pools.filter { !$0.model.isPythonPool }.compactMap { conclusion(from: $0) }
      + fromPython(comparison)
  }

  /// Several items in a message of a Python pool must be this much faster than one, to be worth a word.
  private static let leastSpeedup = 1.25
  /// With more bytes than this in a message, its data takes the time.
  private static let mostBytes = 65_536.0

  /// A message of a Python pool costs more than the call that it is for.
  private func fromPython(_ comparison: Comparison) -> [Conclusion] {
    comparison.crossings.compactMap { crossing in
      guard let message = crossing.messageSeconds, let trial = crossing.trial,
        let function = crossing.function, let argument = crossing.argument,
        let result = crossing.result, message > crossing.itemSeconds,
        function.bytes + argument.bytes + result.bytes < Self.mostBytes
      else { return nil }
      let speedup = trial.oneSeconds / max(trial.chunkSeconds, 1e-9)
      guard speedup >= Self.leastSpeedup else { return nil }
      let pools = comparison.poolCrossings.filter {
        $0.crossing.interpreter == crossing.interpreter
      }
      guard
        let pool = pools.first(where: { ($0.result.pythonPool?.defaultChunksize ?? 0) == 1 })
          ?? pools.first
      else { return nil }
      let serial = comparison.fastest(
        on: .allAtOnce, interpreter: pool.result.interpreter, where: { $0.workerKind == .none })
      let isSlower = (serial?.medianSeconds ?? .infinity) < (pool.result.medianSeconds ?? 0)
      let chunk = pool.result.pythonPool?.chunksize ?? trial.chunksize
      return conclusion(
        """
        A call takes \(FigureText.duration(crossing.itemSeconds)), and a message to another process and \
        back \(FigureText.duration(message)). With one call in a message, \
        \(FigureText.count(trial.items, "call")) took \(FigureText.duration(trial.oneSeconds)) through a \
        pool; with \(FigureText.count(trial.chunksize)) in each, \
        \(FigureText.duration(trial.chunkSeconds)) (\(FigureText.ratio(speedup)) times as fast).
        """,
        about: pools.map(\.result),
        evidence: [
          "item_s": crossing.itemSeconds, "message_s": message, "calls": Double(trial.items),
          "chunksize": Double(trial.chunksize), "one_s": trial.oneSeconds,
          "chunk_s": trial.chunkSeconds,
        ],
        potentialGain: nil,
        advice: isSlower
          ? """
          Do all calls in one loop: even with chunksize=\(chunk), \(pool.result.model.rawValue) took \
          longer than no workers.
          """
          : """
          Give pool.map a chunksize: \(pool.result.model.rawValue) was run with chunksize=\(chunk). \
          ProcessPoolExecutor's own default is 1.
          """)
    }
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
