import TandemModel

@testable import TandemLab

extension RulesTests {
  /// Python's threads and processes one at a time; starting a process takes so long.
  private static func trap(_ processStart: Double) -> [CellRuns] {
    [
      MadeUp.cell(.pythonSerial, .oneAtATime, MadeUp.Worker(onCPU: 0.1)),
      MadeUp.cell(.pythonThreads, .oneAtATime, .cpu),
      MadeUp.cell(
        .pythonProcessesFork, .oneAtATime,
        MadeUp.Worker(start: processStart, onCPU: 0.1, end: 0.001)),
    ]
  }

  /// Runs whose first worker has so many times the work of the others.
  private static func uneven(
    _ model: ExecutionModel, _ factor: Double, workers: Int = 4, io: Bool = false
  ) -> CellRuns {
    var cell = MadeUp.cell(model, io ? .init(io: 0.1) : .init(onCPU: 0.1), workers: workers)
    for run in cell.runs.indices {
      var worker = cell.runs[run].record.workers[0]
      let body = UInt64(Double(worker.bodyLeftNS - worker.bodyEnteredNS) * factor)
      worker.bodyLeftNS = worker.bodyEnteredNS + body
      worker.endObservedNS = worker.bodyLeftNS
      if io { worker.blocked.ioNS = body } else { worker.onCPUNS = body }
      cell.runs[run].record.workers[0] = worker
      cell.runs[run].record.endedNS = max(cell.runs[run].record.endedNS, worker.endObservedNS)
    }
    return cell
  }

  private static let partlyUnmeasured: CellRuns = {
    var cell = uneven(.swiftThreads, 5)
    for run in cell.runs.indices { cell.runs[run].record.workers[2].runnableNS = nil }
    return cell
  }()

  private static let inTurnsInJava: ExplainReport = {
    var program = inTurns
    program.runtimes = [ObservedRuntime(pid: 100, name: .java)]
    return program
  }()

  private static let inTurns = MadeUpProgram.program(
    MadeUpProgram.workers(4, [.onCPU: 0.5, .waitingForWork: 1.5]), wall: 2, shares: [.onCPU: 2],
    atOnce: 1)

  /// The same with a thread that ticks, as that of OCaml's master lock: it counts as in progress.
  private static let inTurnsBesideATick = MadeUpProgram.program(
    MadeUpProgram.workers(4, [.onCPU: 0.5, .waitingForWork: 1.5])
      + [MadeUpProgram.worker([.sleep: 1.99, .onCPU: 0.01], name: "tick", tid: 199)], wall: 2,
    shares: [.onCPU: 1, .sleep: 1], atOnce: 2)

  private static func sampled(_ program: ExplainReport) -> ExplainReport {
    var program = program
    program.sources.switches = .sampled
    return program
  }

  /// The cases of the rules about work that doesn't overlap.
  static let overlapCases: [RuleCase] = [
    // MARK: never-overlapped
    .models(
      "threads one at a time", .neverOverlapped, [MadeUp.cell(.swiftThreads, .oneAtATime, .cpu)],
      says: ["no two workers were ever in progress at once", "under the one model"],
      advises: ["--schedule all-at-once"], evidence: ["models": 1]),
    .models(
      "with the other schedule's figure", .neverOverlapped,
      [
        MadeUp.cell(.swiftThreads, .oneAtATime, .cpu),
        MadeUp.cell(.swiftThreads, .allAtOnce, .crowdedCPU),
      ], says: [], advises: ["all at once, swift-threads took 202 ms instead of 408 ms"]),
    .models(
      "all at once", .neverOverlapped, [MadeUp.cell(.swiftThreads, .crowdedCPU)], says: nil),
    .models(
      "one worker can't overlap with anything", .neverOverlapped,
      [MadeUp.cell(.swiftThreads, .oneAtATime, .cpu, workers: 1)], says: nil),
    .program(
      "100 threads one by one", .neverOverlapped, MadeUpProgram.oneByOne,
      says: ["started 100 threads", "no two", "concurrency is 1"]),
    .program("two side by side", .neverOverlapped, MadeUpProgram.good, says: nil),
    .program(
      "a helper thread that does nothing", .neverOverlapped,
      MadeUpProgram.program(
        MadeUpProgram.workers(2, [.waitingForWork: 2]), wall: 2, shares: [.onCPU: 2], atOnce: 0,
        main: [.onCPU: 2]), says: nil),
    .program(
      "one that feeds the others", .neverOverlapped,
      MadeUpProgram.program(
        MadeUpProgram.workers(1, [.onCPU: 2])
          + MadeUpProgram.workers(4, [.onCPU: 0.01, .waitingForWork: 1.99]), wall: 2,
        shares: [.onCPU: 2], atOnce: 1), says: nil),
    .program(
      "one worker", .neverOverlapped,
      MadeUpProgram.program(
        MadeUpProgram.workers(1, [.onCPU: 2]), wall: 2, shares: [.onCPU: 2]), says: nil),

    // MARK: workers-took-turns
    .program(
      "four that take turns", .workersTookTurns, inTurns,
      says: ["4 threads that lived at the same time", "took turns", "waited 6.00 s for a turn"],
      advises: ["Let each worker begin before the previous one has finished"]),
    .program(
      "four that take turns beside one that only ticks", .workersTookTurns, inTurnsBesideATick,
      says: ["took turns"]),
    .program(
      "where switches are sampled", .workersTookTurns, sampled(inTurns), says: nil),
    .program("two side by side", .workersTookTurns, MadeUpProgram.good, says: nil),
    .program(
      "consumers that wait for work, not for a turn", .workersTookTurns, MadeUpProgram.consumers,
      says: nil),
    .program("Java's, whose locks can't be seen", .workersTookTurns, inTurnsInJava, says: nil),
    .program(
      "where a GIL could not be measured", .workersTookTurns, inTurns.withoutGILFigures,
      says: nil),
    .program(
      "six that sleep at the same time on a busy machine", .workersTookTurns,
      MadeUpProgram.program(
        MadeUpProgram.workers(6, [.sleep: 0.25, .runnable: 0.15]), wall: 2,
        shares: [.runnable: 1.75, .sleep: 0.25], atOnce: 1), says: nil),
    .program(
      "one that feeds the others", .workersTookTurns,
      MadeUpProgram.program(
        MadeUpProgram.workers(1, [.onCPU: 2])
          + MadeUpProgram.workers(4, [.onCPU: 0.01, .waitingForWork: 1.99]), wall: 2,
        shares: [.onCPU: 2], atOnce: 1), says: nil),

    .program(
      "two that share the CPU that others leave them", .neverOverlapped,
      MadeUpProgram.program(
        MadeUpProgram.workers(2, [.onCPU: 0.2, .runnable: 1.8], kind: .process), wall: 2,
        shares: [.runnable: 1.6, .onCPU: 0.4], atOnce: 1), says: nil),

    // MARK: threads-won-without-overlap
    .models(
      "processes start slowly", .threadsWonWithoutOverlap, trap(0.2),
      says: [
        "not because they compute faster", "2.00 ms as a thread and 201 ms as a process, 4 times",
      ], advises: ["--schedule all-at-once"]),
    .models(
      "with the runs that overlap", .threadsWonWithoutOverlap,
      trap(0.2) + [
        MadeUp.cell(
          .pythonThreads, MadeUp.Worker(start: 0.001, onCPU: 0.1, gil: 0.3, end: 0.001)),
        MadeUp.cell(.pythonProcessesFork, .crowdedCPU),
      ], says: [], advises: ["python-threads (CPython 3.11.7) took 402 ms"]),
    .models(
      "processes as cheap as threads", .threadsWonWithoutOverlap, trap(0.001), says: nil),
    .models(
      "work that waits", .threadsWonWithoutOverlap,
      [
        MadeUp.cell(.serial, .oneAtATime, .waiting),
        MadeUp.cell(.swiftThreads, .oneAtATime, .waiting),
        MadeUp.cell(
          .swiftProcesses, .oneAtATime, MadeUp.Worker(start: 0.2, onCPU: 0.001, io: 0.1)),
      ], work: MadeUp.work(.io), says: nil),

    // MARK: workers-uneven
    .models(
      "one has five times the work", .workersUneven, [uneven(.swiftThreads, 5)],
      machine: MadeUp.machine(cpus: 4),
      says: [
        "one of 4 workers had 500 ms of work and the mean was 200 ms",
        "even shares would save about 300 ms of 500 ms",
      ]),
    .models(
      "work that waits needs no CPU each", .workersUneven,
      [uneven(.swiftThreads, 5, io: true), MadeUp.cell(.serial, .init(io: 0.1), workers: 1)],
      machine: MadeUp.machine(cpus: 1), says: ["one of 4 workers"]),
    .models(
      "work whose waits aren't known", .workersUneven, [uneven(.swiftThreads, 5, io: true)],
      machine: MadeUp.machine(cpus: 1), says: nil),
    .models(
      "even shares", .workersUneven, [uneven(.swiftThreads, 1)],
      machine: MadeUp.machine(cpus: 4), says: nil),
    .models(
      "nearly even shares", .workersUneven, [uneven(.swiftThreads, 1.2)],
      machine: MadeUp.machine(cpus: 4), says: nil),
    .models(
      "two CPUs have enough to do with the others meanwhile", .workersUneven,
      [uneven(.swiftThreads, 3, workers: 20)], says: nil),
    .models(
      "waits for the GIL aren't told apart", .workersUneven, [uneven(.pythonThreads, 5)],
      machine: MadeUp.machine(cpus: 4), says: nil),
    .models(
      "one worker's time ready for a CPU is unknown", .workersUneven, [partlyUnmeasured],
      machine: MadeUp.machine(cpus: 4), says: nil),
    .program(
      "one does half of it", .workersUneven, MadeUpProgram.oneSlow,
      says: [
        "(worker, 199)", "for 2.00 s", "the 4 busy workers of its kind",
        "at least 1.60 s none of the others",
      ]),
    .program(
      "one of two does the rest alone", .workersUneven,
      MadeUpProgram.program(
        [
          MadeUpProgram.worker([.onCPU: 2], tid: 199, alone: 0.9),
          MadeUpProgram.worker([.onCPU: 1]),
        ], wall: 2, shares: [.onCPU: 2]),
      says: ["the 2 busy workers of its kind for 1.50 s", "at least 900 ms none"]),
    .program(
      "one takes more of a queue’s items", .workersUneven,
      MadeUpProgram.program(
        [
          MadeUpProgram.worker([.onCPU: 2], tid: 199, alone: 0.01),
          MadeUpProgram.worker([.onCPU: 1, .runnable: 1]),
        ], wall: 2, shares: [.onCPU: 2]), says: nil),
    .program(
      "whether others were at work isn’t known", .workersUneven,
      MadeUpProgram.program(
        [MadeUpProgram.worker([.onCPU: 2], tid: 199), MadeUpProgram.worker([.onCPU: 1])], wall: 2,
        shares: [.onCPU: 2]), says: nil),
    .program(
      "a thread that hands out work to processes", .workersUneven,
      MadeUpProgram.program(
        [MadeUpProgram.worker([.onCPU: 2], tid: 199, role: .manager, alone: 1.6)]
          + MadeUpProgram.workers(2, [.onCPU: 0.2], kind: .process), wall: 2,
        shares: [.onCPU: 2]), says: nil),
    .program(
      "one of another name", .workersUneven,
      MadeUpProgram.program(
        [MadeUpProgram.worker([.onCPU: 2], name: "writer", tid: 199, alone: 1.6)]
          + MadeUpProgram.workers(3, [.onCPU: 0.4]), wall: 2, shares: [.onCPU: 2]), says: nil),
    .program("all the same", .workersUneven, MadeUpProgram.good, says: nil),
    .program(
      "helpers that sleep", .workersUneven,
      MadeUpProgram.program(
        MadeUpProgram.workers(2, [.onCPU: 2]) + MadeUpProgram.workers(4, [.waitingForWork: 2]),
        wall: 2, shares: [.onCPU: 2]), says: nil),
  ]
}
