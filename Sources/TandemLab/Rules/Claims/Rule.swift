import TandemModel

/// Concludes something from a subject's figures whenever they show it.
///
/// A subject is a ``Comparison`` of timed models, or an `ExplainReport` of a program that was observed.
/// A rule speaks only on evidence: where a figure that it needs was not measured, it is silent. To add
/// one: a file with the rule, a line in ``Rules``, and its cases in `RuleCases` of the tests. A new
/// claim also needs a decision about each claim that it can meet (`Exclusion`).
package protocol Rule<Subject>: Sendable {
  /// What it judges.
  associatedtype Subject

  /// What it claims.
  var claim: Claim { get }

  /// Judges a subject.
  ///
  /// - Parameter subject: what was measured.
  /// - Returns: what follows from it; nothing when there is nothing to say.
  func conclusions(from subject: Subject) -> [Conclusion]
}

extension Rule {
  /// Makes a conclusion under the rule's claim.
  ///
  /// - Parameters:
  ///   - sentence: one sentence with its figures.
  ///   - models: the models that it is about; none for the whole subject.
  ///   - evidence: the figures, each name ending in its unit where it has one.
  ///   - gain: the most that the cure could save; nil where that can't be told.
  ///   - advice: one sentence that begins with a verb.
  /// - Returns: the conclusion.
  func conclusion(
    _ sentence: String, about models: [ModelResult] = [], evidence: [String: Double?],
    potentialGain gain: PotentialGain?, advice: String
  ) -> Conclusion {
    Conclusion(
      claim, sentence, about: models, evidence: evidence, potentialGain: gain, advice: advice)
  }
}
