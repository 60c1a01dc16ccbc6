import TandemSystem
import Testing

@testable import TandemTrace

/// Which thread was on which CPU.
struct CPURowsTests {
  private static func record(
    _ timeNS: UInt64, _ tid: Int32, cpu: UInt32 = 0, _ kind: PerfRecord.Kind
  )
    -> PerfRecord
  {
    PerfRecord(timeNS: timeNS, pid: 1, tid: tid, cpu: cpu, kind: kind)
  }

  private static func runs(_ records: [PerfRecord]) -> [CPURun] {
    var rows = CPURows()
    return records.flatMap { rows.take($0, name: "t\($0.tid)") } + rows.finish(atNS: 1_000)
  }

  private static func run(
    _ tid: Int32, _ from: UInt64, _ to: UInt64, cpu: UInt32 = 0, _ ending: CPURun.Ending
  ) -> CPURun {
    CPURun(
      cpu: cpu, tid: tid, pid: 1, name: "t\(tid)", fromNS: from, toNS: to, ending: ending)
  }

  @Test func eachEndingIsTold() {
    let runs = Self.runs([
      Self.record(1, 7, .switchedIn), Self.record(4, 7, .switchedOut(preempted: true)),
      Self.record(5, 8, .switchedIn), Self.record(9, 8, .switchedOut(preempted: false)),
      Self.record(10, 7, .switchedIn), Self.record(12, 7, .exited),
      Self.record(20, 9, cpu: 3, .switchedIn),
    ])
    #expect(
      runs == [
        Self.run(7, 1, 4, .preempted), Self.run(8, 5, 9, .waits), Self.run(7, 10, 12, .exited),
        Self.run(9, 20, 1_000, cpu: 3, .unknown),
      ])
  }

  @Test func aProgramBeginsWithItsExec() {
    let runs = Self.runs([
      Self.record(5, 7, .named("a", isExec: true)), Self.record(6, 7, .named("b", isExec: false)),
      Self.record(7, 7, .named("c", isExec: true)),
      Self.record(9, 7, .switchedOut(preempted: false)),
    ])
    #expect(runs == [Self.run(7, 5, 9, .waits)])
  }

  @Test func noBeginningIsMadeUp() {
    // As with --pid, where it ran before.
    #expect(Self.runs([Self.record(5, 7, .switchedOut(preempted: false))]) == [])
    #expect(Self.runs([Self.record(5, 7, .exited)]) == [])
  }

  @Test func whereARecordIsMissingATimeEndsUnknown() {
    let taken = Self.runs([
      Self.record(1, 7, .switchedIn), Self.record(5, 8, .switchedIn), Self.record(6, 8, .exited),
    ])
    #expect(taken == [Self.run(7, 1, 5, .unknown), Self.run(8, 5, 6, .exited)])
    let moved = Self.runs([
      Self.record(1, 7, .switchedIn), Self.record(5, 7, cpu: 1, .switchedIn),
      Self.record(6, 7, cpu: 1, .exited),
    ])
    #expect(moved == [Self.run(7, 1, 5, .unknown), Self.run(7, 5, 6, cpu: 1, .exited)])
    var rows = CPURows()
    _ = rows.take(Self.record(1, 7, .switchedIn), name: "t7")
    #expect(rows.lost(onCPU: 1, atNS: 3) == nil)
    #expect(rows.lost(onCPU: 0, atNS: 3) == Self.run(7, 1, 3, .unknown))
    #expect(rows.finish(atNS: 9) == [])
  }
}
