import TandemModel
import Testing

@testable import TandemObserve

/// What one sweep over the states of all workers adds up, against figures that were worked out by hand.
@Suite struct ProgramSweepTests {
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
