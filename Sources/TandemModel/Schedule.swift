/// When workers are started and joined.
public enum Schedule: String, Codable, Sendable, CaseIterable, Hashable {
  /// Start, join, next: the lesson as it was written.
  case oneAtATime = "one-at-a-time"
  /// Start all, then join all.
  case allAtOnce = "all-at-once"
}
