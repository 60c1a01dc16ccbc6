/// When a worker process that is well is replaced by a new one.
public struct RecyclePolicy: Sendable, Hashable {
  /// After so many items; nil for never.
  public var afterItems: Int?
  /// When it holds more resident memory than this after an item, in bytes; nil for never.
  public var aboveResidentBytes: Int?

  /// Makes a policy.
  ///
  /// - Parameters:
  ///   - afterItems: after so many items.
  ///   - aboveResidentBytes: when it holds more resident memory than this.
  public init(afterItems: Int? = nil, aboveResidentBytes: Int? = nil) {
    self.afterItems = afterItems
    self.aboveResidentBytes = aboveResidentBytes
  }
}

extension RecyclePolicy {
  /// Checks the policy.
  ///
  /// - Throws: `invalidArgument`.
  func check() throws(PoolError) {
    try OptionCheck.atLeast("recycle.afterItems", afterItems, 1)
    try OptionCheck.atLeast("recycle.aboveResidentBytes", aboveResidentBytes, 1)
  }
}
