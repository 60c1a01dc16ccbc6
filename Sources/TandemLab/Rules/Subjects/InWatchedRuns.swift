package import TandemModel

/// A rule about programs, applied to the watched runs of models.
///
/// It is for claims that timing can't support: a timed run doesn't show what its workers wait for.
package struct InWatchedRuns: Rule {
  private let rule: any Rule<ExplainReport>
  private let isApplicable: @Sendable (ModelResult) -> Bool

  /// Applies a rule.
  ///
  /// - Parameters:
  ///   - rule: the rule.
  ///   - isApplicable: whether it applies to a model; the model of a global lock, which waits for that
  ///     by design, is always left out.
  package init(
    _ rule: any Rule<ExplainReport>,
    where isApplicable: @escaping @Sendable (ModelResult) -> Bool = { _ in true }
  ) {
    self.rule = rule
    self.isApplicable = isApplicable
  }

  package var claim: Claim { rule.claim }

  package func conclusions(from comparison: Comparison) -> [Conclusion] {
    comparison.watched.flatMap { entry -> [Conclusion] in
      let result = entry.result
      guard result.error == nil, result.model != .swiftThreadsGlobalLock, isApplicable(result)
      else { return [] }
      return rule.conclusions(from: entry.program).map { inner in
        conclusion(
          "In an observed run of \(result.label), \(result.schedule.phrase): \(inner.finding.claim)",
          about: [result], evidence: inner.finding.evidence,
          potentialGain: inner.finding.potentialGain, advice: inner.finding.advice)
      }
    }
  }
}
