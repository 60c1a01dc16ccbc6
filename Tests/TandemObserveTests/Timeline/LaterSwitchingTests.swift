import TandemModel
import TandemSystem
import Testing

@testable import TandemObserve

/// CPU time between the records of a worker's switches, after the kernel's count of it was read last.
@Suite struct LaterSwitchingTests {
  private static func time(_ ms: Double) -> UInt64 { 1_000_000_000 + UInt64(ms * 1e6) }

  /// A worker that runs for 0.9 ms of each, 200 times; the kernel's count is read after half of them, when it
  /// is 10 ms more than the records show.
  private static func tally(counted: Bool = true) -> ProgramTally {
    var tracker = SwitchTracker(mainPID: 1, beganNS: time(0), cpus: 2)
    tracker.adopt(1, of: 1, name: "main", doing: .onCPU, atNS: time(0))
    tracker.tally.live[1]?
      .setCountsBefore(WorkerTrack.KernelCounts(atNS: 0, runNS: 0, waitNS: 0))
    for round in 0..<200 {
      func record(_ ms: Double, _ kind: PerfRecord.Kind) -> PerfRecord {
        PerfRecord(timeNS: time(Double(round) + ms), pid: 1, tid: 1, cpu: 0, kind: kind)
      }
      tracker.apply(record(0.9, .switchedOut(preempted: false)))
      tracker.apply(record(1, .switchedIn))
      guard round == 99, counted else { continue }
      tracker.tally.live[1]?.counts = WorkerTrack.KernelCounts(
        atNS: time(100), runNS: 100_000_000, waitNS: 0)
      tracker.advance(to: time(100))
    }
    tracker.finish(atNS: time(200))
    return tracker.tally
  }

  @Test(
    "It is as much for each switch as before, as far as the account has room",
    arguments: [(300.0, 200.0), (196, 196), (190, 190), (150, 190)])
  func fitted(account: Double, expected: Double) {
    let tally = Self.tally()
    #expect(abs(tally.cpuNS / 1e6 - 190) < 1e-3, "by the records, and what was counted")
    tally.fitLaterSwitching(to: account * 1e6)
    #expect(abs(tally.cpuNS / 1e6 - expected) < 1e-3)
  }

  @Test("Of a worker that was never counted, nothing is known")
  func neverCounted() {
    let tally = Self.tally(counted: false)
    tally.fitLaterSwitching(to: 300e6)
    #expect(abs(tally.cpuNS / 1e6 - 180) < 1e-3)
  }
}
