import TandemModel
import TandemObserve
import Testing

/// One worker on a CPU, another in waits that nobody looked into, for a second on two CPUs.
@Suite("The wall time is split as the workers' time is, whenever that became known")
struct SweepOfUnknownWaitsTests {
  private static func sweep() -> ProgramSweep {
    var sweep = ProgramSweep(beganNS: 0, cpus: 2)
    sweep.advance(
      to: 1_000_000_000, workers: StateTable([.onCPU: 1, .tooShort: 1]), started: 1)
    return sweep
  }

  @Test func whatStaysUnknownTakesNoWallTimeFromWhoeverWorks() {
    let sums = Self.sweep().settled(StateTable([.tooShort: 1]))
    #expect(sums.wallSeconds == StateTable([.onCPU: 1]))
    #expect(sums.noWorkerSeconds == 1 && sums.lostCPUSeconds.sum == 0)
  }

  @Test func whatTurnsOutToBeTheGILTakesHalf() {
    let sums = Self.sweep().settled(StateTable([.gil: 3]))
    #expect(sums.wallSeconds == StateTable([.onCPU: 0.5, .gil: 0.5]))
    #expect(sums.lostCPUSeconds == StateTable([.gil: 1]) && sums.noWorkerSeconds == 0)
    #expect(sums.workerSeconds == StateTable([.onCPU: 1, .gil: 1]))
  }

  @Test func whatIsMixedTakesItsPart() {
    let sums = Self.sweep().settled(StateTable([.gil: 1, .waitingForWork: 1]))
    #expect(sums.wallSeconds == StateTable([.onCPU: 0.75, .gil: 0.25]))
    #expect(sums.workerSeconds == StateTable([.onCPU: 1, .gil: 0.5, .waitingForWork: 0.5]))
    #expect(abs(sums.lostCPUSeconds.sum + sums.noWorkerSeconds - 1) < 1e-9)
  }

  /// Two threads that pass on a counter, both off the CPU for a moment each time.
  @Test func whereAllWaitTheWallTimeIsTheirs() {
    var sweep = ProgramSweep(beganNS: 0, cpus: 2)
    sweep.advance(to: 600_000_000, workers: StateTable([.onCPU: 1, .tooShort: 1]), started: 1)
    sweep.advance(to: 1_000_000_000, workers: StateTable([.tooShort: 2]), started: 0)
    let unknown = sweep.settled(StateTable([.tooShort: 1]))
    #expect(abs(unknown.wallSeconds[.onCPU] - 0.6) < 1e-9)
    #expect(abs(unknown.wallSeconds[.tooShort] - 0.4) < 1e-9)
    #expect(unknown.wallSeconds[.other] == 0)
    let found = sweep.settled(StateTable([.waitingForWork: 1]))
    #expect(abs(found.wallSeconds[.waitingForWork] - 0.4) < 1e-9)
    #expect(found.wallSeconds[.tooShort] == 0)
  }

  /// A thousand threads sleep; by the time that the sweep passes, a few have been looked at.
  @Test(arguments: [
    (StateTable([.sleep: 50]), 1_000), (StateTable([.lock: 50]), 20),
    (StateTable([.sleep: 25, .waitingForWork: 25]), 510),
    // "At most" so many: what nobody looked at may have been in progress.
    (StateTable(), 1_000), (StateTable([.lock: 10, .other: 40]), 804),
    (StateTable([.lock: 30, .other: 20]), 20),
  ])
  func whatTurnsOutToBeInProgressWasSoAtOnce(_ found: StateTable, _ count: Int) {
    var sweep = ProgramSweep(beganNS: 0, cpus: 2)
    sweep.advance(
      to: 1_000_000_000, workers: StateTable([.sleep: 20, .tooShort: 980]), started: 20,
      unknown: 980)
    #expect(sweep.mostAtOnce(found) == count)
  }
}
