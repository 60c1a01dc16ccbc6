import TandemSystem

/// How long to pause between two rounds.
///
/// A round costs 50 to 100 µs before any work: a wake-up, and code and data that the program has driven
/// out of the caches. When every CPU is busy, the program pays for it. So rounds are rare when there is
/// little to see. Their times are random, so that a periodic program can't hide from them.
package struct PollingInterval: Sendable {
  /// What a round found.
  package struct Round: Sendable {
    /// Records that were read.
    package var records: Int
    /// Waits that began, according to them.
    package var waits: Int
    /// Whether a worker sleeps for an unknown reason, or an interpreter's lock is sampled.
    package var needsSampling: Bool

    /// Makes one.
    package init(records: Int, waits: Int, needsSampling: Bool) {
      self.records = records
      self.waits = waits
      self.needsSampling = needsSampling
    }
  }

  /// In milliseconds: for a young program, of which there are few samples, and for one that fills the
  /// rings.
  package static let dense: ClosedRange<Int32> = 3...7
  /// For a program with many samples.
  package static let usual: ClosedRange<Int32> = 6...14
  /// While all workers compute, or sleep as before.
  package static let quiet: ClosedRange<Int32> = 12...28

  /// A program younger than this has fewer than about four hundred rounds of samples.
  private static let youngNS: UInt64 = 2_000_000_000
  /// With more records in a round than this, a ring might fill up before a late round.
  private static let manyRecords = 2_000
  /// The pages of a ring with room for all records of a long pause: 8,192 records.
  private static let roomyPages = 64
  /// When no worker has gone to sleep for this long, none is expected to.
  private static let calmNS: UInt64 = 200_000_000

  private let beganNS: UInt64
  private let isRoomy: Bool
  /// When a worker was last seen to go to sleep.
  private var lastWaitNS: UInt64
  /// The system's generator would be a system call a round.
  private var random: SplitMix64

  /// Makes an interval.
  ///
  /// - Parameters:
  ///   - beganNS: the time, in nanoseconds of `CLOCK_MONOTONIC`.
  ///   - pagesPerRing: the size of a ring; where locked memory is limited, rings are small and must be
  ///     read often.
  package init(beganNS: UInt64, pagesPerRing: Int) {
    self.beganNS = beganNS
    self.isRoomy = pagesPerRing >= Self.roomyPages
    self.lastWaitNS = beganNS
    self.random = SplitMix64(seed: beganNS)
  }

  /// The pause after a round.
  ///
  /// - Parameters:
  ///   - round: what it found.
  ///   - nowNS: the time.
  /// - Returns: milliseconds, random within the range that fits.
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
  ///   - round: what the last round found.
  ///   - calmNS: for how long no worker has gone to sleep.
  ///   - ageNS: for how long the program has been observed.
  /// - Returns: from the shortest to the longest, in milliseconds.
  package static func range(
    after round: Round, calmNS: UInt64, ageNS: UInt64
  ) -> ClosedRange<Int32> {
    if round.records > manyRecords { return dense }
    if !round.needsSampling, calmNS >= Self.calmNS { return quiet }
    return ageNS < youngNS ? dense : usual
  }
}
