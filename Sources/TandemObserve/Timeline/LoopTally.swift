import TandemModel

/// What was seen of a worker's event loop.
package struct LoopTally: Sendable, Equatable {
  /// A shorter wait may be one that just began when it was looked at.
  private static let leastNS: UInt64 = 10_000_000

  /// Whether it was seen waiting for something to do.
  package private(set) var polls = false
  /// The calls that blocked it: how many, their nanoseconds, and the longest one's.
  private var count = 0
  private var lengthNS: UInt64 = 0
  private var longestNS: UInt64 = 0
  /// Their nanoseconds by what the worker waited for.
  private var states = StateTable()
  /// Their nanoseconds by where in a Python program the worker was.
  private var places = PlaceShares()
  /// The calls are in a function that has this share of their time.
  private static let most = 0.5

  /// Makes a tally of nothing.
  package init() {}

  /// Counts a wait that has ended.
  ///
  /// - Parameters:
  ///   - sample: what was seen of it.
  ///   - waitNS: how long it was.
  ///   - isAlone: whether the process has no other thread, so that a loop can only be this one's.
  mutating func count(_ sample: WaitSample, lengthNS waitNS: UInt64, isAlone: Bool) {
    switch sample.loop {
    case .polls: polls = true
    case .blocks where waitNS >= Self.leastNS && (polls || isAlone),
      .nested where waitNS >= Self.leastNS:
      count += 1
      lengthNS += waitNS
      longestNS = max(longestNS, waitNS)
      states[sample.state] += Double(waitNS)
      if let place = sample.place { places.add(place, Double(waitNS)) }
    case .blocks, .nested, nil: break
    }
  }

  /// The figures for the report; nil when nothing blocked it.
  var blocked: BlockedLoop? {
    guard count > 0, let state = states.largest else { return nil }
    let place = places.largest(of: Double(lengthNS)).first
    return BlockedLoop(
      count: count, seconds: Double(lengthNS) / 1e9, longestSeconds: Double(longestNS) / 1e9,
      state: state, function: place.flatMap { $0.share >= Self.most ? $0.function : nil })
  }
}
