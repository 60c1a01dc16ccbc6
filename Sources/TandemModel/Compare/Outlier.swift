/// A run outside Tukey's outer fences (3 interquartile ranges beyond the quartiles).
public struct Outlier: Codable, Sendable, Equatable {
  /// The run's index in `wall_s`.
  public var run: Int
  /// What went with it, such as more involuntary switches than usual; `unknown` when nothing did.
  public var cause: String

  /// Makes an outlier.
  public init(run: Int, cause: String) {
    self.run = run
    self.cause = cause
  }
}
