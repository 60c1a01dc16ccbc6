package import TandemModel

/// Something worth saying about a program that was watched, whenever its figures show it.
///
/// A rule speaks only on evidence: where a figure that it needs was not measured, it is silent. To
/// add one: a file with the rule, a line in ``ObservedRules/all``, a test where it must speak and one
/// where it must stay silent.
package protocol ObservedRule: Sendable {
  /// The name that findings carry, such as `gil-bound`.
  var name: String { get }

  /// Looks at a program.
  ///
  /// - Parameter program: what was seen of it.
  /// - Returns: what was found; nil when there is nothing to say.
  func evaluate(_ program: ExplainReport) -> Finding?
}

extension ObservedRule {
  /// Makes a finding under the rule's name.
  ///
  /// - Parameters:
  ///   - claim: one sentence with its figures.
  ///   - evidence: the figures, each name ending in its unit where it has one.
  ///   - advice: one sentence.
  /// - Returns: the finding.
  package func finding(
    _ claim: String, evidence: [String: Double?], advice: String
  ) -> Finding {
    Finding(rule: name, claim: claim, evidence: evidence.compactMapValues { $0 }, advice: advice)
  }
}

/// The rules about programs that were watched.
package enum ObservedRules {
  /// Every rule but the last word, in the order in which their findings are reported.
  package static let all: [any ObservedRule] = [
    WorkersNeverOverlapped(),
    GILBound(),
    LockBound(),
    MoreWantedThanCPUs(),
    QuotaThrottled(),
    CPUsTakenByOthers(),
    IOBound(),
    OneSlowWorker(),
    StartUpBound(),
    LargeParentForked(),
    MoreWorkersThanWork(),
  ]

  /// What all rules find; a program with which nothing is wrong is told so.
  ///
  /// - Parameter program: what was seen of it.
  /// - Returns: the findings, in the order of the rules.
  package static func findings(in program: ExplainReport) -> [Finding] {
    let found = all.compactMap { $0.evaluate(program) }
    return found.isEmpty ? [NothingInTheWay().evaluate(program)].compactMap { $0 } : found
  }
}

extension ExplainReport {
  /// The share of the wall time that went to a state.
  func wallShare(_ state: WorkerState) -> Double {
    wallSeconds > 0 ? (wallShares.first { $0.state == state }?.seconds ?? 0) / wallSeconds : 0
  }

  /// Workers other than the program's first thread.
  var started: [ObservedWorker] { workers.filter { $0.kind != .main } }

  /// How many workers the program started.
  var startedCount: Int { starts.threads + starts.processes }

  /// What most of the started workers are.
  var startedNoun: String {
    starts.processes == 0 ? "thread" : starts.threads == 0 ? "process" : "worker"
  }

  /// Such as `4 threads` or `1 process`.
  func startedCounted(_ count: Int) -> String {
    let noun = startedNoun
    if count == 1 { return "1 \(noun)" }
    return noun == "process" ? "\(count) processes" : "\(count) \(noun)s"
  }

  /// Whether Python with its lock on ran in the program.
  var hasGIL: Bool { gil.contains { $0.state == .on } }
}
