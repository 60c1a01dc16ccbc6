import TandemModel
import TandemObserve
import Testing

@Suite("Looks at /proc become the time of workers")
struct SampleTrackerTests {
  private let began: UInt64 = 1_000_000_000

  private func sample(
    _ tid: Int32, at ms: UInt64, run: UInt64, wait: UInt64 = 0, runnable: Bool = false,
    state: WorkerState? = nil, started: UInt64 = 0
  ) -> WorkerSample {
    let now = began + ms * 1_000_000
    return WorkerSample(
      pid: 100, tid: tid, name: "worker", atNS: now, startedNS: began + started * 1_000_000,
      isRunnable: runnable, runNS: run * 1_000_000, waitNS: wait * 1_000_000,
      wait: state.map { WaitSample(beforeNS: now, afterNS: now, state: $0) })
  }

  @Test func countsAreExactAndTheRestIsWhatWasSeen() {
    var tracker = SampleTracker(mainPID: 100, beganNS: began, cpus: 2)
    for round in UInt64(1)...10 {
      let at = began + round * 10_000_000
      tracker.apply(
        [
          sample(100, at: round * 10, run: round * 4, wait: round, state: .io),
          sample(101, at: round * 10, run: round * 10, runnable: true),
        ], atNS: at)
    }
    let main = tracker.tally.live[100]?.resolved(like: nil) ?? StateTable()
    #expect(abs(main[.onCPU] - 40e6) < 1)
    #expect(abs(main[.runnable] - 10e6) < 1)
    #expect(abs(main[.io] - 50e6) < 1)
    let other = tracker.tally.live[101]?.resolved(like: nil) ?? StateTable()
    #expect(abs(other[.onCPU] - 100e6) < 1)
    #expect(abs(tracker.sweep.settled().wallSeconds.sum - 0.1) < 1e-9)
    #expect(tracker.sweep.mostAtOnce() == 1)
    #expect(tracker.tally.startedThreads == 1)
  }

  @Test func aWorkerThatIsGoneHasEnded() {
    var tracker = SampleTracker(mainPID: 100, beganNS: began, cpus: 2)
    tracker.apply([sample(101, at: 20, run: 5, started: 10)], atNS: began + 20_000_000)
    tracker.apply([], atNS: began + 30_000_000)
    #expect(tracker.tally.live.isEmpty)
    let track = tracker.tally.ended.first
    #expect(track?.startedNS == began + 10_000_000)
    #expect(track?.endedNS == began + 20_000_000)
    // Nobody saw what the other half went to: 5 ms, which may have been many waits.
    #expect(abs((track?.resolved(like: nil)[.tooShort] ?? 0) - 5e6) < 1)
  }

  @Test func whatWasBeforeIsNotCounted() {
    var tracker = SampleTracker(mainPID: 100, beganNS: began, cpus: 2)
    tracker.apply([sample(100, at: 1, run: 9_000)], wasThere: true, atNS: began + 1_000_000)
    tracker.apply([sample(100, at: 11, run: 9_010, runnable: true)], atNS: began + 11_000_000)
    let main = tracker.tally.live[100]?.resolved(like: nil) ?? StateTable()
    #expect(abs(main[.onCPU] - 10e6) < 1)
    #expect(abs(main.sum - 10e6) < 1)
    #expect(tracker.tally.startedThreads == 0)
  }
}
