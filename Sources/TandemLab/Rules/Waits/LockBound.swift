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
      Workers waited \(FigureText.duration(program.totals[.lock])) for locks\
      \(Self.place(in: program)), which took \
      \(FigureText.percent(share)) of the wall time
      """
    let worst = program.locks.first
    if let worst { sentence += Self.share(of: worst, in: program) }
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
        advice: Self.advice(program))
    ]
  }

  /// With so many CPUs in use or more, who has a lock may compute.
  private static let mostComputing = 0.5
  /// Of the time in which workers wait for locks, others must sleep or wait for I/O in this share.
  private static let leastWaiting = 0.5

  /// So many workers in progress, on average, are more than one.
  private static let severalInside = 1.8

  private static func advice(_ program: ExplainReport) -> String {
    let (sleep, io) = (program.occupied(.sleep), program.occupied(.io))
    // A lock lets in one: where two or more are in progress on average, it lets in several.
    let isSeveral =
      program.concurrency >= severalInside || program.gil.isEmpty && program.maxAtOnce > 2
    if program.locks.first?.kind == .semaphore, isSeveral {
      return """
        Let in more workers at once if this is a semaphore that counts places (at most \(program.maxAtOnce) \
        were at work at once), or start fewer; if it is a lock, hold it for less time.
        """
    }
    if program.parallelism <= mostComputing, sleep + io >= leastWaiting * program.occupied(.lock) {
      return """
        Release the lock before \(sleep > io ? "sleeping" : "waiting for I/O"): while workers waited for it, \
        others \(sleep > io ? "slept" : "waited for I/O") and hardly computed. Else give each worker its own \
        part, or split the lock.
        """
    }
    return """
      Hold the lock for less time: compute outside it, give each worker its own part and merge at \
      the end, or split the lock.
      """
  }

  /// Where most of the waits were, if they were for one lock.
  private static func place(in program: ExplainReport) -> String {
    guard let worst = program.locks.first, let function = worst.functions.mostly,
      worst.waitSeconds > program.totals[.lock] / 2
    else { return "" }
    return ", mostly in \(function.inWords)"
  }

  /// What part one lock has: waits that weren't looked into may be for any lock.
  private static func share(of worst: ObservedLock, in program: ExplainReport) -> String {
    let all = program.totals[.lock]
    let seen = program.locks.reduce(0) { $0 + $1.waitSeconds }
    let one = worst.waitSeconds
    guard one > 0, seen > 0 else { return "" }
    var text: String
    if one > all / 2 {
      text = "; most of it, \(FigureText.duration(one)), was for \(worst.inWords)"
    } else if one > seen / 2 {
      text = """
        ; of the \(FigureText.duration(seen)) of it that were looked into, \(FigureText.duration(one)) \
        were for \(worst.inWords)
        """
    } else {
      text = "; the most for one lock, \(FigureText.duration(one)), was for \(worst.inWords)"
    }
    if worst.maxWaiters > 0 {
      text += ", with up to \(FigureText.count(worst.maxWaiters, "waiter")) at once"
    }
    if let holder = worst.holderPID, let held = worst.holderShare, held > 0.5 {
      text += ", and process \(holder) had it at \(FigureText.percent(held)) of the looks"
    }
    return text
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
