package import TandemModel
import TandemText

/// The program computed most of the time: how much of the CPUs it used, and how well its waits are known.
///
/// That is all that one run shows. Whether the CPU time was well spent it doesn't: workers that spin, that
/// fight for a cache line or that do the same work twice look like workers that compute.
package struct CPUsInUse: Rule {
  package let claim = Claim.cpusInUse

  /// The least share of the wall time that computing takes.
  private static let leastShare = 0.75
  /// Unknown waits in less of the workers' time than this don't matter.
  private static let leastUnknown = 0.05
  /// A program that has computed for less may have done little else than start.
  private static let leastCPUSeconds = 0.5

  /// Waiting for a GIL isn't worth a word below this share of the wall time.
  private static let leastGILShare = 0.15
  /// Fewer waits that were too short to look into aren't worth a word.
  private static let leastShortWaits = 1_000

  package init() {}

  package func conclusions(from program: ExplainReport) -> [Conclusion] {
    // Where a GIL could not be measured, that nobody waited for it can't be said.
    guard program.wallSeconds > 0, program.totals.gilSeconds != nil || Self.isGILMinor(program)
    else { return [] }
    let onCPU = program.wallShare(.onCPU)
    guard onCPU >= Self.leastShare else { return [] }
    let cpus = program.lostCPU.cpus
    let isSerial =
      program.parallelism < 1.2 && cpus >= 2 && program.totals[.onCPU] >= Self.leastCPUSeconds
    let idle = isSerial ? nil : Self.idleCPUs(program)
    return [
      conclusion(
        """
        Computing took \(FigureText.percent(onCPU)) of the wall time, on \
        \(FigureText.ratio(program.parallelism)) of \
        \(FigureText.cpus(cpus))\(isSerial ? Self.whose(program) : "")\(Self.rest(of: program)).\
        \(Self.coverage(program))
        """,
        evidence: [
          "on_cpu_wall_share": onCPU, "parallelism": program.parallelism, "cpus": cpus,
          "attributed_share": program.sources.attributedShare,
          "lost_s": program.sources.lostSeconds > 0 ? program.sources.lostSeconds : nil,
        ],
        // One that fills its CPUs could save time only by computing less, of which one run shows nothing.
        potentialGain: isSerial || idle != nil ? program.gainByFillingCPUs() : nil,
        advice: isSerial
          ? Self.adviceToDivide(program)
          : (idle.map { Self.adviceToFill($0, of: cpus) } ?? "") + Self.adviceOnCPUTime(program))
    ]
  }

  /// With less of the CPUs' time idle, there is little to gain by using it.
  private static let leastIdle = 0.15
  /// Who did this share of the computing did most of it.
  private static let mostOfIt = 0.6

  /// How many CPUs had nothing to do, on average; nil where they are too few, or where it isn't known.
  private static func idleCPUs(_ program: ExplainReport) -> Double? {
    guard program.totals[.onCPU] >= leastCPUSeconds, !program.hasTightQuota,
      let taken = program.lostCPU.taken
    else { return nil }
    // Neither what others used nor the program itself was idle.
    let idle = min(
      taken.idleSeconds / program.wallSeconds, program.lostCPU.cpus - program.parallelism)
    return idle >= leastIdle * program.lostCPU.cpus ? idle : nil
  }

  /// What the CPUs without work call for.
  private static func adviceToFill(_ idle: Double, of cpus: Double) -> String {
    """
    Give the workers more pieces of work, or more even ones: \(FigureText.ratio(idle)) of \
    \(FigureText.cpus(cpus)) had nothing to do on average. 
    """
  }

  /// The worker that did most of the computing, where there are others.
  private static func whose(_ program: ExplainReport) -> String {
    guard program.startedCount > 0, program.otherWorkers == nil,
      let worker = program.workers.max(by: { $0[.onCPU] < $1[.onCPU] }),
      worker[.onCPU] >= mostOfIt * program.totals[.onCPU]
    else { return "" }
    let name = worker.kind == .main ? "its first thread" : "\(worker.name) (\(worker.tid))"
    return ", most of it in \(name)"
  }

  /// Whether all waits that may have been for a GIL together are too short to matter.
  private static func isGILMinor(_ program: ExplainReport) -> Bool {
    let unknown = program.totals[.tooShort] + program.totals[.other]
    return !program.gil.isEmpty && program.gil.allSatisfy { $0.state != .notMeasured }
      && unknown <= leastGILShare * program.wallSeconds
  }

  /// What the rest of the wall time went to.
  private static func rest(of program: ExplainReport) -> String {
    let rest = 1 - program.wallShare(.onCPU)
    guard rest >= 0.005 else {
      // Waits too short to look into take no wall time from workers that compute.
      return program.unknownShare >= leastUnknown
        ? """
        ; of \(FigureText.duration(program.unknownWaitSeconds)) of waiting, summed over workers, it isn't \
        known what it was for
        """ : "; no wait was seen that matters"
    }
    let seconds = rest * program.wallSeconds
    let size = FigureText.duration(seconds)
    let largest = program.wallShares.filter { $0.state != .onCPU }.max { $0.seconds < $1.seconds }
    guard let largest, largest.seconds >= 0.5 * seconds else {
      return "; everything else took \(size)"
    }
    return "; the rest, \(size), was mostly \(largest.state.noun)"
  }

  /// What to do where about one worker computes at a time.
  private static func adviceToDivide(_ program: ExplainReport) -> String {
    if let runtime = program.runtimes.first(where: \.name.hidesLocks) {
      return """
        Divide the work among several workers; if it is, find out what the others wait for while one \
        computes: what \(runtime.name.title) makes them wait for can't be seen from outside.
        """
    }
    return """
      Divide the work among several workers if its parts don't need each other's results: about one of \
      them computes at a time.
      """
  }

  /// How well the waits are known: a sentence, after a space.
  private static func coverage(_ program: ExplainReport) -> String {
    let sources = program.sources
    var parts: [String] = []
    if let share = sources.attributedShare {
      parts.append(
        "the reason is known of \(FigureText.percent(share)) of the time that workers waited")
    }
    if let short = program.tooShortWaits, short.count >= leastShortWaits {
      parts.append(
        """
        \(FigureText.count(short.count, "wait")) of \(FigureText.duration(short.meanSeconds)) on \
        average were too short to look into
        """)
    }
    if sources.switches == .sampled { parts.append("switches were sampled") }
    if sources.lostRecords > 0 {
      parts.append("records were lost during \(FigureText.duration(sources.lostSeconds))")
    }
    return parts.isEmpty ? "" : " \(FigureText.list(parts).capitalisedFirst)."
  }

  /// A library whose threads spin for a while before they sleep, and computed.
  private static func spinningLibrary(_ program: ExplainReport) -> String {
    for group in LikeWorkers.groups(of: program) {
      guard let name = group.library, group.wantingSeconds > 0,
        let file = group.workers.first(where: { $0.beganIn != nil })?.beganIn?.fileName,
        let setting = TeamLibrary(file: file)?.settingAgainstSpinning
      else { continue }
      return "; threads of \(name) also compute while they wait, unless \(setting) is set"
    }
    return ""
  }

  /// Where the time went is known; whether computing for so long was necessary is not.
  private static func adviceOnCPUTime(_ program: ExplainReport) -> String {
    let comparison =
      program.startedCount < 2
      ? ""
      : """
      ; to see whether fewer workers need less CPU time for it, vary their number (tandem explain --sweep \
      n=1,2 -- COMMAND with {n} in it)
      """
    let spinning = Self.spinningLibrary(program)
    return """
      Profile the computing (perf record -g): one run can't show whether the CPU time was well \
      spent\(comparison)\(spinning).
      """
  }
}
