package import TandemModel
import TandemText

/// The program computes on the CPUs that its workers can use.
package struct NothingInTheWay: Rule {
  package let claim = Claim.nothingInTheWay

  package init() {}

  package func conclusions(from program: ExplainReport) -> [Conclusion] {
    // Where a GIL could not be measured, that it wasn't in the way can't be said.
    guard program.wallSeconds > 0, program.totals.gilSeconds != nil else { return [] }
    let onCPU = program.wallShare(.onCPU)
    let cpus = program.lostCPU.cpus
    guard onCPU >= 0.75 else { return [] }
    let isSerial = program.parallelism < 1.2 && cpus >= 2
    let inTurn = isSerial ? Self.workersInTurn(program) : 0
    let sentence = """
      Computing took \(FigureText.percent(onCPU)) of the wall time, on \
      \(FigureText.ratio(program.parallelism)) of \(FigureText.cpus(cpus))
      """
    var evidence: [String: Double?] = [
      "on_cpu_wall_share": onCPU, "parallelism": program.parallelism, "cpus": cpus,
    ]
    if inTurn >= 2 {
      evidence["workers_in_turn"] = Double(inTurn)
      return [
        conclusion(
          sentence + """
            , by \(program.startedCounted(inTurn)) in turn: while one computed, the others waited for \
            work, or for a lock of a kind that looks the same from outside (Java's, for example).
            """,
          evidence: evidence, potentialGain: program.gainByFillingCPUs(),
          advice: """
            If the workers share a lock, hold it for less time; otherwise give them work at the same time.
            """)
      ]
    }
    let rest = 1 - onCPU
    let others =
      rest < 0.005
      ? "" : "; everything else took \(FigureText.duration(rest * program.wallSeconds))"
    return [
      conclusion(
        sentence + others + ".", evidence: evidence,
        potentialGain: isSerial ? program.gainByFillingCPUs() : nil,
        advice: isSerial
          ? "Divide the work among several workers: about one of them computes at a time."
          : Self.adviceOnCPUTime(program))
    ]
  }

  /// Where the time went is known; whether computing for so long was necessary is not.
  private static func adviceOnCPUTime(_ program: ExplainReport) -> String {
    let comparison = program.startedCount < 2 ? "" : ", or compare with fewer workers (--vs)"
    return """
      Profile the computing (perf record -g)\(comparison): one run can't show whether the CPU time was \
      well spent.
      """
  }

  /// How many workers did a good part of the work each, and waited while others did theirs.
  private static func workersInTurn(_ program: ExplainReport) -> Int {
    let own = RuntimeThreads(program)
    let started = program.started.filter { !own.contains($0) }
    let most = started.map { $0[.onCPU] }.max() ?? 0
    // Less than that is helping out.
    guard most >= 0.05 * program.wallSeconds else { return 0 }
    return started.filter {
      $0[.onCPU] >= 0.25 * most && $0[.waitingForWork] >= 0.3 * $0.lifeSeconds
    }.count
  }
}
