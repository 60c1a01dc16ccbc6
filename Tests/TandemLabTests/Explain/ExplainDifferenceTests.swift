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
        maxAtOnce: 0,
        totals: StateSeconds([.onCPU: parts[.onCPU] ?? 0]),
        wallShares: WorkerState.observed.compactMap { state in
          parts[state].map { StateShare(state: state, seconds: $0) }
        }, lostCPU: LostCPU(cpus: 2, parts: [], noWorkerSeconds: 0), workers: [],
        starts: WorkerStarts(threads: 0, processes: 0),
        sources: ObservationSources(switches: .exact),
        observer: ObserverCost(cpuSeconds: 0, share: 0))
    }
    return ExplainDifference(first: report(first), second: report(second))
  }

  /// What follows the times of the two runs.
  private func parts(_ difference: ExplainDifference) -> String {
    String(difference.sentence.split(separator: "s. ", maxSplits: 1).last ?? "")
  }

  @Test func oneRunEachIsNoDifference() {
    #expect(
      difference([.onCPU: 2], [.onCPU: 2.05]).sentence
        == "One run each is not a difference: the first took 2.00 s, the second 2.05 s. Both took about"
        + " the same time.")
  }

  @Test func theSentenceIsOfTheLargestPart() {
    #expect(
      parts(difference([.onCPU: 2, .gil: 2], [.onCPU: 1.98]))
        == "All of the difference of 2.02 s comes from waiting for the GIL.")
    #expect(
      parts(difference([.onCPU: 2, .gil: 1.9], [.onCPU: 1.88]))
        == "Almost all of the difference of 2.02 s comes from waiting for the GIL.")
    #expect(
      parts(difference([.onCPU: 1], [.onCPU: 1, .io: 0.7, .sleep: 0.3]))
        == "Most of the difference of 1.00 s (70 %) comes from waiting for I/O.")
    #expect(
      parts(difference([.onCPU: 1], [.onCPU: 1.4, .io: 0.3, .sleep: 0.3]))
        == "The largest part of the difference of 1.00 s (40 %) comes from computing, which"
        + " took 1.40 s instead of 1.00 s of CPU time.")
  }

  /// Four CPU-bound threads with a GIL on two CPUs, and four processes.
  @Test func aPartThatExceedsTheDifferenceIsSaidToDoSo() {
    #expect(
      parts(difference([.onCPU: 1, .gil: 3], [.onCPU: 1, .runnable: 1]))
        == "Waiting for the GIL makes the first 3.00 s slower, more than the difference of 2.00 s, and"
        + " waiting for a CPU takes 1.00 s of it back.")
    #expect(
      parts(difference([.onCPU: 3], [.sleep: 2]))
        == "Computing makes the first 3.00 s slower, more than the difference of 1.00 s, and sleep takes"
        + " 2.00 s of it back (CPU time: the first 3.00 s, the second 0 s).")
  }

  /// A ping-pong may run twice as fast while it is observed.
  @Test(arguments: [(3.0, 8, true), (2.2, 8, false), (1.0, 8, false), (3.0, 5, false)])
  func anotherPaceIsSaidWhereItIsKnown(_ wall: Double, _ count: Int, _ isSaid: Bool) {
    let difference = ExplainDifference(
      first: MadeUpProgram.good, second: MadeUpProgram.good,
      repeated: RepeatedRuns(asked: nil, areUnobserved: true),
      firstRuns: MadeUpRuns.runs(count, wall: wall, user: 1),
      secondRuns: MadeUpRuns.runs(count, wall: 2, user: 1))
    #expect(
      difference.sentence.contains(
        "While it was observed, the first took 2.00 s, less than in each of its 8 other runs (3.00 s at least)"
      )
        == isSaid)
    #expect(!difference.sentence.contains("observed, the second took"))
  }

  @Test func aboutTheSameIsSaid() {
    #expect(
      parts(difference([.onCPU: 2], [.onCPU: 2.05])) == "Both took about the same time.")
    #expect(
      parts(difference([.onCPU: 2], [.sleep: 2.05]))
        == "Both took about the same time, but 2.05 s more of the second's wall time went to sleep, and"
        + " 2.00 s more of the first's to computing (CPU time: the first 2.00 s, the second 0 s).")
  }
}
