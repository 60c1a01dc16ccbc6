import Testing

@testable import TandemSystem

/// What is held back, what is given out, and in which order.
@Suite struct PerfRingMergeTests {
  private let lag = PerfRingMerge.lagNS

  /// The records that a drain at a time gives out, by their times.
  private func drain(
    _ merge: inout PerfRingMerge, at now: UInt64, finally: Bool = false
  ) -> [UInt64] {
    var times: [UInt64] = []
    merge.drain(finally: finally, clock: { now }, { times.append($0.timeNS) })
    return times
  }

  @Test func twoRingsGiveOneOrder() {
    let rings = [MadeUpRing(), MadeUpRing()]
    var merge = PerfRingMerge(rings: rings.map { $0.reader() })
    for time in [1, 4, 5, 6, 9] as [UInt64] { rings[0].record(14, time: time) }
    for time in [2, 3, 7, 8] as [UInt64] { rings[1].record(14, time: time) }
    // The second ring vouches for its newest only, so the first one's last waits.
    #expect(drain(&merge, at: 10) == [1, 2, 3, 4, 5, 6, 7, 8])
    #expect(merge.horizonNS == 8)
    #expect(rings[0].tail == rings[0].head - 32)
    #expect(drain(&merge, at: 10, finally: true) == [9])
    #expect(rings[0].tail == rings[0].head)
    #expect(merge.lateRecords == 0)
  }

  @Test func anEmptyRingHoldsOthersBackForTheLagOnly() {
    let rings = [MadeUpRing(), MadeUpRing()]
    var merge = PerfRingMerge(rings: rings.map { $0.reader() })
    rings[0].record(14, time: 5 * lag)
    #expect(drain(&merge, at: 6 * lag - 1) == [])
    #expect(drain(&merge, at: 6 * lag) == [5 * lag])
    #expect(merge.horizonNS == 5 * lag)
  }

  @Test func anOldRecordDoesNotHoldOthersBack() {
    let rings = [MadeUpRing(), MadeUpRing()]
    var merge = PerfRingMerge(rings: rings.map { $0.reader() })
    rings[0].record(14, time: 1)
    rings[1].record(14, time: 7 * lag)
    #expect(drain(&merge, at: 9 * lag) == [1, 7 * lag])
  }

  @Test func theHorizonNeverGoesBack() {
    let ring = MadeUpRing()
    let empty = MadeUpRing()
    var merge = PerfRingMerge(rings: [ring.reader(), empty.reader()])
    _ = drain(&merge, at: 10 * lag)
    #expect(merge.horizonNS == 9 * lag)
    ring.record(14, time: 9 * lag + 1)
    _ = drain(&merge, at: 10 * lag)
    #expect(merge.horizonNS == 9 * lag)
    _ = drain(&merge, at: lag)
    #expect(merge.horizonNS == 9 * lag)
  }

  @Test func lateRecordsAreGivenAtOnceAndCounted() {
    let rings = [MadeUpRing(), MadeUpRing()]
    var merge = PerfRingMerge(rings: rings.map { $0.reader() })
    _ = drain(&merge, at: 10 * lag)
    rings[1].record(14, time: 3 * lag)
    #expect(drain(&merge, at: 10 * lag) == [3 * lag])
    #expect(merge.lateRecords == 1)
    #expect(merge.horizonNS == 9 * lag)
  }

  @Test func lostRecordsAreCountedAndGiven() {
    let ring = MadeUpRing()
    var merge = PerfRingMerge(rings: [ring.reader()])
    ring.record(2, body: [1, 40], time: 3)
    ring.record(14, time: 4)
    var kinds: [PerfRecord.Kind] = []
    merge.drain(finally: true, clock: { 5 }, { kinds.append($0.kind) })
    #expect(kinds == [.lost(40), .switchedIn])
    #expect(merge.lostRecords == 40)
  }

  @Test func aTimeInTheFutureMovesNoHorizonThere() {
    let ring = MadeUpRing()
    var merge = PerfRingMerge(rings: [ring.reader()])
    ring.record(14, time: .max - 1)
    #expect(drain(&merge, at: 100) == [])
    #expect(merge.horizonNS == 100)
    #expect(drain(&merge, at: 100, finally: true) == [.max - 1])
  }

  @Test func roomIsFreedWhileTheRestIsRead() {
    let ring = MadeUpRing(byteCount: 1024)
    var merge = PerfRingMerge(rings: [ring.reader()])
    for time in UInt64(1)...32 { ring.record(14, time: time) }
    var tails: [UInt64] = []
    merge.drain(finally: true, clock: { 100 }, { _ in tails.append(ring.tail) })
    #expect(tails.count == 32)
    // A quarter of the ring is eight of them.
    #expect(tails[6] == 0 && tails[8] == 256 && tails[31] == 1024)
  }
}
