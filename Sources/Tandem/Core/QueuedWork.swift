/// What the core asks of a call: what it wants, and which of its items wait.
///
/// The core never encodes, runs or ends anything: it says what is to be done, and an engine does it.
package protocol QueuedWork: Sendable {
  /// What goes first when work waits.
  var priority: CallPriority { get }
  /// How often an item is done again after a failure.
  var retries: RetryPolicy { get }
  /// Why it was given up, so that what is not running need not begin; nil if it was not.
  var cancellation: (any Error)? { get }
  /// How many items can be taken now.
  var waiting: Int { get }

  /// Takes the next items.
  ///
  /// - Parameter limit: how many at most.
  /// - Returns: their numbers; nil when there are none now.
  func take(atMost limit: Int) -> Range<Int>?

  /// Whether two are the same call.
  static func === (left: Self, right: Self) -> Bool
}

/// Neighbouring items of a call on their way to a worker.
package struct Order<Work: QueuedWork>: Sendable {
  /// The call.
  package let work: Work
  /// Which of its items.
  package let items: Range<Int>
  /// How often they were begun and failed before.
  package let attempt: Int
  /// Since when they wait, in nanoseconds of CLOCK_MONOTONIC.
  package let queued: UInt64

  package init(work: Work, items: Range<Int>, attempt: Int = 0, queued: UInt64) {
    self.work = work
    self.items = items
    self.attempt = attempt
    self.queued = queued
  }

  /// Some of the items.
  package func part(_ items: Range<Int>) -> Order {
    Order(work: work, items: items, attempt: attempt, queued: queued)
  }
}
