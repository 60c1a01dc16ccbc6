import TandemModel
import TandemSystem
import Testing

@testable import TandemObserve

/// What forking took a parent, from records that are made up.
@Suite struct ForkCostsTests {
  private static func fork(_ child: Int32, by tid: Int32 = 10, of pid: Int32 = 10) -> PerfRecord {
    PerfRecord(
      timeNS: 1, pid: pid, tid: tid, cpu: 0,
      kind: .forked(child: child, childPID: child, parentPID: pid, parentTID: tid))
  }

  private static func exec(_ pid: Int32) -> PerfRecord {
    PerfRecord(timeNS: 2, pid: pid, tid: pid, cpu: 0, kind: .named("x", isExec: true))
  }

  private func tally() -> ProgramTally {
    let tally = ProgramTally(beganNS: 0)
    _ = tally.adopt(.main, pid: 10, tid: 10, name: "parent", sinceNS: 0, phase: .ended)
    return tally
  }

  @Test func forksAreCountedOnce() {
    var costs = ForkCosts()
    for child: Int32 in [20, 20, 21] { costs.note(Self.fork(child)) }
    // A thread is no process.
    costs.note(
      PerfRecord(
        timeNS: 1, pid: 10, tid: 10, cpu: 0,
        kind: .forked(child: 30, childPID: 10, parentPID: 10, parentTID: 10)))
    #expect(
      costs.report(tally()) == [
        ForkCost(
          pid: 10, tid: 10, name: "parent", forks: 2, systemSecondsPerFork: nil, pageTablesKiB: nil)
      ])
  }

  @Test func oneForkIsNoLoop() {
    var costs = ForkCosts()
    costs.note(Self.fork(20))
    #expect(costs.report(tally()).isEmpty)
  }

  /// What a vfork took can't be told from what a fork took.
  @Test func childrenThatExecuteSomethingDoNotCount() {
    var costs = ForkCosts()
    for child: Int32 in 20..<24 {
      costs.note(Self.fork(child))
      costs.note(Self.exec(child))
    }
    #expect(costs.parents[10]?.execs == 4)
    #expect(costs.report(tally()).isEmpty)
  }

  @Test func aNumberThatIsUsedAgainIsAnotherChild() {
    var costs = ForkCosts()
    costs.note(Self.fork(20))
    costs.note(PerfRecord(timeNS: 2, pid: 20, tid: 20, cpu: 0, kind: .exited))
    costs.note(Self.fork(20))
    #expect(costs.parents[10]?.forks == 2)
  }

  @Test func theTimeIsDividedAmongTheForksInBetween() {
    var parent = ForkCosts.Parent(pid: 10)
    parent.forks = 1
    parent.note(systemTicks: 100)
    #expect(parent.systemNSPerFork == nil)
    parent.forks = 5
    parent.note(systemTicks: 107)
    // Too few to be told.
    #expect(parent.systemNSPerFork == nil)
    parent.forks = 11
    parent.note(systemTicks: 120)
    #expect(parent.systemNSPerFork == 20_000_000)
  }
}
