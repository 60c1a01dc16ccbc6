package import TandemModel

/// What a worker was seen waiting for: counts of looks, which stand for the time that nobody looked into.
///
/// A look at a random moment finds a wait with a probability in proportion to its length, so shares
/// of looks are shares of time. Short waits are counted apart: most long ones are looked into one by
/// one, but of many at once only some can be, and those stand for the others.
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
  package mutating func count(_ state: WorkerState, lengthNS: UInt64) {
    // A long wait's look stands for all of its length, since one is enough.
    if Self.isShort(lengthNS) { short[state] += 1 } else { long[state] += Double(lengthNS) }
  }

  /// Whether enough short waits were seen to know what the next ones are for.
  ///
  /// Those for locks are never known: of each lock it is told how long it was waited for.
  var isShortKnown: Bool { short.sum >= Self.enough && short[.lock] == 0 }

  /// So many looks tell a share to within a twentieth (the standard error of one half).
  private static let enough = 100.0

  /// Whether a wait of a length is a short one.
  static func isShort(_ lengthNS: UInt64) -> Bool { lengthNS < shortNS }

  /// The shares of what was seen of waits of about a length: of a worker's own, or else of others',
  /// or else of waits of another length.
  ///
  /// - Returns: shares that add up to 1; nil when nothing was seen at all.
  static func shares(_ own: WaitMix?, _ others: WaitMix?, isShort: Bool) -> StateTable? {
    func seen(_ mix: WaitMix?, _ isShort: Bool) -> StateTable? {
      (isShort ? mix?.short : mix?.long)?.normalised
    }
    return seen(own, isShort) ?? seen(others, isShort) ?? seen(own, !isShort)
      ?? seen(others, !isShort)
  }
}
