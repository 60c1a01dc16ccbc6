package import TandemModel
import TandemText

/// Inputs and outputs take longer on their way than the work on them.
package struct MovingDataDominates: Rule {
  package let name = "moving-data-dominates"

  /// Smaller tasks than this, in bytes, are hardly made slow by their data.
  private static let leastBytesPerTask = 4096.0

  /// Whether a pool's tasks have inputs or outputs of a size that matters.
  static func movesMuch(_ pool: PoolSummary) -> Bool {
    guard let bytesIn = pool.bytesIn, let bytesOut = pool.bytesOut, pool.tasks > 0 else {
      return false
    }
    return (bytesIn + bytesOut) / pool.tasks >= leastBytesPerTask
  }

  package func evaluate(_ context: RuleContext) -> [Finding] {
    context.ran.compactMap { ofPool($0) ?? ofDriver($0) }
  }

  /// A pool's workers encode and decode longer than they work.
  private func ofPool(_ result: ModelResult) -> Finding? {
    guard let pool = result.pool, Self.movesMuch(pool), let coding = pool.codingSeconds,
      let bytesIn = pool.bytesIn, let bytesOut = pool.bytesOut
    else { return nil }
    let running = pool.taskSeconds * pool.tasks
    guard coding > running, coding > 0 else { return nil }
    let each = FigureText.memory(kib: (bytesIn + bytesOut) / pool.tasks / 1024)
    return finding(
      """
      \(result.label): its workers spent \(FigureText.duration(coding)) on encoding and decoding and \
      \(FigureText.duration(running)) in the tasks themselves; a task moves \(each).
      """,
      evidence: [
        "coding_s": coding, "running_s": running, "bytes_in": bytesIn, "bytes_out": bytesOut,
        "tasks": pool.tasks,
      ],
      advice: """
        Move less: send a path, a range or a key instead of the data itself and return a summary, or \
        use threads, which share memory.
        """)
  }

  /// The driver moved data while no worker was in progress.
  private func ofDriver(_ result: ModelResult) -> Finding? {
    let wall = result.shares.reduce(0) { $0 + $1.seconds }
    let moving = result.shares.seconds(.movingData)
    guard result.pool == nil, wall > 0, moving > 0.5 * wall else { return nil }
    return finding(
      """
      \(result.label), \(result.schedule.phrase): moving data to and from workers took \
      \(FigureText.percent(moving / wall)) of the \(FigureText.duration(wall)), with no worker in progress.
      """,
      evidence: ["moving_data_s": moving, "wall_s": wall],
      advice: """
        Move less: send a path, a range or a key instead of the data itself and return a summary, or \
        use threads, which share memory.
        """)
  }
}
