import TandemModel
import TandemSystem
import Testing

@testable import TandemObserve

/// However long a program runs and however many workers it starts, what is kept of it has a bound.
@Suite struct BoundedMemoryTests {
  private static let began: UInt64 = 1_000_000_000

  private static func record(
    _ timeNS: UInt64, _ tid: Int32, _ pid: Int32, _ kind: PerfRecord.Kind
  ) -> PerfRecord {
    PerfRecord(timeNS: began + timeNS, pid: pid, tid: tid, cpu: 0, kind: kind)
  }

  private static let short = 100_000

  /// Starts so many workers one after another, each of which runs, waits, is looked at, and ends.
  private static func tally(areProcesses: Bool) -> ProgramTally {
    var tracker = SwitchTracker(mainPID: 1, beganNS: began, cpus: 2)
    tracker.adopt(1, of: 1, name: "main", doing: .onCPU, atNS: began)
    for number in 0..<short {
      // Numbers come again, as the kernel's do.
      let tid = Int32(2 + number % 30_000)
      let pid = areProcesses ? tid : 1
      let from = UInt64(number) * 1_000_000
      tracker.apply(
        record(from, 1, 1, .forked(child: tid, childPID: pid, parentPID: 1, parentTID: 1)))
      tracker.apply(record(from + 10_000, tid, pid, .switchedIn))
      tracker.apply(record(from + 100_000, tid, pid, .switchedOut(preempted: false)))
      if let track = tracker.tally.live[tid] {
        var sample = WaitSample(
          beforeNS: began + from + 200_000, afterNS: began + from + 210_000, state: .lock)
        sample.lock = WaitedLock(
          key: .word(UInt64(number), of: pid), kind: .mutex, pid: pid, address: UInt64(number))
        tracker.add(sample, of: track)
      }
      tracker.apply(record(from + 800_000, tid, pid, .switchedIn))
      tracker.apply(record(from + 900_000, tid, pid, .exited))
      if number % 10 == 0 {
        tracker.advance(to: began + from + 900_000)
        tracker.forked = []
        tracker.gone = []
        tracker.ran = []
      }
    }
    tracker.finish(atNS: began + UInt64(short) * 1_000_000)
    return tracker.tally
  }

  @Test(arguments: [false, true]) func shortWorkersAreAddedUp(areProcesses: Bool) {
    let tally = Self.tally(areProcesses: areProcesses)
    #expect(tally.startedThreads + tally.startedProcesses == Self.short)
    #expect(tally.live.count == 1)
    #expect(tally.ended.count < 2 * ProgramTally.mostKept)
    #expect(tally.ended.count + tally.foldedCount == Self.short)
    let cells = tally.ended.reduce(0) { $0 + $1.row.cells.count }
    #expect(cells <= 2 * tally.ended.count, "a short worker is in one span of the timeline or two")
    #expect(tally.mixCount <= 10_000 && tally.locks.count <= 10_000)
    #expect(tally.threadStartsNS.count + tally.processStartsNS.count <= 4_000)
    // Nothing of anybody's time is lost: nine tenths of a millisecond each.
    var all = PartialStateTable(tally.folded)
    for track in tally.ended { all.add(track.spent) }
    #expect(abs(all.sum / 1e9 - 0.0009 * Double(Self.short)) < 1e-3)
  }

  @Test func aLongRunHasNoMoreSpansThanAShortOne() {
    let tally = ProgramTally(beganNS: 0)
    let track = tally.begin(
      .main, pid: 1, tid: 1, name: "", startedNS: 0, phase: .runnable(sinceNS: 0))
    for second in 0..<100_000 as Range<UInt64> {
      tally.spend(
        .onCPU, by: track, fromNS: second * 1_000_000_000, toNS: (second + 1) * 1_000_000_000)
    }
    #expect(track.row.cells.count <= TimelineScale.mostSpans)
  }

  /// Records may be lost, and with them an end.
  @Test func whoIsGoneWithoutARecordEnds() throws {
    var tracker = SwitchTracker(mainPID: 1, beganNS: Self.began, cpus: 2)
    tracker.adopt(1, of: 1, name: "main", doing: .onCPU, atNS: Self.began)
    tracker.apply(
      Self.record(0, 1, 1, .forked(child: 2, childPID: 1, parentPID: 1, parentTID: 1)))
    tracker.apply(Self.record(10_000, 2, 1, .switchedIn))
    let track = try #require(tracker.tally.live[2])
    track.missingSinceNS = Self.began + 5_000_000
    tracker.advance(to: Self.began + 20_000_000)
    #expect(tracker.tally.live[2] != nil, "its record may still come")
    tracker.advance(to: Self.began + 60_000_000)
    #expect(tracker.tally.live[2] == nil && track.endedNS == Self.began + 5_000_000)
    // Another thread has got the number since: that one goes on.
    tracker.apply(
      Self.record(70_000_000, 1, 1, .forked(child: 2, childPID: 1, parentPID: 1, parentTID: 1)))
    let next = try #require(tracker.tally.live[2])
    next.missingSinceNS = Self.began + 65_000_000
    tracker.advance(to: Self.began + 200_000_000)
    #expect(tracker.tally.live[2] === next && next.missingSinceNS == nil)
  }
}
