/// How items ended, and how long they took.
///
/// The numbers only grow.
package struct ItemCounts: Sendable {
  /// How many ended with an output.
  package private(set) var completed = 0
  /// How many ended with an error other than the following two.
  package private(set) var failed = 0
  /// How many took longer than their timeout.
  package private(set) var timedOut = 0
  /// How many were begun and then given up.
  package private(set) var cancelled = 0
  /// How many were begun once more.
  package private(set) var retried = 0
  /// How long items waited for a worker to begin with them.
  package var queueTimes = DurationHistogram()
  /// How long items ran.
  package var runTimes = DurationHistogram()

  /// Items have an output; counted before anybody has it, so that who has one sees it counted.
  mutating func completed(_ count: Int) { completed += count }

  /// An attempt is made once more.
  mutating func again() { retried += 1 }

  /// Items ended without an output.
  mutating func ended(_ count: Int, _ why: ItemEnd) {
    switch why {
    case .thrown, .workerDeath, .refused: failed += count
    case .timeout: timedOut += count
    case .cancelled: cancelled += count
    }
  }
}

/// Why an attempt at an item has no output.
package enum ItemEnd: Sendable, CaseIterable {
  /// The work threw an error.
  case thrown
  /// The worker that did it crashed, was killed or exited.
  case workerDeath
  /// It took longer than its timeout.
  case timeout
  /// It was begun, and then given up by its caller.
  case cancelled
  /// It can't be done, however often it is tried: the pool has ended, or it can't be encoded or decoded.
  case refused

  /// As a reason to do it again; nil when it is none.
  var reason: RetryPolicy.Reasons? {
    switch self {
    case .thrown: .thrown
    case .workerDeath: .workerDeath
    case .timeout: .timeout
    case .cancelled, .refused: nil
    }
  }
}

extension PoolStatistics {
  /// Takes over how items ended.
  mutating func take(_ counts: ItemCounts) {
    completed = counts.completed
    failed = counts.failed
    timedOut = counts.timedOut
    cancelled = counts.cancelled
    retried = counts.retried
    queueTimes = counts.queueTimes
    runTimes = counts.runTimes
  }
}
