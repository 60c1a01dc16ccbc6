/// A claim, the figures for it, and what to do.
public struct Finding: Codable, Sendable, Equatable {
  /// The rule's name, such as `never-overlapped`.
  public var rule: String
  /// What was found, one sentence with its figures.
  public var claim: String
  /// The figures behind it, each name ending in its unit where it has one.
  public var evidence: [String: Double]
  /// What to do, one sentence.
  public var advice: String

  /// Makes a finding.
  public init(rule: String, claim: String, evidence: [String: Double], advice: String) {
    self.rule = rule
    self.claim = claim
    self.evidence = evidence
    self.advice = advice
  }
}
