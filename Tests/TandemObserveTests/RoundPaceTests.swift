import TandemModel
import Testing

@testable import TandemObserve

/// How often an observer looks, and what following starts is found to cost.
@Suite struct RoundPaceTests {
  private static func range(
    _ records: Int, _ something: Bool, calmMS: UInt64, ageMS: UInt64
  ) -> ClosedRange<Int32> {
    RoundPace.range(
      after: RoundPace.Sight(records: records, waits: 0, isSomethingToSee: something),
      calmNS: calmMS * 1_000_000, ageNS: ageMS * 1_000_000)
  }

  @Test func itIsRareWhereThereIsLittleToSee() {
    #expect(Self.range(0, false, calmMS: 50, ageMS: 50) == RoundPace.dense, "it has only begun")
    #expect(Self.range(500, false, calmMS: 300, ageMS: 300) == RoundPace.quiet)
    #expect(Self.range(0, true, calmMS: 300, ageMS: 300) == RoundPace.dense)
    #expect(Self.range(0, false, calmMS: 20, ageMS: 1_000) == RoundPace.dense, "they take turns")
    #expect(Self.range(0, false, calmMS: 20, ageMS: 5_000) == RoundPace.usual)
    #expect(Self.range(5_000, true, calmMS: 0, ageMS: 5_000) == RoundPace.dense, "rings fill up")
    #expect(Self.range(5_000, false, calmMS: 5_000, ageMS: 5_000) == RoundPace.dense)
  }

  @Test func pausesFillTheirRange() {
    for (pages, range) in [(64, RoundPace.usual), (32, RoundPace.dense)] {
      var pace = RoundPace(beganNS: 0, pagesPerRing: pages)
      let sight = RoundPace.Sight(records: 100, waits: 1, isSomethingToSee: false)
      let drawn = Set((0..<1_000).map { _ in pace.pauseMS(after: sight, nowNS: 5_000_000_000) })
      #expect(drawn == Set(range), "\(pages) pages")
    }
  }

  /// A wait of now and then is reason enough to look often for a while.
  @Test func aWaitEndsTheQuiet() {
    var pace = RoundPace(beganNS: 0, pagesPerRing: 64)
    func pause(_ atMS: UInt64, waits: Int) -> Int32 {
      pace.pauseMS(
        after: RoundPace.Sight(records: 2, waits: waits, isSomethingToSee: false),
        nowNS: atMS * 1_000_000)
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
    func cost(_ started: Int, _ wallS: Double) -> StartsCost? {
      StartsCost(started: started, wallS: wallS) {
        asked += 1
        return 20e-6
      }
    }
    #expect(cost(99, 0.01) == nil && cost(1_000, 11) == nil && asked == 0)
    let storm = try #require(cost(1_000, 2))
    #expect(storm.started == 1_000 && storm.perSecond == 500 && storm.oneS == 20e-6)
    #expect(abs(storm.allS - 0.02) < 1e-12 && abs(storm.share - 0.01) < 1e-12)
    #expect(StartsCost(started: 1_000, wallS: 2) { nil } == nil)
  }
}
