import TandemModel
import Testing

@testable import TandemObserve

/// How often an observer looks, and what following starts is found to cost.
@Suite struct PollingIntervalTests {
  private static func range(
    _ records: Int, _ something: Bool, calmMilliseconds: UInt64, ageMilliseconds: UInt64
  ) -> ClosedRange<Int32> {
    PollingInterval.range(
      after: PollingInterval.Round(records: records, waits: 0, needsSampling: something),
      calmNS: calmMilliseconds * 1_000_000, ageNS: ageMilliseconds * 1_000_000)
  }

  @Test func itIsRareWhereThereIsLittleToSee() {
    #expect(
      Self.range(0, false, calmMilliseconds: 50, ageMilliseconds: 50) == PollingInterval.dense,
      "it has only begun")
    #expect(
      Self.range(500, false, calmMilliseconds: 300, ageMilliseconds: 300) == PollingInterval.quiet)
    #expect(
      Self.range(0, true, calmMilliseconds: 300, ageMilliseconds: 300) == PollingInterval.dense)
    #expect(
      Self.range(0, false, calmMilliseconds: 20, ageMilliseconds: 1_000) == PollingInterval.dense,
      "they take turns")
    #expect(
      Self.range(0, false, calmMilliseconds: 20, ageMilliseconds: 5_000) == PollingInterval.usual)
    #expect(
      Self.range(5_000, true, calmMilliseconds: 0, ageMilliseconds: 5_000) == PollingInterval.dense,
      "rings fill up")
    #expect(
      Self.range(5_000, false, calmMilliseconds: 5_000, ageMilliseconds: 5_000)
        == PollingInterval.dense)
  }

  @Test func pausesFillTheirRange() {
    for (pages, range) in [(64, PollingInterval.usual), (32, PollingInterval.dense)] {
      var interval = PollingInterval(beganNS: 0, pagesPerRing: pages)
      let round = PollingInterval.Round(records: 100, waits: 1, needsSampling: false)
      let drawn = Set(
        (0..<1_000).map { _ in interval.pauseMilliseconds(after: round, nowNS: 5_000_000_000) })
      #expect(drawn == Set(range), "\(pages) pages")
    }
  }

  /// A wait of now and then is reason enough to look often for a while.
  @Test func aWaitEndsTheQuiet() {
    var interval = PollingInterval(beganNS: 0, pagesPerRing: 64)
    func pause(_ atMilliseconds: UInt64, waits: Int) -> Int32 {
      interval.pauseMilliseconds(
        after: PollingInterval.Round(records: 2, waits: waits, needsSampling: false),
        nowNS: atMilliseconds * 1_000_000)
    }
    #expect(PollingInterval.quiet ~= pause(1_000, waits: 0))
    #expect(PollingInterval.dense ~= pause(1_020, waits: 1))
    #expect(PollingInterval.dense ~= pause(1_100, waits: 0))
    #expect(PollingInterval.quiet ~= pause(1_300, waits: 0))
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
    #expect(storm.started == 1_000 && storm.perSecond == 500 && storm.cpuSecondsPerStart == 20e-6)
    #expect(abs(storm.cpuSeconds - 0.02) < 1e-12 && abs(storm.share - 0.01) < 1e-12)
    #expect(StartsCost(started: 1_000, wallSeconds: 2) { nil } == nil)
  }
}
