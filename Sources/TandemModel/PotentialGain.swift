/// The most wall time that curing what a finding names could save.
///
/// It is an upper bound, or was measured where the cure was run as well: no cure is free.
public struct PotentialGain: Codable, Sendable, Equatable {
  /// The most wall seconds that the cure could save.
  public var seconds: Double
  /// The wall seconds that they are a part of: of the program, or of the model that the finding is about.
  public var wallSeconds: Double
  /// How it was reckoned, one clause.
  public var basis: String

  /// Makes a potential gain.
  public init(seconds: Double, wallSeconds: Double, basis: String) {
    self.seconds = seconds
    self.wallSeconds = wallSeconds
    self.basis = basis
  }

  /// The share of the wall time that the cure could save at most.
  public var share: Double { wallSeconds > 0 ? seconds / wallSeconds : 0 }

  enum CodingKeys: String, CodingKey {
    case seconds
    case wallSeconds = "wall_s"
    case basis
  }
}
