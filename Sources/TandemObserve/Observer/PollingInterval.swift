import TandemSystem

/// How long to pause between two rounds.
///
/// A round costs some 50 to 100 µs before it has done anything: a wake-up, and code and data that the
/// program has driven out of the caches. When every CPU is busy, the program pays for it. So rounds are
/// as rare as there is little to see; they never come at regular times, so that no beat of the
/// program's hides from them.
package struct PollingInterval: Sendable {
  /// What was met in a round.
  package struct Round: Sendable {
    /// Records that were read.
    package var records: Int
    /// Waits that began, as they say.
    package var waits: Int
    /// Whether somebody sleeps and nobody has seen why, or an interpreter's lock is watched.
    package var needsSampling: Bool

    /// Makes one.
    package init(records: Int, waits: Int, needsSampling: Bool) {
      self.records = records
      self.waits = waits
      self.needsSampling = needsSampling
    }
  }

  /// In milliseconds: for a program that is young, since few looks must tell all, and for one that
  /// fills the rings.
  package static let dense: ClosedRange<Int32> = 3...7
  /// For a program that has been looked at often.
  package static let usual: ClosedRange<Int32> = 6...14
  /// While everybody computes, or sleeps as before.
  package static let quiet: ClosedRange<Int32> = 12...28

  /// Until this age it is young: it has been looked at some four hundred times then.
  private static let youngNS: UInt64 = 2_000_000_000
  /// So many records in a round, and a ring might be full before a late one.
  private static let manyRecords = 2_000
  /// The pages of a ring that has room for all that comes in a long pause: 8,192 records.
  private static let roomyPages = 64
  /// When nobody has gone to sleep for so long, nobody is expected to.
  private static let calmNS: UInt64 = 200_000_000

  private let beganNS: UInt64
  private let isRoomy: Bool
  /// When somebody last went to sleep, as far as it was seen.
  private var lastWaitNS: UInt64
  /// The system's generator would be a system call a round.
  private var random: SplitMix64

  /// Begins.
  ///
  /// - Parameters:
  ///   - beganNS: the time, in nanoseconds of `CLOCK_MONOTONIC`.
  ///   - pagesPerRing: the size of a ring; where memory may not stay locked, rings are small and must
  ///     be read often.
  package init(beganNS: UInt64, pagesPerRing: Int) {
    self.beganNS = beganNS
    self.isRoomy = pagesPerRing >= Self.roomyPages
    self.lastWaitNS = beganNS
    self.random = SplitMix64(seed: beganNS)
  }

  /// The pause after a round.
  ///
  /// - Parameters:
  ///   - round: what was met in it.
  ///   - nowNS: the time.
  /// - Returns: milliseconds, drawn from the range that fits.
  package mutating func pauseMilliseconds(after round: Round, nowNS: UInt64) -> Int32 {
    if round.waits > 0 { lastWaitNS = nowNS }
    let range =
      isRoomy
      ? Self.range(
        after: round, calmNS: nowNS &- min(nowNS, lastWaitNS), ageNS: nowNS &- min(nowNS, beganNS))
      : Self.dense
    return range.lowerBound + Int32(random.below(range.count))
  }

  /// The pauses that fit.
  ///
  /// - Parameters:
  ///   - round: what was met in the last round.
  ///   - calmNS: for how long nobody has gone to sleep.
  ///   - ageNS: for how long the program has been watched.
  /// - Returns: from the shortest to the longest, in milliseconds.
  package static func range(
    after round: Round, calmNS: UInt64, ageNS: UInt64
  ) -> ClosedRange<Int32> {
    if round.records > manyRecords { return dense }
    if !round.needsSampling, calmNS >= Self.calmNS { return quiet }
    return ageNS < youngNS ? dense : usual
  }
}
