import TandemLab
import TandemModel
import Testing

@Suite("Differences: parts that add up, and the sentence")
struct DifferenceTests {
  private func difference(
    _ first: CellRuns, _ second: CellRuns, cpus: Int = 2
  ) throws -> Difference {
    try #require(
      Difference(
        between: AnalysedCell(first, seed: 1), and: AnalysedCell(second, seed: 1),
        schedule: first.schedule, machine: MadeUp.machine(cpus: cpus), seed: 1))
  }

  /// The design's example: four CPU-bound workers of 1 s on two CPUs, under a GIL and as processes.
  @Test func designExample() throws {
    let threads = MadeUp.cell(.pythonThreads, MadeUp.Worker(onCPU: 1, gil: 3), factors: [1, 1])
    let processes = MadeUp.cell(
      .pythonProcessesFork, MadeUp.Worker(onCPU: 1, runnable: 1), factors: [1, 1])
    for (first, second) in [(threads, processes), (processes, threads)] {
      let difference = try difference(first, second)
      #expect(difference.slower.model == .pythonThreads)
      #expect(difference.faster.model == .pythonProcessesFork)
      #expect(difference.n == 2 && difference.ratio == 2 && difference.ratioCI95 == nil)
      #expect(difference.wallDifferenceSeconds == 2)
      #expect(
        difference.parts == [
          StateShare(state: .runnable, seconds: -1), StateShare(state: .gil, seconds: 3),
        ])
      #expect(difference.residualSeconds == 0)
      #expect(difference.sentence == "All of it is a CPU left idle by the GIL.")
    }
  }

  @Test func partsAreMeansAndAddUp() throws {
    let threads = MadeUp.cell(.swiftThreads, MadeUp.Worker(start: 0.003, onCPU: 0.4, end: 0.001))
    let processes = MadeUp.cell(
      .swiftProcesses, MadeUp.Worker(start: 0.02, onCPU: 0.5, runnable: 0.1, end: 0.003),
      factors: [1, 1.3, 0.9, 1.02, 1.1, 0.8, 1, 1], server: 0.011)
    let difference = try difference(threads, processes)
    let sum = difference.parts.reduce(0) { $0 + $1.seconds }
    #expect(abs(sum + difference.residualSeconds - difference.wallDifferenceSeconds) < 1e-12)
    #expect(abs(difference.residualSeconds) < 1e-9)
    #expect(difference.n == 8 && difference.ratioCI95 != nil)
  }

  @Test func onlySharedBlocksArePaired() throws {
    var threads = MadeUp.cell(.swiftThreads, MadeUp.Worker(onCPU: 1), factors: [1, 1, 1])
    let processes = MadeUp.cell(.swiftProcesses, MadeUp.Worker(onCPU: 2), factors: [1, 1])
    // The third block of the threads would change the mean, but has no partner.
    threads.runs[2].record = MadeUp.record(MadeUp.Worker(onCPU: 9), workers: 4)
    #expect(try difference(threads, processes).wallDifferenceSeconds == 1)
    threads.runs.removeFirst(2)
    #expect(
      Difference(
        between: AnalysedCell(threads, seed: 1), and: AnalysedCell(processes, seed: 1),
        schedule: .allAtOnce, machine: MadeUp.machine(), seed: 1) == nil)
  }

  @Test func oneAtATimeTheStartIsAllOfIt() throws {
    let difference = try difference(
      MadeUp.cell(.swiftProcesses, .oneAtATime, MadeUp.Worker(start: 0.05, onCPU: 0.01)),
      MadeUp.cell(.swiftThreads, .oneAtATime, MadeUp.Worker(start: 0.001, onCPU: 0.01)))
    #expect(difference.sentence == "All of it is starting workers.")
  }

  @Test func serialLeavesACPUWithoutAWorker() throws {
    let difference = try difference(
      MadeUp.cell(.serial, MadeUp.Worker(onCPU: 1)),
      MadeUp.cell(.swiftThreads, MadeUp.Worker(onCPU: 1, runnable: 1)))
    #expect(difference.slower.model == .serial)
    #expect(difference.sentence == "All of it is a CPU without a worker.")
  }

  @Test func serialWaitsForOneThingAfterTheOther() throws {
    let difference = try difference(
      MadeUp.cell(.serial, MadeUp.Worker(io: 1)),
      MadeUp.cell(.swiftThreads, MadeUp.Worker(io: 1)))
    #expect(difference.sentence == "All of it is a CPU left idle while workers waited for I/O.")
  }

  @Test func severalCausesAndASaving() throws {
    let difference = try difference(
      MadeUp.cell(.swiftProcesses, MadeUp.Worker(start: 0.6, onCPU: 1, end: 0.4), workers: 2),
      MadeUp.cell(.swiftThreads, MadeUp.Worker(onCPU: 1, unknown: 0.2), workers: 2))
    #expect(
      difference.sentence == """
        75 % of it is starting workers and 50 % ending workers, less what the faster one spends \
        more: a CPU left idle while workers were blocked (on what was not measured) (25 %).
        """)
  }

  @Test func moreThanTheWholeDifferenceIsNoShareOfIt() throws {
    // One CPU's worth lost to the lock for 1.5 s, and 0.5 s of it back for starting processes.
    let difference = try difference(
      MadeUp.cell(.swiftThreadsGlobalLock, MadeUp.Worker(onCPU: 1, gil: 1.5), workers: 2),
      MadeUp.cell(.swiftProcesses, MadeUp.Worker(start: 0.5, onCPU: 1), workers: 2))
    #expect(
      difference.sentence == """
        The slower one loses more than the whole difference to a CPU left idle by the global lock \
        (1.50 times the difference); the faster one spends part of that on starting workers (0.50 \
        times).
        """)
  }

  @Test func equalTimesNeedNoExplanation() throws {
    let difference = try difference(
      MadeUp.cell(.swiftThreads, MadeUp.Worker(onCPU: 1)),
      MadeUp.cell(.swiftTasks, MadeUp.Worker(onCPU: 1.005)))
    #expect(difference.sentence.contains("nothing to explain"))
  }

  @Test func pairsAreThoseWorthTellingApart() {
    let cells = [Schedule.oneAtATime, .allAtOnce].flatMap { schedule in
      ExecutionModel.allCases.map { MadeUp.cell($0, schedule, MadeUp.Worker(onCPU: 0.1)) }
    }
    let report = MadeUp.analyse(cells)
    #expect(report.differences.count == 17)
    #expect(report.differences.count { $0.schedule == .allAtOnce } == 10)
    #expect(
      !report.differences.contains { $0.slower.model == $0.faster.model })
    // A Python function adds serial against threads, in Python.
    #expect(MadeUp.analyse(cells, work: MadeUp.work(.pythonFunction)).differences.count == 19)
    // What didn't run isn't compared.
    #expect(MadeUp.analyse(Array(cells.prefix(1))).differences.isEmpty)
  }
}
