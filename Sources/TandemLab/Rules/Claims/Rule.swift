package import TandemModel

/// Something worth saying about a comparison whenever its figures show it.
///
/// A rule speaks only on evidence: where a figure that it needs was not measured, it is silent. To
/// add one: a file with the rule, a line in ``Rules/all``, a test where it must speak and one where
/// it must stay silent.
package protocol Rule: Sendable {
  /// The name that findings carry, such as `never-overlapped`.
  var name: String { get }

  /// Looks at a comparison.
  ///
  /// - Parameter context: what was measured.
  /// - Returns: what was found; nothing when there is nothing to say.
  func evaluate(_ context: RuleContext) -> [Finding]
}

extension Rule {
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

/// The rules there are.
package enum Rules {
  /// Every rule, in the order in which their findings are reported.
  package static let all: [any Rule] = [
    NeverOverlapped(),
    ThreadsWonWithoutOverlap(),
    OneLockAtATime(),
    SeenInWatchedRuns(),
    IOBoundThreadsSuffice(),
    StartUpDominates(),
    TinyTasksDominate(),
    MovingDataDominates(),
    WorkersUneven(),
    MoreRunnableThanCPUs(),
    MoreWorkersNoLongerHelp(),
    QuotaBelowCPUs(),
    MemoryPerWorker(),
    TooShortToTell(),
    MachineDrifted(),
  ]

  /// What all rules find.
  ///
  /// - Parameter context: what was measured.
  /// - Returns: the findings, in the order of the rules.
  package static func findings(in context: RuleContext) -> [Finding] {
    all.flatMap { $0.evaluate(context) }
  }
}
