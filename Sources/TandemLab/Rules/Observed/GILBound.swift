import TandemModel
import TandemText

/// Threads waited for the global interpreter lock while CPUs were idle.
package struct GILBound: ObservedRule {
  package let name = "gil-bound"

  /// Less of the wall time than this isn't worth a word.
  static let leastShare = 0.15

  /// What besides processes lets threads compute at once.
  ///
  /// - Parameter version: of the interpreter: `3.11.7`, `PyPy 3.9`, `Ruby 3.1`.
  /// - Returns: a noun and what has to be said of it.
  private static func otherWay(_ version: String?) -> String {
    if version?.hasPrefix("Ruby") == true { return "Ractors, which have a lock each" }
    if version?.hasPrefix("PyPy") == true { return "CPython without the lock (3.13t and later)" }
    return "an interpreter without the lock (3.13t and later)"
  }

  package func evaluate(_ program: ExplainReport) -> Finding? {
    guard program.hasGIL, let wait = program.totals.gilSeconds, program.wallSeconds > 0 else {
      return nil
    }
    let share = program.wallShare(.gil)
    // Who only waits for a thread to end wants the GIL too, as soon as it has started it, and would win
    // nothing without it.
    guard share >= Self.leastShare, WorkersNeverOverlapped().evaluate(program) == nil else {
      return nil
    }
    let lost = program.lostCPU[.gil]
    let worst = program.gil.filter { $0.state == .on }.max {
      ($0.waitSeconds ?? 0) < ($1.waitSeconds ?? 0)
    }
    var claim = """
      Threads waited \(FigureText.duration(wait)) for the GIL, \(FigureText.percent(share)) of the wall \
      time went to it
      """
    if let held = worst?.heldShare {
      claim += "; it was held \(FigureText.percent(held)) of the time"
    }
    if let handovers = worst?.handovers {
      claim += " and changed hands \(FigureText.count(Int(handovers), "time"))"
    }
    let couldUse = lost >= 0.1 * program.lostCPU.cpus * program.wallSeconds
    if couldUse { claim += "; \(FigureText.duration(lost)) of CPU time were left idle by it" }
    let advice =
      couldUse
      ? """
      Use processes for this work, or \(Self.otherWay(worst?.version)): only one thread at a time can \
      compute under it.
      """
      : """
      The CPUs were busy all the same, so removing the lock alone gains little here: use fewer \
      threads, or more CPUs together with processes.
      """
    return finding(
      claim + ".",
      evidence: [
        "gil_s": wait, "gil_wall_share": share, "held_share": worst?.heldShare,
        "handovers": worst?.handovers, "lost_cpu_s": lost, "parallelism": program.parallelism,
        "demand": program.demand,
      ],
      advice: advice)
  }
}
