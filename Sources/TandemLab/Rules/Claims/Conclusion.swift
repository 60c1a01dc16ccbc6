package import TandemModel

/// What a rule concludes from its subject: a finding, before contradictions are settled.
package struct Conclusion: Sendable, Equatable {
  /// What it claims.
  package var claim: Claim
  /// The models that it is about; empty when it is about the whole subject.
  package var models: Set<Model>
  /// The finding, as it is reported.
  package var finding: Finding
  /// Whether it is about a part of the time, or of the workers, only, so that other claims about the rest stand
  /// beside it.
  package var isAboutAPart = false

  /// A model as it was run.
  package struct Model: Hashable, Sendable {
    /// The model and its interpreter.
    package var side: Difference.Side
    /// When workers were started and joined.
    package var schedule: Schedule

    /// Makes the identity of a model's results.
    ///
    /// - Parameter result: the results.
    package init(_ result: ModelResult) {
      side = Difference.Side(model: result.model, interpreter: result.interpreter?.path)
      schedule = result.schedule
    }
  }

  /// Makes a conclusion.
  ///
  /// - Parameters:
  ///   - claim: what it claims.
  ///   - sentence: one sentence with its figures.
  ///   - models: the models that it is about; none for the whole subject.
  ///   - evidence: the figures, each name ending in its unit where it has one; those that are nil
  ///     were not measured.
  ///   - gain: the most that the cure could save; nil where that can't be told.
  ///   - advice: one sentence that begins with a verb.
  package init(
    _ claim: Claim, _ sentence: String, about models: [ModelResult] = [],
    evidence: [String: Double?], potentialGain gain: PotentialGain?, advice: String
  ) {
    self.claim = claim
    self.models = Set(models.map(Model.init))
    finding = Finding(
      rule: claim.rawValue, claim: sentence, evidence: evidence.compactMapValues { $0 },
      potentialGain: gain, advice: advice)
  }

  /// Whether others together speak about everything that this one is about.
  ///
  /// - Parameter others: the others.
  /// - Returns: whether nothing is left that only this one is about.
  package func isCovered(by others: [Conclusion]) -> Bool {
    if others.contains(where: \.models.isEmpty) { return true }
    let covered = others.reduce(into: Set()) { $0.formUnion($1.models) }
    return !models.isEmpty && models.isSubset(of: covered)
  }
}
