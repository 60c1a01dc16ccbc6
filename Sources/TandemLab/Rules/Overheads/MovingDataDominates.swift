import TandemModel
import TandemText

/// Moving data takes longer than the work on it.
package enum MovingDataDominates {
  private static let cure = "send a path, a range or a key instead of the data and return a summary"

  /// Inputs and outputs take longer on their way than the work on them.
  package struct InComparison: Rule {
    package let claim = Claim.movingDataDominates

    package init() {}

    private static let advice = """
      Move less: \(cure), or use threads, which share memory.
      """

    package func conclusions(from comparison: Comparison) -> [Conclusion] {
      comparison.ran.compactMap { fromPool($0) ?? fromDriver($0) }
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
        advice: Self.advice)
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
        advice: Self.advice)
    }
  }

  /// A program whose processes spent most of their time on copying data to each other.
  package struct InProgram: Rule {
    package let claim = Claim.movingDataDominates

    /// Fewer bytes than this aren't worth a word.
    private static let leastBytes = 64.0 * 1024 * 1024
    /// The share of the program's CPU time that must have been spent in the kernel, by those that moved.
    ///
    /// Packing, copying and unpacking a byte takes at least half a nanosecond of CPU time. The less of it there
    /// is for each byte, the less can have been spent on anything else.
    private static func leastShare(nanosecondsPerByte: Double) -> Double? {
      nanosecondsPerByte <= 4 ? 1.0 / 3 : nanosecondsPerByte <= 10 ? 0.5 : nil
    }
    /// Who moved less than this share had no part in it.
    private static let leastPart = 0.1

    private static let hintForPython = """
       In Python, check what a task's function and arguments drag along (a bound method takes its whole \
      object).
      """

    package init() {}

    package func conclusions(from program: ExplainReport) -> [Conclusion] {
      let cpu = program.totals[.onCPU]
      guard let inside = program.data?.insideBytes, inside >= Self.leastBytes,
        cpu > 0, let leastShare = Self.leastShare(nanosecondsPerByte: cpu * 1e9 / inside)
      else { return [] }
      let processes = ProgramProcesses(program).all.values
      let least = Self.leastPart * inside
      let writers = processes.filter { Double($0.data.all.writtenBytes) >= least }
      let readers = processes.filter { Double($0.data.all.readBytes) >= least }
      let moved = Set((writers + readers).map(\.data.pid))
      let system = processes.filter { moved.contains($0.data.pid) }
        .reduce(0) { $0 + ($1.data.systemSeconds ?? 0) }
      guard moved.count >= 2, let most = writers.max(by: { Self.written($0) < Self.written($1) }),
        !readers.isEmpty, system >= leastShare * cpu
      else { return [] }
      let share = Self.written(most) / writers.reduce(0) { $0 + Self.written($1) }
      let others = readers.filter { $0.data.pid != most.data.pid }
      var sentence = """
        At least \(FigureText.memory(kib: inside / 1024)) passed between the program's own processes: \
        \(most.label) wrote \(FigureText.percent(share)) of it
        """
      if !others.isEmpty {
        sentence += " and \(FigureText.count(others.count, "other process")) read"
      }
      sentence += """
        ; copying and the memory for it took about \(FigureText.duration(min(system, cpu))) in the kernel, \
        of \(FigureText.duration(cpu)) of CPU time in all
        """
      return [
        conclusion(
          sentence + ".",
          evidence: [
            "inside_bytes": inside, "system_s": system, "cpu_s": cpu,
            "most_written_bytes": Self.written(most), "writers": Double(writers.count),
            "readers": Double(readers.count),
          ],
          advice: """
            Move less: \(cure); or let each worker make or load the data once, when it starts, or share \
            memory.\(program.gil.isEmpty ? "" : Self.hintForPython)
            """)
      ]
    }

    private static func written(_ process: ProgramProcesses.Process) -> Double {
      Double(process.data.all.writtenBytes)
    }
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
