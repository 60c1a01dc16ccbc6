import Synchronization

/// How often each of some items was begun.
final class Attempts: Sendable {
  private let counts: Mutex<[Int]>

  init(count: Int) { counts = Mutex(Array(repeating: 0, count: count)) }

  /// An item begins.
  ///
  /// - Returns: how often it has.
  func begin(_ item: Int) -> Int {
    counts.withLock { counts in
      counts[item] += 1
      return counts[item]
    }
  }

  /// How often an item has begun.
  func count(_ item: Int) -> Int { counts.withLock { $0[item] } }
}
