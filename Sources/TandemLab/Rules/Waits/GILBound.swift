import TandemModel
import TandemText

/// One global lock, an interpreter's or its model, lets one thread compute at a time.
package enum GILBound {
  /// Models with many threads in progress, of which about one is on a CPU.
  package struct InComparison: Rule {
    package let claim = Claim.gilBound

    package init() {}

    package func conclusions(from comparison: Comparison) -> [Conclusion] {
      // With one CPU there is nothing for a lock to take away.
      guard comparison.machine.effectiveCPUs >= 2 else { return [] }
      return comparison.ran(on: .allAtOnce).compactMap { conclusion(from: $0, comparison) }
    }

    private func conclusion(from result: ModelResult, _ comparison: Comparison) -> Conclusion? {
      let isModel = result.model == .swiftThreadsGlobalLock
      let isPython =
        result.model.isPythonThreads && (result.interpreter?.hasGlobalLock ?? false)
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
      let profile = comparison.profile(under: result.interpreter)
      guard waitsForLock || (profile.nature == .cpuBound && parallelism >= 0.7) else {
        return nil
      }
      let cpus = comparison.machine.effectiveCPUs
      var sentence = """
        \(result.label): on average \(FigureText.ratio(concurrency)) threads were in progress but only \
        \(FigureText.ratio(parallelism)) on a CPU (of \(cpus)): one global lock lets one thread compute \
        at a time
        """
      if let lockWait, waitsForLock {
        sentence += """
          , and waiting for it took \(FigureText.duration(lockWait)) of \(FigureText.duration(whole)) of \
          wall time\(isSeen ? " in observed runs" : "")
          """
      }
      return conclusion(
        sentence + ".", about: [result],
        evidence: [
          "concurrency": concurrency, "parallelism": parallelism, "median_s": wall,
          "lock_wait_s": lockWait, "observed_s": isSeen ? whole : nil, "cpus": Double(cpus),
        ],
        potentialGain: Self.gain(of: result, comparison),
        advice: isModel ? adviceForModel(result, comparison) : adviceForPython(result, comparison))
    }

    /// What the same workers without the lock save, where they were run as well.
    private static func gain(of result: ModelResult, _ comparison: Comparison) -> PotentialGain? {
      let isModel = result.model == .swiftThreadsGlobalLock
      guard
        let free = comparison.fastest(
          on: .allAtOnce, interpreter: result.interpreter,
          where: { isModel ? $0 == .swiftThreads : $0.isProcesses }),
        let cured = free.medianSeconds, let wall = result.medianSeconds
      else { return nil }
      return .measured(cured, insteadOf: wall, "measured with \(free.model.rawValue)")
    }

    private func adviceForModel(_ result: ModelResult, _ comparison: Comparison) -> String {
      guard
        let free = comparison.fastest(
          on: .allAtOnce, interpreter: nil, where: { $0 == .swiftThreads }),
        let wall = free.medianSeconds, let locked = result.medianSeconds
      else {
        return """
          Add --models swift-threads to see the same threads without a global lock: this model only \
          shows what such a lock does.
          """
      }
      let times =
        "\(FigureText.duration(wall)) without the lock, \(FigureText.duration(locked)) with it"
      if wall * PairedRatio.margin < locked {
        return """
          Use swift-threads, which have no global lock (\(times)): this model only shows what such a \
          lock does.
          """
      }
      return """
        Look for another cause: this model only shows what such a lock does, and here it makes no \
        difference that matters (swift-threads took \(times)).
        """
    }

    private func adviceForPython(_ result: ModelResult, _ comparison: Comparison) -> String {
      guard
        let processes = comparison.fastest(
          on: .allAtOnce, interpreter: result.interpreter, where: \.isProcesses),
        let wall = processes.medianSeconds, let threads = result.medianSeconds
      else {
        return """
          Use processes for this work, or an interpreter without the lock; add --models \
          python-process-pool to measure the gain.
          """
      }
      if wall * PairedRatio.margin < threads {
        return """
          Use processes for this work: \(processes.model.rawValue) took \(FigureText.duration(wall)) \
          instead of \(FigureText.duration(threads)); or try an interpreter without the lock.
          """
      }
      return """
        Give each call more work before you use processes: here starting them costs more than the lock \
        does (\(processes.model.rawValue) took \(FigureText.duration(wall)), threads \
        \(FigureText.duration(threads))).
        """
    }
  }
}
