import TandemModel
import TandemText

/// Workers waited for a lock that somebody else held.
package struct LockBound: ObservedRule {
  package let name = "lock-bound"

  /// Less of the wall time than this isn't worth a word.
  static let leastShare = 0.15

  package func evaluate(_ program: ExplainReport) -> Finding? {
    let share = program.wallShare(.lock)
    guard share >= Self.leastShare, program.totals[.lock] > 0 else { return nil }
    var claim = """
      Workers waited \(FigureText.duration(program.totals[.lock])) for locks, \
      \(FigureText.percent(share)) of the wall time went to it
      """
    let worst = program.locks.first
    if let worst {
      claim += """
        ; most of it, \(FigureText.duration(worst.waitSeconds)), for the one at \(worst.address) in process \
        \(worst.pid), with up to \(FigureText.count(worst.maxWaiters, "waiter")) at once
        """
    }
    return finding(
      claim + ".",
      evidence: [
        "lock_s": program.totals[.lock], "lock_wall_share": share,
        "worst_lock_s": worst?.waitSeconds,
        "max_waiters": worst.map { Double($0.maxWaiters) }, "lost_cpu_s": program.lostCPU[.lock],
      ],
      advice: """
        Hold the lock for less: compute outside of it, give each worker its own part and merge at the \
        end, or split the lock.
        """)
  }
}
