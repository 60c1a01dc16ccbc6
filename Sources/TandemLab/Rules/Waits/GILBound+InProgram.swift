package import TandemModel
import TandemText

extension GILBound {
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
      let locks = program.gil.filter { $0.state == .on }
      // Where the waits for one lock are too short to be looked into, their sum isn't known.
      guard let wait = program.totals.gilSeconds, share >= Self.leastShare,
        let worst = locks.max(by: { ($0.waitSeconds ?? 0) < ($1.waitSeconds ?? 0) }),
        worst.waitSeconds != nil || worst.reason == nil
      else { return [] }
      let lost = program.lostCPU[.gil]
      let mechanism = GILMechanism(worst, in: program)
      func place(_ function: ObservedFunction?) -> String {
        function.map { ", mostly in \($0.inWords)" } ?? ""
      }
      let waited = place(worst.waitingFunctions.mostly)
      var sentence = """
        Threads waited \(FigureText.duration(wait)) in all for the GIL\(waited); waiting for it took \
        \(FigureText.percent(share)) of the wall time
        """
      if let held = worst.heldShare {
        sentence += "; it was held \(FigureText.percent(held)) of the time"
        // A mechanism has its own place.
        if mechanism == nil, let function = worst.heldElsewhere {
          sentence += place(function) + (worst.handovers == nil ? "" : ",")
        }
      }
      if let handovers = worst.handovers {
        sentence +=
          "\(worst.heldShare == nil ? "; it" : " and") changed hands "
          + FigureText.count(Int(handovers), "time")
      }
      let couldUse = lost >= Self.leastLost * program.lostCPU.cpus * program.wallSeconds
      if couldUse {
        sentence += "; meanwhile \(FigureText.duration(lost)) of CPU time went unused"
      }
      if let mechanism { sentence += ". \(mechanism.sentence)" }
      var evidence: [String: Double?] = [
        "gil_s": wait, "gil_wall_share": share, "held_share": worst.heldShare,
        "handovers": worst.handovers, "lost_cpu_s": lost,
        "parallelism": program.parallelism, "demand": program.demand,
      ]
      evidence.merge(mechanism?.evidence ?? [:]) { own, _ in own }
      return [
        conclusion(
          sentence + ".", evidence: evidence,
          potentialGain: program.gain(without: [.gil], "waited for the GIL"),
          advice: mechanism?.advice
            ?? Self.advice(worst, in: program, couldUse: couldUse))
      ]
    }

    private static func advice(
      _ lock: ObservedGIL, in program: ExplainReport, couldUse: Bool
    ) -> String {
      if program.handsOutWork(lock.pid) {
        return """
          Hand out more work at a time (chunksize), so that there are fewer messages: the threads that wait \
          for the GIL in process \(lock.pid) are those that give the processes their work.
          """
      }
      if !couldUse {
        return """
          Use fewer threads, or more CPUs together with processes: the CPUs were busy, so removing the lock \
          alone gains little.
          """
      }
      if program.usesPythonProcesses(besides: lock.pid) {
        return """
          Move what these threads compute in process \(lock.pid) to the other processes: each has a lock of \
          its own, under which only one thread computes at a time.
          """
      }
      return """
        Use processes for this work, or \(otherWay(lock.version)): under the GIL only one thread computes \
        at a time.
        """
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

extension ExplainReport {
  /// Less CPU time than this share of the program's is no work.
  private static let leastWork = 0.1

  /// Whether other processes of the program with an interpreter did some of its work.
  func usesPythonProcesses(besides pid: Int32) -> Bool {
    let others = Set(gil.map(\.pid)).subtracting([pid])
    let work = workers.filter { others.contains($0.pid) }.reduce(0) { $0 + $1[.onCPU] }
    return work >= Self.leastWork * totals[.onCPU] && work > 0
  }
}
