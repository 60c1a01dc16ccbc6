internal import TandemSystem

/// How often something may be started again within a span of time.
///
/// A pure state machine: time comes in as an argument.
package struct RestartBudget: Sendable {
  private let limit: Int
  private let window: UInt64
  private var taken: [UInt64] = []

  /// A budget.
  ///
  /// - Parameters:
  ///   - limit: how many starts are allowed within the span.
  ///   - within: the span.
  package init(limit: Int, within: Duration) {
    self.limit = limit
    self.window = within.saturatedNanoseconds
  }

  /// Takes one start out of the budget.
  ///
  /// - Parameter now: the time in nanoseconds, which never goes back.
  /// - Returns: whether it was allowed.
  package mutating func take(at now: UInt64) -> Bool {
    taken.removeAll { now &- $0 >= window }
    guard taken.count < limit else { return false }
    taken.append(now)
    return true
  }
}
