import TandemModel
import Testing

@testable import TandemObserve

/// How often an observer looks, and what following starts is found to cost.
@Suite struct RoundPaceTests {
  private static func range(
    _ records: Int, _ something: Bool, calmMilliseconds: UInt64, ageMilliseconds: UInt64
  ) -> ClosedRange<Int32> {
    RoundPace.range(
      after: RoundPace.Sight(records: records, waits: 0, isSomethingToSee: something),
      calmNS: calmMilliseconds * 1_000_000, ageNS: ageMilliseconds * 1_000_000)
  }

  @Test func itIsRareWhereThereIsLittleToSee() {
    #expect(
      Self.range(0, false, calmMilliseconds: 50, ageMilliseconds: 50) == RoundPace.dense,
      "it has only begun")
    #expect(Self.range(500, false, calmMilliseconds: 300, ageMilliseconds: 300) == RoundPace.quiet)
    #expect(Self.range(0, true, calmMilliseconds: 300, ageMilliseconds: 300) == RoundPace.dense)
    #expect(
      Self.range(0, false, calmMilliseconds: 20, ageMilliseconds: 1_000) == RoundPace.dense,
      "they take turns")
    #expect(Self.range(0, false, calmMilliseconds: 20, ageMilliseconds: 5_000) == RoundPace.usual)
    #expect(
      Self.range(5_000, true, calmMilliseconds: 0, ageMilliseconds: 5_000) == RoundPace.dense,
      "rings fill up")
    #expect(
      Self.range(5_000, false, calmMilliseconds: 5_000, ageMilliseconds: 5_000) == RoundPace.dense)
  }

  @Test func pausesFillTheirRange() {
    for (pages, range) in [(64, RoundPace.usual), (32, RoundPace.dense)] {
      var pace = RoundPace(beganNS: 0, pagesPerRing: pages)
      let sight = RoundPace.Sight(records: 100, waits: 1, isSomethingToSee: false)
      let drawn = Set(
        (0..<1_000).map { _ in pace.pauseMilliseconds(after: sight, nowNS: 5_000_000_000) })
      #expect(drawn == Set(range), "\(pages) pages")
    }
  }

  /// A wait of now and then is reason enough to look often for a while.
  @Test func aWaitEndsTheQuiet() {
    var pace = RoundPace(beganNS: 0, pagesPerRing: 64)
    func pause(_ atMilliseconds: UInt64, waits: Int) -> Int32 {
      pace.pauseMilliseconds(
        after: RoundPace.Sight(records: 2, waits: waits, isSomethingToSee: false),
        nowNS: atMilliseconds * 1_000_000)
    }
    #expect(RoundPace.quiet ~= pause(1_000, waits: 0))
    #expect(RoundPace.dense ~= pause(1_020, waits: 1))
    #expect(RoundPace.dense ~= pause(1_100, waits: 0))
    #expect(RoundPace.quiet ~= pause(1_300, waits: 0))
  }

  @Test func shortWaitsAreKnownByManyLooks() {
    var mix = WaitMix()
    for _ in 0..<99 { mix.count(.io, lengthNS: 1_000_000) }
    for _ in 0..<500 { mix.count(.sleep, lengthNS: 1_000_000_000) }
    #expect(!mix.isShortKnown)
    mix.count(.sleep, lengthNS: 2_000_000)
    #expect(mix.isShortKnown)
    mix.count(.lock, lengthNS: 2_000_000)
    #expect(!mix.isShortKnown)
  }

  @Test func onlyAStormIsMeasured() throws {
    var asked = 0
    func cost(_ started: Int, _ wallSeconds: Double) -> StartsCost? {
      StartsCost(started: started, wallSeconds: wallSeconds) {
        asked += 1
        return 20e-6
      }
    }
    #expect(cost(99, 0.01) == nil && cost(1_000, 11) == nil && asked == 0)
    let storm = try #require(cost(1_000, 2))
    #expect(storm.started == 1_000 && storm.perSecond == 500 && storm.oneSeconds == 20e-6)
    #expect(abs(storm.allSeconds - 0.02) < 1e-12 && abs(storm.share - 0.01) < 1e-12)
    #expect(StartsCost(started: 1_000, wallSeconds: 2) { nil } == nil)
  }
}
