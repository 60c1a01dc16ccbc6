package import TandemModel
import TandemText

/// Many threads in progress, but about one on a CPU: a global interpreter lock, or its model.
package struct OneLockAtATime: Rule {
  package let name = "one-lock-at-a-time"

  package func evaluate(_ context: RuleContext) -> [Finding] {
    // With one CPU there is nothing for a lock to take away.
    guard context.machine.effectiveCPUs >= 2 else { return [] }
    return context.ran(on: .allAtOnce).compactMap { evaluate($0, context) }
  }

  private func evaluate(_ result: ModelResult, _ context: RuleContext) -> Finding? {
    let isModel = result.model == .swiftThreadsGlobalLock
    let isPython = result.model == .pythonThreads && (result.interpreter?.hasGlobalLock ?? false)
    guard isModel || isPython, result.workers >= 2,
      let concurrency = result.concurrency, concurrency >= 1.5,
      let parallelism = result.parallelism, parallelism <= 1.15,
      let wall = result.medianSeconds, wall > 0
    else { return nil }
    let lockWait = result.shares.first { $0.state == .gil }?.seconds
    // Watched runs have a wall time of their own.
    let isSeen = result.sharesFrom == .observed
    let whole = isSeen ? result.shares.reduce(0) { $0 + $1.seconds } : wall
    let waitsForLock = (lockWait ?? 0) >= 0.2 * whole
    // Work that waits has low parallelism for its own reasons; one CPU kept busy has not.
    let profile = context.profile(under: result.interpreter)
    guard waitsForLock || (profile.nature == .cpuBound && parallelism >= 0.7) else { return nil }

    var claim = """
      \(result.label): \(FigureText.ratio(concurrency)) threads were in progress on average, but \
      only \(FigureText.ratio(parallelism)) on a CPU, although the machine has \
      \(context.machine.effectiveCPUs): one global lock lets one thread compute at a time
      """
    if let lockWait, waitsForLock {
      claim += """
        , and waiting for it took \(FigureText.duration(lockWait)) of \(FigureText.duration(whole)) wall time\
        \(isSeen ? " in runs that were watched" : "")
        """
    }
    return finding(
      claim + ".",
      evidence: [
        "concurrency": concurrency, "parallelism": parallelism, "median_s": wall,
        "lock_wait_s": lockWait, "watched_s": isSeen ? whole : nil,
        "cpus": Double(context.machine.effectiveCPUs),
      ],
      advice: isModel ? adviceForModel(result, context) : adviceForPython(result, context))
  }

  private func adviceForModel(_ result: ModelResult, _ context: RuleContext) -> String {
    let start = "This model only shows what such a lock does"
    guard
      let free = context.fastest(
        on: .allAtOnce, interpreter: nil, where: { $0 == .swiftThreads }),
      let wall = free.medianSeconds, let locked = result.medianSeconds
    else { return "\(start); Swift's own threads have none: add --models swift-threads to see." }
    if wall * PairedRatio.margin < locked {
      return """
        \(start); Swift's own threads have none and took \(FigureText.duration(wall)) instead of \
        \(FigureText.duration(locked)).
        """
    }
    return """
      \(start); Swift's own threads have none, but here that made no difference that matters: they \
      took \(FigureText.duration(wall)), those with the lock \(FigureText.duration(locked)).
      """
  }

  private func adviceForPython(_ result: ModelResult, _ context: RuleContext) -> String {
    guard
      let processes = context.fastest(
        on: .allAtOnce, interpreter: result.interpreter, where: \.isProcesses),
      let wall = processes.medianSeconds, let threads = result.medianSeconds
    else {
      return """
        Use processes for this work, or an interpreter built without the lock; add --models \
        python-processes-forkserver to see what that gains.
        """
    }
    if wall * PairedRatio.margin < threads {
      return """
        Use processes for this work: \(processes.model.rawValue) took \(FigureText.duration(wall)) \
        instead of \(FigureText.duration(threads)); or try an interpreter built without the lock.
        """
    }
    return """
      Give each call more work before turning to processes: here they cost more to start than the \
      lock does (\(processes.model.rawValue) took \(FigureText.duration(wall)), threads \
      \(FigureText.duration(threads))).
      """
  }
}
