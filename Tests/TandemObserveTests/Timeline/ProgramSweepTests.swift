import TandemModel
import TandemObserve
import Testing

/// One worker on a CPU, another in waits that nobody looked into, for a second on two CPUs.
@Suite("The wall time is split as the workers' time is, whenever that became known")
struct ProgramSweepTests {
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

  /// A second in which this many workers were in each state.
  private static func swept(_ seconds: [[WorkerState: Double]]) -> ProgramSweep {
    var sweep = ProgramSweep(beganNS: 0, cpus: 2)
    for (index, workers) in seconds.enumerated() {
      sweep.advance(
        to: UInt64(index + 1) * 1_000_000_000, workers: StateTable(workers), started: 0)
    }
    return sweep
  }

  /// A moment counts once, however many wait: nine that wait beside one don't make nine seconds.
  @Test func aMomentIsOccupiedOnce() {
    let sweep = Self.swept([
      [.onCPU: 1, .lock: 9], [.onCPU: 1, .lock: 1], [.onCPU: 2], [.waitingForWork: 3],
    ])
    #expect(sweep.occupiedSeconds[.lock] == 2)
    #expect(sweep.occupiedSeconds[.onCPU] == 3)
    #expect(sweep.occupiedSeconds[.waitingForWork] == 1)
    #expect(sweep.occupiedSeconds[.io] == 0)
    // The wall share of the same waits: what others did meanwhile takes its part.
    #expect(abs(sweep.settled().wallSeconds[.lock] - 1.4) < 1e-12)
  }

  /// Samples give averages: two halves may have been one after the other, so they count in full.
  @Test func averagesCountAsIfTheyDidNotOverlap() {
    let sweep = Self.swept([[.onCPU: 1, .io: 0.25], [.onCPU: 0.5, .io: 1.5]])
    #expect(sweep.occupiedSeconds[.io] == 1.25)
    #expect(sweep.occupiedSeconds[.onCPU] == 1.5)
  }
}
