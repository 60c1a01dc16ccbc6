import TandemModel
import TandemText

/// What a program mostly did, in one sentence that the findings agree with.
struct ProgramAnswer {
  /// The sentence.
  let sentence: String

  /// The share of the wall time from which on a program does only that.
  private static let nearlyAll = 0.9
  /// The share of the wall time from which on waits for a CPU are worth a word.
  private static let muchReady = 0.2
  /// The share of the CPUs from which on a program leaves none idle that matters.
  private static let nearlyAllCPUs = 0.85
  /// Below so many workers on a CPU, about one of them computes at a time.
  private static let aboutOne = 1.2

  /// Sums a report up.
  ///
  /// - Parameter report: The report, with its findings.
  init(_ report: ExplainReport) {
    func found(_ claim: Claim) -> Bool {
      report.findings.contains { $0.rule == claim.rawValue }
    }
    if let standstill = Self.standing(in: report), found(.standsStill) {
      sentence = Self.still(standstill, in: report) + "."
    } else if !(report.wallSeconds > 0) || report.wallShares.isEmpty {
      sentence = "What it did isn't known: no worker was seen at work."
    } else if found(.tooShortToTell) {
      sentence = """
        It ran for \(FigureText.duration(report.wallSeconds)): too short to tell where its time went.
        """
    } else {
      let claim = Self.reason(in: report)
      let mostly = Self.mostly(in: report)
      // That it waits for locks is said once.
      let cause = claim == .lockBound && mostly.contains("waits for locks") ? nil : claim?.cause
      sentence = mostly + (cause.map { "; \($0)" } ?? Self.cpus(report)) + "."
    }
  }

  /// The share of the largest possible saving from which on a finding says as much as the one with it.
  private static let nearlyAsMuch = 0.5

  /// The claim that says why: the first with a cause to name whose cure could save about as much as any.
  private static func reason(in report: ExplainReport) -> Claim? {
    let matter = report.findings.filter { !$0.isMinor }
    guard let first = matter.first else { return nil }
    return matter.lazy.filter { finding in
      guard let most = first.potentialGain, let gain = finding.potentialGain else { return true }
      return gain.share >= nearlyAsMuch * most.share
    }.compactMap { Claim(rawValue: $0.rule) }.first { $0.cause != nil }
  }

  // MARK: Standing still

  /// The standstill that lasts; nil when all are over.
  private static func standing(in report: ExplainReport) -> ObservedStandstill? {
    report.standstills.filter { !$0.isOver }.max {
      ($0.isWholeProgram ? 1 : 0, $0.neverEnds ? 1 : 0, $0.seconds)
        < ($1.isWholeProgram ? 1 : 0, $1.neverEnds ? 1 : 0, $1.seconds)
    }
  }

  private static func still(_ standstill: ObservedStandstill, in report: ExplainReport) -> String {
    let length = FigureText.duration(standstill.seconds)
    if !standstill.isWholeProgram {
      let count = standstill.waits.count + standstill.moreWaits
      let itself = count == 1 ? "it never goes" : "they never go"
      return """
        \(FigureText.count(count, "worker")) of it \(count == 1 ? "has" : "have") stood still for \(length)\
        \(standstill.neverEnds ? ", and \(itself) on unaided" : "")
        """
    }
    if standstill.neverEnds {
      let never = "It has stood still for \(length), and never goes on by itself"
      if standstill.ring.count == 1 { return never + ": a worker waits for itself" }
      return standstill.reason == .ring || standstill.reason == .eachOther
        ? never + ": its workers wait for each other" : never
    }
    return
      "It has stood still for \(length): nobody in it goes on, and whether that ends isn't known"
  }

  // MARK: Where the time went

  /// A share of the wall time, and what the program does meanwhile.
  private struct Part {
    var verb: String
    var share: Double
  }

  private static func mostly(in report: ExplainReport) -> String {
    func share(_ states: WorkerState...) -> Double {
      states.reduce(0) { $0 + report.wallShares.seconds($1) } / report.wallSeconds
    }
    let parts = [
      Part(verb: "computes", share: share(.onCPU)),
      Part(verb: "waits for a CPU", share: share(.runnable)),
      Part(verb: "waits for the GIL", share: share(.gil)),
      Part(verb: "waits for I/O", share: share(.io)), Part(verb: "sleeps", share: share(.sleep)),
      Part(verb: "waits for locks", share: share(.lock)),
      Part(verb: "waits for another process", share: share(.child)),
      Part(verb: "waits for work", share: share(.waitingForWork)),
      Part(verb: "waits for unknown reasons", share: share(.tooShort, .other)),
    ].sorted { $0.share > $1.share }
    let computing = share(.onCPU, .runnable)
    // Where workers are ready far more often than on a CPU, others have the CPUs.
    let isKeptWaiting =
      share(.runnable) > share(.onCPU) && report.parallelism < 0.5 * report.lostCPU.cpus
    if computing >= 0.5, !isKeptWaiting {
      let manner = computing >= nearlyAll ? "computes" : "mostly computes"
      let cpus = """
        \(FigureText.ratio(report.parallelism)) of \(FigureText.cpus(report.lostCPU.cpus))
        """
      let rest = parts.first { !["computes", "waits for a CPU"].contains($0.verb) }
      return "It \(manner), on \(cpus)"
        + (computing >= nearlyAll ? "" : rest.map { also($0, of: "the time") } ?? "")
    }
    let (first, second) = (parts[0], parts[1])
    return "It \(first.verb) \(FigureText.percent(first.share)) of the time"
      + (first.share >= nearlyAll ? "" : also(second, of: "it"))
  }

  private static func also(_ part: Part, of whole: String) -> String {
    part.share >= 0.1
      ? ", and \(part.verb) \(FigureText.percent(part.share)) of \(whole)" : ""
  }

  /// What is to be said of the CPUs where no finding says more.
  private static func cpus(_ report: ExplainReport) -> String {
    let computing = [WorkerState.onCPU, .runnable].reduce(0) {
      $0 + report.wallShares.seconds($1)
    }
    guard computing >= 0.5 * report.wallSeconds, report.lostCPU.cpus > 1 else { return "" }
    if report.parallelism >= nearlyAllCPUs * report.lostCPU.cpus {
      return report.maxAtOnce > Int(report.lostCPU.cpus)
        ? "; up to \(FigureText.count(report.maxAtOnce, "worker")) share them"
        : "; the CPUs are busy"
    }
    // How long workers are ready isn't known where switches are sampled or lost.
    if report.readyTimeIsRecorded, report.wallShare(.runnable) >= muchReady {
      return """
        ; its workers were ready but had no CPU for \
        \(FigureText.percent(report.wallShare(.runnable))) of the time
        """
    }
    return report.parallelism < aboutOne ? "; about one worker computes at a time" : ""
  }
}

extension Claim {
  /// Why, as a clause behind the answer; nil where the finding says no more than the answer does.
  fileprivate var cause: String? {
    switch self {
    case .standsStill: "some of its workers stood still"
    case .quotaLimitsCPUs: "a quota limits its CPU time"
    case .cpusNarrowed: "it bound its workers to fewer CPUs than it may use"
    case .lockBound: "its workers wait for a lock"
    case .movingDataDominates: "moving data between its processes takes much of it"
    case .tinyTasksDominate: "its tasks are too small for what handing them out costs"
    case .oneProcessServesAll: "several processes wait for the answers of one"
    case .oversubscribed: "more workers want a CPU than there are CPUs"
    case .neverOverlapped: "its workers ran one after the other"
    case .workersUneven: "one worker has more to do than the others"
    case .moreWorkersThanWork: "most of its workers have nothing to do"
    case .eventLoopBlocked: "calls that block hold up its event loop"
    case .polling: "a worker wakes again and again and does next to nothing"
    case .gilBound: "a global interpreter lock lets one thread run at a time"
    case .workersTookTurns: "its workers take turns"
    case .startUpDominates: "starting and ending workers takes much of it"
    case .cpusTakenByOthers: "other programs have the CPUs that it could use"
    case .cpusTakenByHost: "the host of this virtual machine takes CPU time from it"
    case .largeParentForked: "forking a process with much memory takes much of it"
    default: nil
    }
  }
}
