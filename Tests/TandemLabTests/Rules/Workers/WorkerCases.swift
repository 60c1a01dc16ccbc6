import TandemModel

@testable import TandemLab

extension RulesTests {
  private static func swept(_ walls: [(Int, Double)]) -> [CellRuns] {
    walls.map { MadeUp.cell(.swiftThreads, .init(onCPU: $0.1), workers: $0.0) }
  }

  private static let narrowed: ExplainReport = {
    var program = MadeUpProgram.program(
      MadeUpProgram.workers(2, [.onCPU: 1, .runnable: 1], kind: .process), wall: 2,
      shares: [.onCPU: 1, .runnable: 1], cpus: 1)
    program.machine.cpusOnline = 2
    return program
  }()

  /// One thread that computes, and those of a Java virtual machine.
  private static func java() -> ExplainReport {
    MadeUpProgram.program(
      [MadeUpProgram.worker([.onCPU: 1.9], name: "main", tid: 198)] + MadeUpProgram.javasOwn(20),
      wall: 2, shares: [.onCPU: 1.9], atOnce: 1)
  }

  /// Processes whose bodies start threads for a library.
  private static func withThreads(process: Double?) -> [CellRuns] {
    [
      MadeUp.cell(.pythonSerial, .init(onCPU: 0.2, process: 0.2)),
      MadeUp.cell(.pythonProcessesFork, .init(onCPU: 0.2, process: process), workers: 4),
    ]
  }

  /// A first thread that wakes 500 times a second, sampled; what it starts ends between two samples.
  private static let starter = {
    var program = MadeUpProgram.program(
      [MadeUpProgram.worker([.sleep: 1.98, .onCPU: 0.02], voluntary: 1_000)], wall: 2,
      shares: [.onCPU: 0.02, .sleep: 1.98])
    program.sources.switches = .sampled
    program.sources.accountedCPUSeconds = 0.3
    return program
  }()

  /// One that starts a process at every second wake-up.
  private static let paced = {
    var program = MadeUpProgram.program(
      [MadeUpProgram.worker([.sleep: 1.98, .onCPU: 0.02], voluntary: 1_000)], wall: 2,
      shares: [.onCPU: 0.02, .sleep: 1.98])
    program.starts.processes = 500
    return program
  }()

  /// Workers that wake each other, sampled: they seem to want CPUs of which some are idle.
  private static func ready(idle: Double) -> ExplainReport {
    var program = MadeUpProgram.program(
      MadeUpProgram.workers(8, [.onCPU: 0.4, .runnable: 0.6]), wall: 2,
      shares: [.onCPU: 0.8, .runnable: 1.2],
      taken: TakenCPU(othersSeconds: 0, errorSeconds: 0, tandemSeconds: 0.1, idleSeconds: idle))
    program.sources.switches = .sampled
    return program
  }

  /// The cases of the rules about how many workers there are.
  static let workerCases: [RuleCase] = [
    // MARK: work-has-own-threads
    .models(
      "a library's threads", .workHasOwnThreads, withThreads(process: 0.35),
      says: [
        "in python-processes-fork (CPython 3.11.7), all at once, the workers' bodies took 800 ms",
        "threads that they started took 600 ms more (parallelism 7.00)",
      ], advises: ["OMP_NUM_THREADS=1", "are about as many as the CPUs (2)"],
      evidence: ["work_threads_s": 0.6, "on_cpu_s": 0.8, "models": 1]),
    .models(
      "too little to tell from starting and ending", .workHasOwnThreads,
      withThreads(process: 0.24), says: nil),
    .models("not measured", .workHasOwnThreads, withThreads(process: nil), says: nil),

    // MARK: oversubscribed
    .models(
      "100 threads on 2 CPUs", .oversubscribed,
      [MadeUp.cell(.swiftThreads, MadeUp.Worker(onCPU: 0.1, runnable: 4.9), workers: 100)],
      says: ["100 workers on 2 CPUs", "98.0 workers waiting for a CPU"],
      advises: ["Try --workers 2"], evidence: ["waiting_for_a_cpu": 98]),
    .models(
      "two threads", .oversubscribed,
      [MadeUp.cell(.swiftThreads, MadeUp.Worker(start: 0.001, onCPU: 0.1), workers: 2)],
      says: nil),
    .models(
      "many that wait for something else", .oversubscribed,
      [MadeUp.cell(.swiftThreads, .waiting, workers: 50)], says: nil),
    .models(
      "a short queue when all wake at once", .oversubscribed,
      [
        MadeUp.cell(
          .swiftThreads, MadeUp.Worker(onCPU: 0.001, runnable: 0.024, io: 0.1), workers: 50)
      ], says: nil),
    .models(
      "work that waits needs more workers than CPUs", .oversubscribed,
      [
        MadeUp.cell(.serial, .waiting),
        MadeUp.cell(.swiftThreads, MadeUp.Worker(onCPU: 0.1, runnable: 4.9), workers: 100),
      ], work: MadeUp.work(.io), says: nil),
    .models(
      "not measured", .oversubscribed,
      [
        MadeUp.cell(
          .swiftThreads, MadeUp.Worker(onCPU: 0.1, runnable: nil, unknown: 4.9), workers: 100)
      ], says: nil),
    .program(
      "eight on two", .oversubscribed, MadeUpProgram.eightOnTwo,
      says: ["8.00 workers wanted a CPU", "2 CPUs", "100 % busy", "12.0 s for a CPU", "400 times"]),
    .program(
      "two on one", .oversubscribed,
      MadeUpProgram.program(
        MadeUpProgram.workers(2, [.onCPU: 1, .runnable: 1]), wall: 2,
        shares: [.onCPU: 1, .runnable: 1], cpus: 1),
      says: ["the program has 1 CPU, which was 100 % busy"]),
    .program("two on two", .oversubscribed, MadeUpProgram.good, says: nil),
    .program(
      "samples of those that wake each other, while CPUs are idle", .oversubscribed,
      ready(idle: 0.8), says: nil),
    .program(
      "samples of those that fill the CPUs", .oversubscribed, ready(idle: 0.1),
      says: ["wanted a CPU"]),
    .program(
      "threads of a library in each process", .oversubscribed,
      MadeUpProgram.teams(of: "libscipy_openblas64_-32a4b2a6.so"),
      says: ["12.0 workers wanted a CPU, of 8 threads of libscipy_openblas64 in 4 processes"],
      advises: ["Set OPENBLAS_NUM_THREADS=1: libscipy_openblas64 starts threads in each of the 4"]),
    .program(
      "those that want little, where others have the CPUs", .oversubscribed,
      MadeUpProgram.program(
        MadeUpProgram.workers(6, [.onCPU: 0.1, .waitingForWork: 0.9, .runnable: 1]), wall: 2,
        shares: [.onCPU: 0.5, .runnable: 1.5]), says: nil),
    .program(
      "those whose work piles up, where others have the CPUs", .oversubscribed,
      MadeUpProgram.program(
        MadeUpProgram.workers(4, [.onCPU: 0.25, .runnable: 3.75]), wall: 4,
        shares: [.onCPU: 0.25, .runnable: 3.75]), says: nil),
    .program(
      "bound to one of two CPUs", .oversubscribed, narrowed, says: ["the program has 1 CPU"],
      advises: ["Let it run on more CPUs, of which it may use 1 of 2"]),
    .program(
      "four under the lock", .oversubscribed, MadeUpProgram.fourUnderOneLock(lost: 2), says: nil),

    // MARK: more-workers-than-work
    .program(
      "16 workers, 2 of them busy", .moreWorkersThanWork, MadeUpProgram.pool(of: 16, busy: 2),
      says: ["Of 16 workers", "14 waited", "at most 2"], advises: ["Start 2 workers"]),
    .program(
      "16 workers, all busy", .moreWorkersThanWork, MadeUpProgram.pool(of: 16, busy: 16),
      says: nil),
    .program(
      "4 workers, 1 of them busy", .moreWorkersThanWork, MadeUpProgram.pool(of: 4, busy: 1),
      says: nil),
    .program("a Java virtual machine's own", .moreWorkersThanWork, java(), says: nil),
    .program(
      "consumers of one that sleeps", .moreWorkersThanWork, MadeUpProgram.consumers,
      says: ["4 threads waited for work for 88 % of their time", "program (100) slept for 1.98 s"],
      advises: ["Look at what the workers' work comes from"]),
    .program(
      "those that wait for a turn, or a CPU", .moreWorkersThanWork,
      MadeUpProgram.program(
        MadeUpProgram.workers(4, [.onCPU: 0.2, .runnable: 0.3, .waitingForWork: 1.5]), wall: 2,
        shares: [.onCPU: 0.8, .runnable: 1.2], atOnce: 2, main: [.sleep: 1.98, .onCPU: 0.02]),
      says: nil),
    .program(
      "idle threads of a library", .moreWorkersThanWork,
      MadeUpProgram.program(
        (0..<12).map {
          MadeUpProgram.worker(
            [.waitingForWork: 2], tid: Int32(300 + $0), role: .idle, library: "libgomp.so.1")
        }, wall: 2, shares: [.onCPU: 2], atOnce: 0, main: [.onCPU: 2]),
      says: ["Of 12 workers of libgomp"], advises: ["Set OMP_NUM_THREADS"]),

    // MARK: polling
    .program(
      "one that looks 500 times a second", .polling,
      MadeUpProgram.program(
        [MadeUpProgram.worker([.sleep: 1.98, .onCPU: 0.02], name: "watch", voluntary: 1_000)],
        wall: 2, shares: [.onCPU: 0.02, .sleep: 1.98]),
      says: ["watch (101) slept for 1.98 ms at a time and woke 500 times a second"],
      advises: ["let it wait for that itself"]),
    .program(
      "one that gives others work at a pace", .polling,
      MadeUpProgram.program(
        [
          MadeUpProgram.worker([.sleep: 1.98, .onCPU: 0.02], voluntary: 1_000),
          MadeUpProgram.worker([.onCPU: 0.5, .waitingForWork: 1.5], tid: 102, voluntary: 950),
        ], wall: 2, shares: [.onCPU: 0.5, .sleep: 1.5]), says: nil),
    .program(
      "one that wakes to start what samples don't show", .polling, starter, says: nil),
    .program("one that starts processes at a pace", .polling, paced, says: nil),
    .program(
      "one that sleeps for long", .polling, MadeUpProgram.waiting(.sleep, workers: 1), says: nil),

    // MARK: more-workers-no-longer-help
    .models(
      "two are enough", .moreWorkersNoLongerHelp,
      swept([(1, 1), (2, 0.5), (4, 0.51), (8, 0.55)]), work: MadeUp.work(items: 8),
      sweep: [1, 2, 4, 8],
      says: [
        "more than 2 workers don't help: the same 8 items took 500 ms with 2, 510 ms with 4 and 550 ms "
          + "with 8"
      ], advises: ["Use 2 workers: the work computes, and 2 CPUs"],
      evidence: ["enough_workers": 2]),
    .models(
      "the most are the fastest", .moreWorkersNoLongerHelp, swept([(1, 1), (2, 0.5)]),
      work: MadeUp.work(items: 8), sweep: [1, 2], says: nil),
    .models(
      "no sweep", .moreWorkersNoLongerHelp, swept([(2, 0.5)]), says: nil),
  ]
}
