import TandemModel
import TandemText

/// Nothing stood in the way: the program used the CPUs that its workers could use.
package struct NothingInTheWay: ObservedRule {
  package let name = "nothing-in-the-way"

  package func evaluate(_ program: ExplainReport) -> Finding? {
    // Where a GIL could not be measured, that it wasn't in the way can't be said.
    guard program.wallSeconds > 0, program.totals.gilSeconds != nil else { return nil }
    let onCPU = program.wallShare(.onCPU)
    let cpus = program.lostCPU.cpus
    guard onCPU >= 0.75 else { return nil }
    let isSerial = program.parallelism < 1.2 && cpus >= 2
    let inTurn = isSerial ? Self.workersInTurn(program) : 0
    let claim = """
      \(FigureText.percent(onCPU)) of the wall time went to computing, on \
      \(FigureText.ratio(program.parallelism)) of \(FigureText.cpus(cpus))
      """
    if inTurn >= 2 {
      return finding(
        claim + """
          , by \(program.startedCounted(inTurn)) in turn: while one computed, the others waited for \
          something to do, or for a lock of a kind that looks the same from outside (Java's, for one).
          """,
        evidence: [
          "on_cpu_wall_share": onCPU, "parallelism": program.parallelism, "cpus": cpus,
          "workers_in_turn": Double(inTurn),
        ],
        advice: """
          If they share such a lock, hold it for less; else give them something to do at the same time.
          """)
    }
    return finding(
      claim + "; no worker waited for anything that matters.",
      evidence: ["on_cpu_wall_share": onCPU, "parallelism": program.parallelism, "cpus": cpus],
      advice: isSerial
        ? "One worker computes all the time: to be faster, divide its work among several."
        : "It uses what it can: only less work, or more CPUs, would make it faster.")
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
