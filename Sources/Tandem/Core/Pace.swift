/// How long items of a kind take, and so how many of them a worker is given at once.
package struct Pace: Sendable {
  /// How long a batch should take, in nanoseconds.
  static let batchTime = 200_000.0
  /// How many times as large as the last one a batch may be.
  static let growth = 16

  /// How long an item takes, in nanoseconds; nil before one was seen.
  package private(set) var estimate: Double?
  /// How many items were given at once last.
  package var last = 1

  package init() {}

  /// Items were done.
  ///
  /// - Parameter nanoseconds: how long each took.
  package mutating func note(_ nanoseconds: Double) {
    estimate = estimate.map { $0 * 0.75 + nanoseconds * 0.25 } ?? nanoseconds
  }

  /// How many items are given at once: by time; not more than leaves something for the others; growing step
  /// by step, because a few items may not be like the rest.
  ///
  /// - Parameters:
  ///   - batching: what the call asks for.
  ///   - waiting: how many of its items wait; only asked where it counts.
  ///   - workers: how many workers there may be.
  ///   - most: how many there is room for.
  /// - Returns: the number, at least 1.
  package func size(
    _ batching: Batching, waiting: @autoclosure () -> Int, workers: Int, most: Int
  ) -> Int {
    switch batching.storage {
    case .fixed(let count): return count
    case .automatic:
      guard let estimate else { return 1 }
      let byTime = Int(min(Double(most), Self.batchTime / max(estimate, 1)))
      return max(1, min(byTime, waiting() / (2 * workers), last * Self.growth))
    }
  }
}
