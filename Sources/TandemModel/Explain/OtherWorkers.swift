/// Workers that are not listed one by one.
public struct OtherWorkers: Codable, Sendable, Equatable {
  /// How many there were.
  public var count: Int
  /// Where their time went.
  public var totals: StateSeconds

  /// Makes the sum over workers that are not listed.
  public init(count: Int, totals: StateSeconds) {
    self.count = count
    self.totals = totals
  }
}
