/// How long the items of calls take: what sizes their batches.
///
/// Only calls of several items are remembered, and only the latest few.
struct BatchPaces {
  private struct Pace {
    weak var call: (any Call)?
    /// How long an item takes, in nanoseconds.
    var estimate: Double
    /// How many items were taken at once last.
    var last: Int
  }

  private var paces: [Pace] = []
  private static let most = 8
  /// How long a batch should take, in nanoseconds.
  static let batchTime = 200_000.0
  /// The largest batch: what `ThreadWork` can count is far more.
  private static let largest = 1 << 20

  /// How many items of a call a thread is given at once.
  ///
  /// By time; not more than leaves something for the others; growing step by step, because a few items
  /// may not be like the rest.
  ///
  /// - Parameters:
  ///   - call: the call.
  ///   - workers: how many threads there may be.
  /// - Returns: the number, at least 1.
  mutating func batch(of call: any Call, workers: Int) -> Int {
    guard !call.isSingle else { return 1 }
    switch call.options.batching.storage {
    case .fixed(let count): return min(count, Self.largest)
    case .automatic:
      guard let index = index(of: call) else { return 1 }
      let byTime = Int(min(Double(Self.largest), Self.batchTime / max(paces[index].estimate, 1)))
      let size = max(
        1, min(byTime, call.waiting / (2 * workers), paces[index].last * 16))
      paces[index].last = size
      return size
    }
  }

  /// Notes how long items took.
  ///
  /// - Parameters:
  ///   - call: whose.
  ///   - nanoseconds: how long one took.
  mutating func note(_ call: any Call, took nanoseconds: Double) {
    guard !call.isSingle else { return }
    if let index = index(of: call) {
      paces[index].estimate = paces[index].estimate * 0.75 + nanoseconds * 0.25
    } else {
      paces.removeAll { $0.call == nil }
      if paces.count == Self.most { paces.removeFirst() }
      paces.append(Pace(call: call, estimate: nanoseconds, last: 1))
    }
  }

  private func index(of call: any Call) -> Int? { paces.firstIndex { $0.call === call } }
}
