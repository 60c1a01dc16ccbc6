package import TandemModel
import TandemText

/// Workers wait for locks.
package struct LockBound: Rule {
  package let claim = Claim.lockBound

  /// Less of the time than this isn't worth a word.
  private static let leastShare = 0.15

  package init() {}

  package func conclusions(from program: ExplainReport) -> [Conclusion] {
    let share = program.wallShare(.lock)
    guard share >= Self.leastShare, program.totals[.lock] > 0 else { return [] }
    var sentence = """
      Workers waited \(FigureText.duration(program.totals[.lock])) for locks, which took \
      \(FigureText.percent(share)) of the wall time
      """
    let worst = program.locks.first
    if let worst {
      sentence += """
        ; most of it, \(FigureText.duration(worst.waitSeconds)), was for the lock at \(worst.address) in \
        process \(worst.pid), with up to \(FigureText.count(worst.maxWaiters, "waiter")) at once
        """
    }
    return [
      conclusion(
        sentence + ".",
        evidence: [
          "lock_s": program.totals[.lock], "lock_wall_share": share,
          "worst_lock_s": worst?.waitSeconds,
          "max_waiters": worst.map { Double($0.maxWaiters) },
          "lost_cpu_s": program.lostCPU[.lock],
        ],
        potentialGain: program.gain(without: [.lock], "waited for a lock"),
        advice: """
          Hold the lock for less time: compute outside it, give each worker its own part and merge at \
          the end, or split the lock.
          """)
    ]
  }

  /// Whether locks took a part of what a model's workers did in their bodies.
  ///
  /// Locks outside of the bodies are the pool's, the allocator's or the loader's, which the work can't
  /// hold for less time.
  ///
  /// - Parameter result: the model's figures.
  /// - Returns: whether they did; true where the bodies weren't seen.
  static func isInBodies(_ result: ModelResult) -> Bool {
    guard let seen = result.observedRuns?.workerSeconds, !seen.isEmpty else { return true }
    let busy = seen.reduce(0) { $0 + ($1.state == .waitingForWork ? 0 : $1.seconds) }
    let locked = seen.seconds(.lock)
    return locked >= leastShare * busy
  }
}
