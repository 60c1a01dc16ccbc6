import TandemLab
import TandemModel
import TandemSystem
import Testing

@Suite("Summaries: the figures of one model on one schedule")
struct SummaryTests {
  private func result(_ cell: CellRuns) -> ModelResult { AnalysedCell(cell, seed: 1).result }

  @Test func figuresAsDocumented() throws {
    let worker = MadeUp.Worker(start: 0.2, onCPU: 1, runnable: 0.5, gil: 0.2, io: 0.3, end: 0.3)
    let result = result(
      MadeUp.cell(.swiftProcesses, worker, workers: 2, factors: [1, 1, 1], server: 0.5))
    // Wall: 0.5 server + 0.2 start + 2 body + 0.3 end.
    #expect(result.n == 3 && result.blocks == [0, 1, 2] && result.wallSeconds == [3, 3, 3])
    #expect(result.medianSeconds == 3 && result.ci95Seconds == nil)
    #expect(result.concurrency == 4.0 / 3)
    #expect(result.parallelism == 2.0 / 3)
    #expect(result.onCPUSeconds == 2 && result.runnableSeconds == 1)
    #expect(abs(try #require(result.blockedSeconds) - 1) < 1e-12)
    #expect(result.cpuSeconds == 2)
    #expect(result.serverStartSeconds == 0.5)
    #expect(result.startSecondsPerWorker == 0.2 && result.endSecondsPerWorker == 0.3)
    #expect(result.switches == ContextSwitches(voluntary: 2, involuntary: 0))
    let expected: [(WorkerState, Double)] = [
      (.starting, 0.2), (.onCPU, 1), (.runnable, 0.5), (.gil, 0.2), (.io, 0.3), (.ending, 0.3),
      (.startingServer, 0.5),
    ]
    #expect(result.shares.map(\.state) == expected.map(\.0))
    for (share, expected) in zip(result.shares, expected) {
      #expect(abs(share.seconds - expected.1) < 1e-12)
    }
  }

  @Test func sharesAddUpToTheMeanWallTime() {
    let result = result(
      MadeUp.cell(.swiftThreads, MadeUp.Worker(start: 0.01, onCPU: 0.3, runnable: 0.7, end: 0.02)))
    let mean = Statistics.mean(result.wallSeconds) ?? 0
    #expect(abs(result.shares.reduce(0) { $0 + $1.seconds } - mean) < 1e-12)
    #expect(result.ci95Seconds != nil)
  }

  @Test func whatOneWorkerLacksIsNotMeasured() {
    var cell = MadeUp.cell(.swiftThreads, MadeUp.Worker(onCPU: 1), factors: [1, 1])
    cell.runs[1].record.workers[2].runnableNS = nil
    cell.runs[0].record.notMeasured = ["no schedstat"]
    cell.runs[1].record.notMeasured = ["no schedstat"]
    let result = result(cell)
    #expect(result.runnableSeconds == nil && result.blockedSeconds == nil)
    #expect(result.onCPUSeconds == 4)
    #expect(result.notMeasured.count == 2 && result.notMeasured[0] == "no schedstat")
  }

  @Test func serialWorkHasNoWorkersToStart() {
    let result = result(MadeUp.cell(.serial, MadeUp.Worker(onCPU: 0.5), workers: 4))
    #expect(result.workers == 0)
    #expect(result.startSecondsPerWorker == nil && result.serverStartSeconds == nil)
    #expect(abs((result.concurrency ?? 0) - 1) < 1e-9)
    #expect(result.shares.map(\.state) == [.onCPU])
  }

  @Test func failedModelHasNoFigures() {
    var cell = MadeUp.cell(.pythonThreads, MadeUp.Worker(onCPU: 1))
    cell.error = "ValueError: no"
    let result = result(cell)
    #expect(result.error == "ValueError: no" && result.n == 0 && result.wallSeconds.isEmpty)
    #expect(result.medianSeconds == nil && result.concurrency == nil && result.shares.isEmpty)
    cell.error = nil
    cell.runs = []
    #expect(AnalysedCell(cell, seed: 1).result.medianSeconds == nil)
  }

  @Test func outlierWithRunnableTimeNamesTheOtherProgram() throws {
    var cell = MadeUp.cell(.swiftThreads, MadeUp.Worker(onCPU: 1))
    cell.runs[3].record = MadeUp.record(
      MadeUp.Worker(onCPU: 1.02, runnable: 1.5), workers: 4, involuntary: 400)
    let result = result(cell)
    let outlier = try #require(result.outliers.first)
    #expect(result.outliers.count == 1 && outlier.run == 3)
    #expect(outlier.cause.hasPrefix("another program had the CPU"))
    #expect(outlier.cause.contains("400 involuntary switches, usually 0"))
    #expect(result.n == 8 && result.wallSeconds.count == 8)
  }

  @Test func outlierCauses() throws {
    func cause(_ worker: MadeUp.Worker, involuntary: Double = 0) throws -> String {
      var cell = MadeUp.cell(.swiftThreads, MadeUp.Worker(start: 0.1, onCPU: 1))
      cell.runs[3].record = MadeUp.record(worker, workers: 4, involuntary: involuntary)
      return try #require(result(cell).outliers.first).cause
    }
    #expect(try cause(MadeUp.Worker(start: 1, onCPU: 1)).contains("starting workers"))
    #expect(try cause(MadeUp.Worker(start: 0.1, onCPU: 2)).contains("more CPU time"))
    #expect(try cause(MadeUp.Worker(start: 0.1, onCPU: 1, unknown: 1)) == "unknown")
    #expect(
      try cause(MadeUp.Worker(start: 0.1, onCPU: 1, unknown: 1), involuntary: 50)
        .contains("another program had the CPU"))
    #expect(try cause(MadeUp.Worker(start: 0.1, onCPU: 0.2)).contains("less on a CPU"))
  }

  @Test func steadyRunsHaveNoOutliers() {
    #expect(result(MadeUp.cell(.swiftThreads, MadeUp.Worker(onCPU: 1))).outliers.isEmpty)
  }
}
