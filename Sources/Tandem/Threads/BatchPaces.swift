/// How long the items of calls take: what sizes their batches.
///
/// Only calls of several items are remembered, and only the latest few.
struct BatchPaces {
  private struct Entry {
    weak var call: (any Call)?
    var pace = Pace()
  }

  private var entries: [Entry] = []
  private static let most = 8
  /// The largest batch: what `ThreadWork` can count is far more.
  private static let largest = 1 << 20

  /// How many items of a call a thread is given at once.
  ///
  /// - Parameters:
  ///   - call: the call.
  ///   - workers: how many threads there may be.
  /// - Returns: the number, at least 1.
  mutating func batch(of call: any Call, workers: Int) -> Int {
    guard !call.isSingle else { return 1 }
    // Looking for a call takes longer than a short item.
    if case .fixed(let count) = call.options.batching.storage { return min(count, Self.largest) }
    let index = index(of: call)
    let pace = index.map { entries[$0].pace } ?? Pace()
    let size = min(
      Self.largest,
      pace.size(
        call.options.batching, waiting: call.waiting, workers: workers, most: Self.largest))
    if let index { entries[index].pace.last = size }
    return size
  }

  /// Notes how long items took.
  ///
  /// - Parameters:
  ///   - call: whose.
  ///   - nanoseconds: how long one took.
  mutating func note(_ call: any Call, took nanoseconds: Double) {
    guard !call.isSingle else { return }
    let place: Int
    if let known = index(of: call) {
      place = known
    } else {
      entries.removeAll { $0.call == nil }
      if entries.count == Self.most { entries.removeFirst() }
      entries.append(Entry(call: call))
      place = entries.count - 1
    }
    entries[place].pace.note(nanoseconds)
  }

  private func index(of call: any Call) -> Int? { entries.firstIndex { $0.call === call } }
}
