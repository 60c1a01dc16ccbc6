/// How often two or more commands were run again, and what kept them from it.
public struct RepeatedRuns: Codable, Sendable, Equatable {
  /// Timed runs of each command that were asked for; null for as many as the time allows.
  @ExplicitNull public var asked: Int?
  /// Whether the figures are of runs that were not observed; otherwise they are of the one observed run of
  /// each command.
  public var areUnobserved: Bool
  /// Why there are fewer runs than were asked for, or none, a sentence; null when there aren't.
  @ExplicitNull public var reason: String?

  /// Makes a value.
  public init(asked: Int?, areUnobserved: Bool, reason: String? = nil) {
    self.asked = asked
    self.areUnobserved = areUnobserved
    self.reason = reason
  }

  enum CodingKeys: String, CodingKey {
    case asked
    case areUnobserved = "unobserved"
    case reason
  }
}
