import TandemModel
import TandemText

extension MovingDataDominates {
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
      guard moved.count >= 2, !writers.isEmpty, !readers.isEmpty, system >= leastShare * cpu
      else { return [] }
      var sentence = """
        At least \(FigureText.memory(kib: inside / 1024)) passed between the program's own processes
        """
      func written(_ process: ProgramProcesses.Process) -> Double {
        Self.leastWritten(by: process, of: inside, program)
      }
      let most = writers.max { written($0) < written($1) }
      if let most, written(most) >= least {
        let others = readers.filter { $0.data.pid != most.data.pid }
        sentence +=
          ": \(most.label) wrote at least \(FigureText.percent((100 * written(most) / inside).rounded(.down) / 100)) of it"
        if !others.isEmpty {
          sentence += " and \(FigureText.count(others.count, "other process")) read"
        }
      }
      sentence += """
        ; copying and the memory for it took about \(FigureText.duration(min(system, cpu))) in the kernel, \
        of \(FigureText.duration(cpu)) of CPU time in all
        """
      return [
        conclusion(
          sentence + ".",
          evidence: [
            "inside_bytes": inside, "system_s": min(system, cpu), "cpu_s": cpu,
            "most_written_bytes": most.map(written), "writers": Double(writers.count),
            "readers": Double(readers.count),
          ],
          potentialGain: program.gainOfCPUTimeToo(
            atMost: program.wallSeconds - max(0, cpu - system) / max(program.lostCPU.cpus, 1),
            "without the copying, \(FigureText.duration(max(0, cpu - system))) of CPU time remain"),
          advice: """
            Move less: send a path, a range or a key instead of the data and return a summary; or let each worker make or load the data once, when it starts, or share \
            memory.\(program.gil.isEmpty ? "" : Self.hintForPython)
            """)
      ]
    }

    /// Bytes that a process wrote to others of the program, at least: what nobody else can have written.
    ///
    /// Much of what a process writes may go elsewhere, such as to files.
    private static func leastWritten(
      by process: ProgramProcesses.Process, of inside: Double, _ program: ExplainReport
    ) -> Double {
      let all = Double(program.data?.all.writtenBytes ?? 0)
      let byOthers = all - Double(process.data.all.writtenBytes)
      return min(inside, max(process.data.insideWrittenBytes ?? 0, inside - max(0, byOthers)))
    }
  }
}
