/// How often workers that have begun no work yet may die before the pool gives up.
///
/// A worker that dies at an item doesn't count: however many items end their workers, each costs only itself.
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
