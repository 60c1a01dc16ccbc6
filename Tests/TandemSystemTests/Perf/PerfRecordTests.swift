import TandemTestSupport
import Testing

@testable import TandemSystem

/// Bytes as the kernel writes them, and bytes as nobody does.
@Suite struct PerfRecordTests {
  /// Everything that a ring holds.
  private func records(_ ring: MadeUpRing, by reader: PerfRing) -> [PerfRecord] {
    var result: [PerfRecord] = []
    _ = reader.readHead()
    while reader.peek() != nil, let record = reader.take() { result.append(record) }
    reader.free()
    return result
  }

  private func records(_ ring: MadeUpRing) -> [PerfRecord] {
    records(ring, by: ring.reader(cpu: 3))
  }

  @Test func switchesAreToldApart() {
    let ring = MadeUpRing()
    ring.record(14, time: 1, cpu: 3)
    ring.record(14, misc: 0x2000, time: 2, cpu: 3)
    ring.record(14, misc: 0x6000, time: 3, cpu: 3)
    let kinds: [PerfRecord.Kind] = [
      .switchedIn, .switchedOut(preempted: false), .switchedOut(preempted: true),
    ]
    let expected = kinds.enumerated().map { index, kind in
      PerfRecord(timeNS: UInt64(index + 1), pid: 10, tid: 11, cpu: 3, kind: kind)
    }
    #expect(records(ring) == expected)
  }

  @Test func forksAndEndsNameBothSides() {
    let ring = MadeUpRing()
    let body = [MadeUpRing.pair(20, 10), MadeUpRing.pair(21, 11), 99]
    ring.record(7, body: body, time: 5)
    ring.record(4, body: body, time: 6)
    #expect(
      records(ring) == [
        PerfRecord(
          timeNS: 5, pid: 10, tid: 11, cpu: 0,
          kind: .forked(child: 21, childPID: 20, parentPID: 10, parentTID: 11)),
        PerfRecord(timeNS: 6, pid: 20, tid: 21, cpu: 0, kind: .exited),
      ])
  }

  @Test(arguments: ["", "sh", "python3", "exactly", "fifteen bytes!!", "ä)("])
  func namesAreWhole(_ name: String) {
    let ring = MadeUpRing()
    let field = MadeUpRing.nameWords(Array(name.utf8))
    ring.record(3, misc: 0x2000, body: [MadeUpRing.pair(30, 31)] + field, time: 7)
    ring.record(3, body: [MadeUpRing.pair(30, 31)] + field, time: 8)
    #expect(
      records(ring) == [
        PerfRecord(timeNS: 7, pid: 30, tid: 31, cpu: 0, kind: .named(name, isExec: true)),
        PerfRecord(timeNS: 8, pid: 30, tid: 31, cpu: 0, kind: .named(name, isExec: false)),
      ])
  }

  @Test func namesNeedNotBeText() {
    let ring = MadeUpRing()
    ring.record(3, body: [0] + MadeUpRing.nameWords([0xff, 0x41]), time: 1)
    #expect(records(ring).map(\.kind) == [.named("\u{fffd}A", isExec: false)])
  }

  @Test func lostRecordsAreCounted() {
    let ring = MadeUpRing()
    ring.record(2, body: [77, 5], time: 9)
    let reader = ring.reader()
    #expect(records(ring, by: reader).map(\.kind) == [.lost(5)])
    #expect(reader.toldLost == 5)
  }

  @Test func otherRecordsArePassedOver() {
    let ring = MadeUpRing()
    ring.record(5, body: [1, 2, 3], time: 1)
    ring.append([UInt64(1000) | 8 << 48])
    ring.record(14, time: 2)
    #expect(records(ring).map(\.timeNS) == [2])
  }

  @Test func recordsGoOverTheEnd() {
    // Records of 32 and 48 bytes in a ring of 128: each place in it is the end sooner or later.
    let ring = MadeUpRing(byteCount: 128)
    let reader = ring.reader()
    for time in UInt64(1)...100 {
      ring.record(14, time: time)
      ring.record(
        3, body: [0] + MadeUpRing.nameWords(Array("over the end".utf8)), time: time)
      let found = records(ring, by: reader)
      #expect(found.map(\.timeNS) == [time, time])
      #expect(found.last?.kind == .named("over the end", isExec: false))
      #expect(ring.tail == ring.head)
    }
  }

  /// Headers that no record can have: what is behind them can't be told, so it counts as lost.
  @Test(
    arguments: [
      0, 14, 14 | 4 << 48, 14 | 8 << 48, 14 | 24 << 48, 14 | 36 << 48, 14 | 0xfff8 << 48,
      14 | 0xffff << 48, 7 | 32 << 48, 3 | 40 << 48, 2 | 32 << 48,
    ] as [UInt64])
  func damagedRecordsAreLostOnes(_ header: UInt64) {
    let ring = MadeUpRing()
    let reader = ring.reader(cpu: 3)
    ring.record(14, time: 1)
    ring.append([header, 0, 0, 0, 0, 0])
    #expect(records(ring, by: reader).map(\.kind) == [.switchedIn, .lost(1)])
    #expect(reader.toldLost == 1)
    // What comes later is read again.
    ring.record(14, time: 2)
    #expect(records(ring, by: reader).map(\.timeNS) == [2])
  }

  @Test(arguments: [8, 1 << 20, .max, .max - 7] as [UInt64])
  func aHeadThatCannotBeIsDamageToo(_ head: UInt64) {
    let ring = MadeUpRing()
    ring.head = head
    #expect(records(ring).map(\.kind) == [.lost(1)])
    #expect(ring.tail == head)
  }

  @Test func anyBytesGiveRecordsAndAnEnd() {
    var numbers = SplitMix64(seed: 1)
    for round in 0..<2000 {
      let ring = MadeUpRing(byteCount: 512)
      let reader = ring.reader()
      ring.fill { UInt8.random(in: 0...255, using: &numbers) }
      if round % 2 == 0 {
        // Headers that are nearly right get further.
        ring.head = 0
        for _ in 0..<8 {
          let types: [UInt64] = [2, 3, 4, 7, 14, 99]
          let type = types.randomElement(using: &numbers) ?? 14
          ring.append([type | UInt64.random(in: 0...72, using: &numbers) << 48])
          ring.head += 8 * UInt64.random(in: 0...7, using: &numbers)
        }
      }
      ring.head =
        round % 3 == 0
        ? UInt64.random(in: 0...1024, using: &numbers)
        : UInt64.random(in: 0...64, using: &numbers) * 8
      #expect(records(ring, by: reader).count <= 512 / 32 + 1)
      #expect(ring.tail == ring.head)
      #expect(reader.readHead() == nil)
    }
  }
}
