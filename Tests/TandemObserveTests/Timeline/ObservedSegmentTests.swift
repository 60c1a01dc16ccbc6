import TandemModel
import TandemObserve
import TandemSystem
import Testing

@testable import TandemObserve

@Suite("Stretches that are kept of workers") struct ObservedSegmentTests {
  private static let began: UInt64 = 1_000_000_000

  private static func time(_ ms: UInt64) -> UInt64 { began + ms * 1_000_000 }

  /// A worker that runs, waits, is looked at, goes on, and is preempted.
  private static func tracker(keeping count: Int) -> SwitchTracker {
    var tracker = SwitchTracker(mainPID: 100, beganNS: began, cpus: 2)
    tracker.tally.segments.keep(atMost: count)
    tracker.adopt(100, of: 100, name: "main", doing: .onCPU, atNS: began)
    func record(_ ms: UInt64, _ kind: PerfRecord.Kind) -> PerfRecord {
      PerfRecord(timeNS: time(ms), pid: 100, tid: 100, cpu: 0, kind: kind)
    }
    tracker.apply(record(10, .switchedOut(preempted: false)))
    if let track = tracker.tally.live[100] {
      tracker.add(WaitSample(beforeNS: time(12), afterNS: time(13), state: .gil), of: track)
    }
    tracker.apply(record(20, .switchedIn))
    tracker.apply(record(30, .switchedOut(preempted: true)))
    tracker.apply(record(40, .switchedIn))
    tracker.apply(record(50, .switchedOut(preempted: false)))
    tracker.advance(to: time(60))
    tracker.finish(atNS: time(60))
    return tracker
  }

  private static func stretch(
    _ from: UInt64, _ to: UInt64, _ doing: ObservedSegment.Doing
  ) -> ObservedSegment {
    ObservedSegment(fromNS: time(from), toNS: time(to), doing: doing)
  }

  @Test func theyCoverTheWholeTimeInOrder() throws {
    let tracker = Self.tracker(keeping: 100)
    let track = try #require(tracker.tally.workers.first)
    #expect(
      track.segments == [
        Self.stretch(0, 10, .state(.onCPU)), Self.stretch(10, 20, .state(.gil)),
        Self.stretch(20, 30, .state(.onCPU)), Self.stretch(30, 40, .state(.runnable)),
        Self.stretch(40, 50, .state(.onCPU)), Self.stretch(50, 60, .unseen(.long)),
      ])
    #expect(!tracker.tally.segments.isIncomplete)
  }

  @Test func noneAreKeptWhenNobodyAsked() throws {
    let tracker = Self.tracker(keeping: 0)
    let track = try #require(tracker.tally.workers.first)
    #expect(track.segments == [])
    #expect(!tracker.tally.segments.isIncomplete)
  }

  @Test func noMoreAreKeptThanThereIsRoomFor() throws {
    let tracker = Self.tracker(keeping: 3)
    let track = try #require(tracker.tally.workers.first)
    #expect(track.segments.count == 3)
    #expect(tracker.tally.segments.isIncomplete)
  }

  /// What sampling tells of a stretch is shares of several states.
  @Test func samplingKeepsShares() throws {
    var tracker = SampleTracker(mainPID: 100, beganNS: Self.began, cpus: 2)
    tracker.tally.segments.keep(atMost: 10)
    func sample(_ ms: UInt64, run: UInt64) -> WorkerSample {
      WorkerSample(
        pid: 100, tid: 100, name: "main", atNS: Self.time(ms), startedNS: Self.began,
        isRunnable: false, runNS: run * 1_000_000, waitNS: 0,
        wait: WaitSample(beforeNS: Self.time(ms), afterNS: Self.time(ms), state: .io))
    }
    tracker.apply([sample(0, run: 0)], atNS: Self.time(0))
    tracker.apply([sample(100, run: 25)], atNS: Self.time(100))
    let segment = try #require(tracker.tally.workers.first?.segments.last)
    #expect(segment.fromNS == Self.time(0) && segment.toNS == Self.time(100))
    guard case .shares(let shares) = segment.doing else {
      Issue.record("\(segment) is of one state")
      return
    }
    #expect(abs(shares[.onCPU] - 0.25) < 1e-9 && abs(shares[.io] - 0.75) < 1e-9)
  }
}
