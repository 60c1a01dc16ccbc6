/// Where figures of time come from.
public enum TimeSource: String, Codable, Sendable, CaseIterable {
  /// From runs that were watched from outside, which aren't timed.
  case observed
  /// From what workers report of themselves in the timed runs.
  case reported
}
