package import TandemModel

/// What a worker was seen waiting for: counts of looks, which stand for the time that nobody looked into.
///
/// A look at a random moment finds a wait with a probability in proportion to its length, so shares
/// of looks are shares of time. Short waits are counted apart: long ones are each looked into, and
/// their time is known; what remains unknown is short.
package struct WaitMix: Sendable, Equatable {
  /// Waits shorter than this many nanoseconds are short: two of CPython's switch intervals
  /// (`sys.setswitchinterval`), since waiting for its lock is a row of waits of one interval each.
  package static let shortNS: UInt64 = 10_000_000

  private var short = StateTable()
  private var long = StateTable()

  /// Nothing seen yet.
  package init() {}

  /// Counts a look.
  ///
  /// - Parameters:
  ///   - state: what was waited for.
  ///   - lengthNS: how long the wait was.
  package mutating func count(_ state: ObservedState, lengthNS: UInt64) {
    if lengthNS < Self.shortNS { short[state] += 1 } else { long[state] += 1 }
  }

  /// The shares of what was seen, of short waits if there were any; nil when nothing was seen.
  package var shares: StateTable? { short.normalised ?? long.normalised }
}
