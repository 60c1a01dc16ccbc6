package import TandemModel
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
        result.model == .pythonThreads && (result.interpreter?.hasGlobalLock ?? false)
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
          python-processes-forkserver to measure the gain.
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

  /// A program whose threads waited for the global interpreter lock.
  package struct InProgram: Rule {
    package let claim = Claim.gilBound

    /// Less of the wall time than this isn't worth a word.
    private static let leastShare = 0.15
    /// CPU time left idle below this share isn't the lock's price.
    private static let leastLost = 0.1

    package init() {}

    package func conclusions(from program: ExplainReport) -> [Conclusion] {
      let share = program.wallShare(.gil)
      guard program.hasGIL, let wait = program.totals.gilSeconds, share >= Self.leastShare else {
        return []
      }
      let lost = program.lostCPU[.gil]
      let worst = program.gil.filter { $0.state == .on }.max {
        ($0.waitSeconds ?? 0) < ($1.waitSeconds ?? 0)
      }
      var sentence = """
        Threads waited \(FigureText.duration(wait)) for the GIL, which took \
        \(FigureText.percent(share)) of the wall time
        """
      if let held = worst?.heldShare {
        sentence += "; it was held \(FigureText.percent(held)) of the time"
      }
      if let handovers = worst?.handovers {
        sentence += " and changed hands \(FigureText.count(Int(handovers), "time"))"
      }
      let couldUse = lost >= Self.leastLost * program.lostCPU.cpus * program.wallSeconds
      if couldUse {
        sentence += "; meanwhile \(FigureText.duration(lost)) of CPU time went unused"
      }
      return [
        conclusion(
          sentence + ".",
          evidence: [
            "gil_s": wait, "gil_wall_share": share, "held_share": worst?.heldShare,
            "handovers": worst?.handovers, "lost_cpu_s": lost,
            "parallelism": program.parallelism, "demand": program.demand,
          ],
          potentialGain: program.gain(without: [.gil], "waited for the GIL"),
          advice: program.handsOutWork(worst?.pid ?? 0)
            ? """
            Hand out more work at a time (chunksize), so that there are fewer messages: the threads that \
            wait for the GIL are those that give the processes their work.
            """
            : couldUse
              ? """
              Use processes for this work, or \(Self.otherWay(worst?.version)): under the GIL only one \
              thread computes at a time.
              """
              : """
              Use fewer threads, or more CPUs together with processes: the CPUs were busy, so removing \
              the lock alone gains little.
              """)
      ]
    }

    /// What besides processes lets threads compute at once.
    ///
    /// - Parameter version: of the interpreter: `3.11.7`, `PyPy 3.9`, `Ruby 3.1`.
    /// - Returns: a noun and what has to be said of it.
    private static func otherWay(_ version: String?) -> String {
      if version?.hasPrefix("Ruby") == true { return "Ractors, each of which has its own lock" }
      if version?.hasPrefix("PyPy") == true { return "CPython without the lock (3.13t and later)" }
      return "an interpreter without the lock (3.13t and later)"
    }
  }
}
