/// When a worker that is well is replaced.
package struct Recycling: Sendable {
  private let afterItems: Int?

  /// The decisions of a policy.
  package init(_ policy: RecyclePolicy) { afterItems = policy.afterItems }

  /// How many items more a worker may be given.
  ///
  /// - Parameters:
  ///   - ended: how many it has ended.
  ///   - before: how many it has before it; only asked where it counts.
  /// - Returns: the number; nil for as many as there are.
  package func allowance(ended: Int, before: @autoclosure () -> Int) -> Int? {
    afterItems.map { max(0, $0 - ended - before()) }
  }

  /// Whether a worker that has nothing to do is replaced.
  ///
  /// - Parameters:
  ///   - ended: how many items it has ended.
  ///   - isTooLarge: whether it was seen to hold too much memory.
  /// - Returns: whether it is.
  package func isDue(ended: Int, isTooLarge: Bool) -> Bool {
    isTooLarge || (afterItems.map { ended >= $0 } ?? false)
  }
}
