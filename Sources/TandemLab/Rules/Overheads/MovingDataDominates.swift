import TandemModel
import TandemText

/// Inputs and outputs take longer on their way than the work on them.
package struct MovingDataDominates: Rule {
  package let claim = Claim.movingDataDominates

  package init() {}

  private static let advice = """
    Move less: send a path, a range or a key instead of the data and return a summary, or use threads, \
    which share memory.
    """

  package func conclusions(from comparison: Comparison) -> [Conclusion] {
    let timed =
      comparison.ran.compactMap { fromPool($0) ?? fromDriver($0) } + fromPython(comparison)
    let known = timed.reduce(into: Set()) { $0.formUnion($1.models) }
    // What is sent while workers start, timed runs don't tell from starting them.
    let seen = InWatchedRuns(InProgram()).conclusions(from: comparison)
    return timed + seen.filter { $0.models.isDisjoint(with: known) }
  }

  /// A pool's workers encode and decode longer than they work.
  private func fromPool(_ result: ModelResult) -> Conclusion? {
    guard let pool = result.pool, pool.movesMuchData, let coding = pool.codingSeconds,
      let bytesIn = pool.bytesIn, let bytesOut = pool.bytesOut
    else { return nil }
    let running = pool.taskSeconds * pool.tasks
    guard coding > running, coding > 0 else { return nil }
    let each = FigureText.memory(kib: (bytesIn + bytesOut) / pool.tasks / 1024)
    return conclusion(
      """
      \(result.label): workers spent \(FigureText.duration(coding)) on encoding and decoding but only \
      \(FigureText.duration(running)) in their tasks; a task moves \(each).
      """,
      about: [result],
      evidence: [
        "coding_s": coding, "running_s": running, "bytes_in": bytesIn, "bytes_out": bytesOut,
        "tasks": pool.tasks,
      ],
      potentialGain: result.medianSeconds.map {
        PotentialGain(
          seconds: min($0, coding), wallSeconds: $0,
          basis: "the time spent on encoding and decoding")
      },
      advice: Self.advice)
  }

  /// What goes through one of Python's pools takes longer to pickle than to work on, or keeps the first
  /// process busy.
  private func fromPython(_ comparison: Comparison) -> [Conclusion] {
    let moving = comparison.poolCrossings.filter(\.movesMuch)
    guard let most = moving.max(by: { $0.seconds < $1.seconds }), let largest = most.largest,
      let wall = most.result.medianSeconds
    else { return [] }
    let dragged = largest.part.dragged
    var sentence = """
      \(most.result.label): \(FigureText.memory(kib: most.bytes / 1024)) were pickled for \
      \(FigureText.count(Int(most.items), "call")), which takes about \
      \(FigureText.duration(most.seconds)) at both ends
      """
    if let way = most.secondsOnTheWay {
      sentence += ", and were about \(FigureText.duration(way)) on their way"
    }
    sentence += """
      ; the calls themselves take \(FigureText.duration(most.workSeconds)). Most of it is \(largest.name): \
      \(FigureText.memory(kib: largest.part.bytes / 1024)) (\(largest.part.type))
      """
    if let dragged {
      sentence += """
        , of which \(dragged.path) is \(FigureText.memory(kib: Double(dragged.bytes) / 1024)) \
        (\(dragged.type))
        """
    }
    return [
      conclusion(
        sentence + ".", about: moving.map(\.result),
        evidence: [
          "pickled_bytes": most.bytes, "pickling_s": most.seconds,
          "pickling_in_parent_s": most.secondsOfParent, "on_the_way_s": most.secondsOnTheWay,
          "work_s": most.workSeconds,
          "calls": most.items, "messages": most.messages,
        ],
        potentialGain: PotentialGain(
          seconds: most.mostGain, wallSeconds: wall,
          basis: "the time for pickling, sending and unpickling, as measured before"),
        advice: Self.advice(dragged, largest.name))
    ]
  }

  private static func advice(_ dragged: PythonCrossing.Dragged?, _ name: String) -> String {
    guard let dragged, dragged.path.hasPrefix("self."), name.hasPrefix("the function") else {
      return advice
    }
    return """
      Keep \(dragged.path) out of the message: make it once in each worker (initializer=), or leave it in \
      a module's variable, and map a function of the module instead of a method.
      """
  }

  /// The driver moved data while no worker was in progress.
  private func fromDriver(_ result: ModelResult) -> Conclusion? {
    let wall = result.shares.reduce(0) { $0 + $1.seconds }
    let moving = result.shares.seconds(.movingData)
    guard result.pool == nil, wall > 0, moving > 0.5 * wall else { return nil }
    return conclusion(
      """
      \(result.label), \(result.schedule.phrase): moving data to and from workers took \
      \(FigureText.percent(moving / wall)) of the \(FigureText.duration(wall)), with no worker in progress.
      """,
      about: [result],
      evidence: ["moving_data_s": moving, "wall_s": wall],
      potentialGain: PotentialGain(
        seconds: moving, wallSeconds: wall, basis: "the time in which only data moved"),
      advice: Self.advice)
  }
}

extension PoolSummary {
  /// Smaller tasks than this, in bytes, are hardly made slow by their data.
  private static let leastBytesPerTask = 4096.0

  /// Whether tasks have inputs or outputs of a size that matters.
  var movesMuchData: Bool {
    guard let bytesIn, let bytesOut, tasks > 0 else { return false }
    return (bytesIn + bytesOut) / tasks >= Self.leastBytesPerTask
  }
}
