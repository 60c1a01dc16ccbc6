package import TandemModel

/// What a worker waited for when sampled; this stands for the waits that weren't sampled.
///
/// A sample at a random moment finds a wait with a probability in proportion to its length, so shares
/// of samples are shares of time. Short waits are counted separately: most long waits are sampled one by
/// one, but only some of many simultaneous ones can be, and those stand for the others.
package struct WaitMix: Sendable, Equatable {
  /// Waits shorter than this many nanoseconds are short: two of CPython's switch intervals
  /// (`sys.setswitchinterval`), since waiting for its lock is a row of waits of one interval each.
  package static let shortNS: UInt64 = 10_000_000

  private var short = StateTable()
  private var long = StateTable()

  /// Makes an empty mix.
  package init() {}

  /// Counts a sample.
  ///
  /// - Parameters:
  ///   - state: what the worker waited for.
  ///   - lengthNS: how long the wait was.
  package mutating func count(_ state: WorkerState, lengthNS: UInt64) {
    // A long wait is sampled once, so the sample stands for its whole length.
    if Self.isShort(lengthNS) { short[state] += 1 } else { long[state] += Double(lengthNS) }
  }

  /// How many short waits were sampled.
  var shortSamples: Double { short.sum }

  /// Whether enough short waits were sampled to know what the next ones are for.
  ///
  /// Waits for locks are always sampled, because the report gives the waiting time of each lock.
  var isShortKnown: Bool { short.sum >= Self.enough && short[.lock] == 0 }

  /// This many samples give a share to within a twentieth (the standard error of one half).
  private static let enough = 100.0

  /// Whether a wait of a length is a short one.
  static func isShort(_ lengthNS: UInt64) -> Bool { lengthNS < shortNS }

  /// The shares of the sampled waits of a kind: a worker's own, otherwise those of others, otherwise
  /// waits of the other length.
  ///
  /// - Returns: shares that add up to 1; nil without any sample.
  static func shares(_ own: WaitMix?, _ others: WaitMix?, isShort: Bool) -> StateTable? {
    func seen(_ mix: WaitMix?, _ isShort: Bool) -> StateTable? {
      (isShort ? mix?.short : mix?.long)?.normalised
    }
    return seen(own, isShort) ?? seen(others, isShort) ?? seen(own, !isShort)
      ?? seen(others, !isShort)
  }
}
