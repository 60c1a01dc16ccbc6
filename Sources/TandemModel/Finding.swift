/// A claim, the figures for it, and what to do.
public struct Finding: Codable, Sendable, Equatable {
  /// A finding whose cure could save less than this share of the wall time is left out of short reports.
  public static let leastShare = 0.05

  /// The rule's name, such as `never-overlapped`.
  public var rule: String
  /// What was found, one sentence with its figures.
  public var claim: String
  /// The figures behind it, each name ending in its unit where it has one.
  public var evidence: [String: Double]
  /// The most that the cure could save; null when that can't be told.
  @ExplicitNull public var potentialGain: PotentialGain?
  /// What to do, one sentence.
  public var advice: String

  /// Makes a finding.
  public init(
    rule: String, claim: String, evidence: [String: Double], potentialGain: PotentialGain?,
    advice: String
  ) {
    self.rule = rule
    self.claim = claim
    self.evidence = evidence
    self.potentialGain = potentialGain
    self.advice = advice
  }

  /// Whether it is known that its cure could save next to nothing.
  public var isMinor: Bool { potentialGain.map { $0.share < Self.leastShare } ?? false }

  /// Whether it is known that its cure could save more than that, at most.
  package var couldSaveMuch: Bool { potentialGain != nil && !isMinor }

  enum CodingKeys: String, CodingKey {
    case rule, claim, evidence
    case potentialGain = "potential_gain"
    case advice
  }
}
