/// How often workers that have done nothing yet may die before the pool gives up.
public struct RestartLimit: Sendable, Hashable {
  /// How many deaths.
  public var count: Int
  /// Within which time.
  public var within: Duration

  /// Makes a limit.
  ///
  /// - Parameters:
  ///   - count: how many deaths.
  ///   - within: within which time.
  public init(_ count: Int, within: Duration) {
    self.count = count
    self.within = within
  }
}

extension RestartLimit {
  /// Checks the limit.
  ///
  /// - Throws: `invalidArgument`.
  func check() throws(PoolError) {
    try OptionCheck.atLeast("restartLimit.count", count, 0)
    try OptionCheck.time("restartLimit.within", within)
  }
}
