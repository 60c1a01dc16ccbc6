import TandemModel
import TandemSystem
import Testing

@testable import TandemObserve

@Suite("Where records are lost, only the kernel's account counts")
struct LostSpansTests {
  @Test func spansAreMergedInOrder() {
    var lost = LostSpans()
    for (from, to) in [(50, 60), (10, 20), (15, 30), (55, 58), (30, 35), (70, 70)] {
      lost.add(fromNS: UInt64(from), toNS: UInt64(to))
    }
    #expect(
      lost.spans == [LostSpans.Span(fromNS: 10, toNS: 35), LostSpans.Span(fromNS: 50, toNS: 60)])
    #expect(lost.lengthNS == 35)
    #expect(lost.overlap(fromNS: 0, toNS: 10) == 0 && lost.overlap(fromNS: 60, toNS: 99) == 0)
    #expect(lost.overlap(fromNS: 0, toNS: 100) == 35)
    #expect(lost.overlap(fromNS: 20, toNS: 55) == 20)
  }

  @Test func theirNumberIsBounded() {
    var lost = LostSpans()
    for index in 0..<10_000 as Range<UInt64> { lost.add(fromNS: index * 10, toNS: index * 10 + 1) }
    #expect(lost.spans.count <= LostSpans.most)
    // What became one has what lay between, and nothing is forgotten.
    #expect(lost.lengthNS >= 10_000 && lost.overlap(fromNS: 0, toNS: 1) == 1)
  }

  private static func time(_ ms: UInt64) -> UInt64 { 1_000_000_000 + ms * 1_000_000 }

  /// A thread whose records are missing from 20 ms to 80 ms, in which the kernel counted `runNS`.
  private static func track(
    ranInLostNS: UInt64, readyInLostNS: UInt64 = 0, asleep: Bool = false
  ) -> SwitchTracker {
    var tracker = SwitchTracker(mainPID: 1, beganNS: time(0), cpus: 2)
    tracker.adopt(1, of: 1, name: "main", doing: .onCPU, atNS: time(0))
    tracker.noteLost(fromNS: time(20), toNS: time(80))
    func record(_ ms: UInt64, _ kind: PerfRecord.Kind) -> PerfRecord {
      PerfRecord(timeNS: time(ms), pid: 1, tid: 1, cpu: 0, kind: kind)
    }
    if asleep {
      tracker.apply(record(10, .switchedOut(preempted: false)))
      if let track = tracker.tally.live[1] {
        tracker.add(
          WaitSample(beforeNS: time(12), afterNS: time(13), state: .sleep), of: track)
      }
      tracker.apply(record(90, .switchedIn))
    }
    let track = tracker.tally.live[1]
    track?.setCountsBefore(WorkerTrack.KernelCounts(atNS: 0, runNS: 0, waitNS: 0))
    track?.counts = WorkerTrack.KernelCounts(
      atNS: time(95), runNS: (asleep ? 15_000_000 : 35_000_000) + ranInLostNS,
      waitNS: readyInLostNS)
    tracker.advance(to: time(100))
    tracker.finish(atNS: time(100))
    return tracker
  }

  @Test func cpuTimeIsTheKernelsAndTheRestIsUnknown() throws {
    let tracker = Self.track(ranInLostNS: 30_000_000, readyInLostNS: 6_000_000)
    let table = try #require(tracker.tally.live[1]).resolved(like: nil)
    #expect(abs(table[.onCPU] - 70e6) < 1, "40 ms outside, by the records, and 30 ms inside")
    #expect(abs(table[.runnable] - 6e6) < 1)
    #expect(abs(table[.other] - 24e6) < 1)
    #expect(abs(table.sum - 100e6) < 1)
    #expect(abs(try #require(tracker.tally.live[1]).unknownInLostNS - 24e6) < 1)
    let sums = tracker.sweep.settled(
      tracker.tally.early, runningInLost: tracker.tally.runInLostNS / 60e6)
    #expect(abs(sums.wallSeconds[.onCPU] - 0.070) < 1e-9)
    #expect(abs(sums.wallSeconds[.other] - 0.030) < 1e-9)
    #expect(sums.wallSeconds[.runnable] == 0, "who was ready when isn't known")
    #expect(abs(sums.lostCPUSeconds[.other] - 0.090) < 1e-9)
  }

  @Test func whoHardlyRanSleptAsItWasSeenTo() throws {
    let sleeper = Self.track(ranInLostNS: 100_000, asleep: true)
    let table = try #require(sleeper.tally.live[1]).resolved(like: nil)
    #expect(abs(table[.onCPU] - 20.1e6) < 1)
    #expect(abs(table[.sleep] - 79.9e6) < 1)
    #expect(table[.other] == 0)
    #expect(try #require(sleeper.tally.live[1]).unknownInLostNS == 0)
    // But who ran a good part of it may have waited for anything in between.
    let busy = Self.track(ranInLostNS: 40_000_000, asleep: true)
    let other = try #require(busy.tally.live[1]).resolved(like: nil)
    #expect(abs(other[.sleep] - 20e6) < 1 && abs(other[.other] - 20e6) < 1)
  }

  @Test func waitsThatReachIntoALossAreNotCounted() throws {
    var tracker = SwitchTracker(mainPID: 1, beganNS: Self.time(0), cpus: 2)
    tracker.adopt(1, of: 1, name: "main", doing: .onCPU, atNS: Self.time(0))
    tracker.noteLost(fromNS: Self.time(20), toNS: Self.time(30))
    for ms in [5, 19, 40] as [UInt64] {
      tracker.apply(
        PerfRecord(
          timeNS: Self.time(ms), pid: 1, tid: 1, cpu: 0, kind: .switchedOut(preempted: false)))
      tracker.apply(
        PerfRecord(timeNS: Self.time(ms + 2), pid: 1, tid: 1, cpu: 0, kind: .switchedIn))
    }
    tracker.finish(atNS: Self.time(50))
    let short = try #require(tracker.tally.live[1]).tooShort(like: nil)
    #expect(short.count == 2 && short.nanoseconds == 4e6)
  }

  /// 40 ms outside of the loss, and 36 of its 60 ms: 24 ms are left in which it may have run.
  @Test(
    "The program's account decides how long it ran then",
    arguments: [(70.0, 70.0), (80, 80), (150, 94), (60, 60), (30, 40)])
  func fitted(account: Double, expected: Double) throws {
    let tracker = Self.track(ranInLostNS: 30_000_000, readyInLostNS: 6_000_000)
    tracker.tally.fitRunInLost(to: account * 1e6)
    let table = try #require(tracker.tally.live[1]).resolved(like: nil)
    #expect(abs(table[.onCPU] - expected * 1e6) < 1)
    #expect(abs(table.sum - 100e6) < 1)
  }

  @Test func whoHardlyRanDidNotRunLonger() throws {
    let sleeper = Self.track(ranInLostNS: 100_000, asleep: true)
    sleeper.tally.fitRunInLost(to: 60e6)
    let table = try #require(sleeper.tally.live[1]).resolved(like: nil)
    #expect(abs(table[.onCPU] - 20.1e6) < 1)
  }
}
