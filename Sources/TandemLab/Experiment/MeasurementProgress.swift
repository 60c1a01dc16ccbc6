public import TandemModel

/// How far a measurement is, by its own estimate, and what it has found so far.
public struct MeasurementProgress: Sendable, Hashable {
  /// What is running, such as `swift-threads, all-at-once`.
  public var running: String
  /// Seconds that are done, by the measurement's own estimate.
  public var doneSeconds: Double
  /// Seconds that it takes in all, by its own estimate; 0 while there is none.
  public var totalSeconds: Double
  /// Seconds since it began.
  public var elapsedSeconds: Double
  /// The models that the answer is about, the fastest first; empty before the first result.
  public var standings: [Standing] = []
  /// Seconds that are left; nil while there is no estimate.
  public var remainingSeconds: Double? {
    totalSeconds > 0 ? max(0, totalSeconds - doneSeconds) : nil
  }
}
