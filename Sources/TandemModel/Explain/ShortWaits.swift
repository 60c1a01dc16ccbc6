/// Waits that were too short to look into: counted and measured, but what they were for isn't known.
public struct ShortWaits: Codable, Sendable, Equatable {
  /// How many there were.
  public var count: Int
  /// Their mean length in seconds.
  public var meanSeconds: Double

  /// Makes a value.
  ///
  /// - Parameters:
  ///   - count: how many there were, at least one.
  ///   - meanSeconds: their mean length in seconds.
  public init(count: Int, meanSeconds: Double) {
    self.count = count
    self.meanSeconds = meanSeconds
  }

  enum CodingKeys: String, CodingKey {
    case count
    case meanSeconds = "mean_s"
  }
}
