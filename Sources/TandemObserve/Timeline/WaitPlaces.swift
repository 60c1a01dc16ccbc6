package import TandemModel

/// Where in Python programs workers waited for one thing, by nanoseconds.
package struct WaitPlaces: Sendable {
  private var shares = PlaceShares()
  private var allNS = 0.0
  private var looks = 0

  /// Fewer looks don't tell where most of the waits are.
  private static let leastLooks = 8

  /// Makes a value without waits.
  package init() {}

  /// Counts a wait that was looked into.
  ///
  /// - Parameters:
  ///   - place: where the worker was; nil where that isn't known.
  ///   - lengthNS: how long it waited.
  package mutating func add(_ place: PythonPlace?, lengthNS: UInt64) {
    allNS += Double(lengthNS)
    looks += 1
    if let place { shares.add(place, Double(lengthNS)) }
  }

  /// The functions in which they waited longest, with their shares of the waits; none after few looks.
  package var largest: [FunctionShare] {
    looks >= Self.leastLooks ? shares.largest(of: allNS) : []
  }
}
