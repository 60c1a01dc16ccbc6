import TandemModel
import Testing

@testable import TandemLab

/// What most of the difference between two programs is, on made-up reports.
@Suite struct ExplainDifferenceTests {
  /// Two programs of given parts.
  private func difference(
    _ first: [WorkerState: Double], _ second: [WorkerState: Double]
  ) -> ExplainDifference {
    func report(_ parts: [WorkerState: Double]) -> ExplainReport {
      ExplainReport(
        tandemVersion: "", machine: MadeUp.machine(), command: [], exit: nil,
        wallSeconds: parts.values.reduce(0, +), concurrency: 0, demand: 0, parallelism: 0,
        maxAtOnce: 0, totals: StateSeconds(),
        wallShares: WorkerState.observed.compactMap { state in
          parts[state].map { StateShare(state: state, seconds: $0) }
        }, lostCPU: LostCPU(cpus: 2, parts: [], noWorkerSeconds: 0), workers: [],
        starts: WorkerStarts(threads: 0, processes: 0),
        sources: ObservationSources(switches: .exact),
        observer: ObserverCost(cpuSeconds: 0, share: 0))
    }
    return ExplainDifference(first: report(first), second: report(second))
  }

  @Test func theSentenceIsOfTheLargestPart() {
    #expect(
      difference([.onCPU: 2, .gil: 2], [.onCPU: 1.98]).sentence
        == "All of the difference of 2.02 s comes from waiting for the GIL.")
    #expect(
      difference([.onCPU: 2, .gil: 1.9], [.onCPU: 1.88]).sentence
        == "Almost all of the difference of 2.02 s comes from waiting for the GIL.")
    #expect(
      difference([.onCPU: 1], [.onCPU: 1, .io: 0.7, .sleep: 0.3]).sentence
        == "Most of the difference of 1.00 s (70 %) comes from waiting for I/O.")
    #expect(
      difference([.onCPU: 1], [.onCPU: 1.4, .io: 0.3, .sleep: 0.3]).sentence
        == "The largest part of the difference of 1.00 s (40 %) comes from time on a CPU.")
  }

  /// Four CPU-bound threads with a GIL on two CPUs, and four processes.
  ///
  /// Documentation/design/comparing.md has the sums.
  @Test func whatTheCPUsLostIsSaidWhereWallTimeCannotTell() {
    var difference = difference([.onCPU: 1, .gil: 3], [.onCPU: 1, .runnable: 1])
    #expect(
      difference.sentence
        == "The first spent 3.00 s more waiting for the GIL, the second 1.00 s more waiting for a"
        + " CPU.")
    difference.first.lostCPU = LostCPU(
      cpus: 2, parts: [StateShare(state: .gil, seconds: 4)], noWorkerSeconds: 0)
    difference.second.lostCPU = LostCPU(cpus: 2, parts: [], noWorkerSeconds: 0)
    let told = ExplainDifference(first: difference.first, second: difference.second)
    #expect(
      told.sentence
        == "All of the difference of 2.00 s comes from CPUs left idle while workers waited for the"
        + " GIL.")
  }

  @Test func aboutTheSameIsSaid() {
    #expect(
      difference([.onCPU: 2], [.onCPU: 2.05]).sentence == "Both took about the same time.")
    #expect(
      difference([.onCPU: 2], [.sleep: 2.05]).sentence
        == "Both took about the same time, but the second spent 2.05 s more asleep, the first 2.00 s"
        + " more on a CPU.")
  }
}
