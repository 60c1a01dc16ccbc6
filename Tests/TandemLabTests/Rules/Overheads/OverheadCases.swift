import TandemModel

@testable import TandemLab

extension RulesTests {
  private static let memory = MemorySummary(ussKiBPerWorker: 8_000)

  /// Runs whose driver moves data for 0.3 s while no worker is in progress.
  private static let movingDriver: CellRuns = {
    var cell = MadeUp.cell(.pythonProcessesFork, .init(onCPU: 0.1), server: 0.3)
    for run in cell.runs.indices { cell.runs[run].record.driver[0].activity = .movingData }
    return cell
  }()

  /// The cases of the rules about what parallel work costs besides itself.
  static let overheadCases: [RuleCase] =
    startUpCases + taskCases + memoryCases + dataCases + serverCases + pythonPoolCases

  /// Six processes of Python that live for 300 ms each, two at a time, and import for so long.
  private static func processes(importing seconds: Double?) -> ExplainReport {
    let started = MadeUpProgram.workers(6, [.onCPU: 0.3], kind: .process, every: 0.15)
    return MadeUpProgram.program(
      started, wall: 1.05, shares: [.onCPU: 1.05],
      gil: started.map { ObservedGIL(pid: $0.pid, state: .on, importSeconds: seconds, samples: 10) }
    )
  }

  /// A program of one process of Python that runs for so long and imports for so long.
  private static func one(running wall: Double, importing seconds: Double) -> ExplainReport {
    MadeUpProgram.program(
      [], wall: wall, shares: [.onCPU: wall], main: [.onCPU: wall],
      gil: [ObservedGIL(pid: 100, state: .on, importSeconds: seconds, samples: 20)])
  }

  private static let startUpCases: [RuleCase] = [
    .program(
      "imports in each process", .startUpDominates, processes(importing: 0.2),
      says: [
        "6 processes imported modules for about 1.20 s of the 1.80 s that they lived (200 ms each)"
      ], advises: ["set_forkserver_preload"]),
    .program(
      "processes that hardly import", .startUpDominates, processes(importing: 0.05), says: nil),
    .program(
      "processes that weren’t looked at", .startUpDominates, processes(importing: nil), says: nil),
    .program(
      "a script that mostly imports", .startUpDominates, one(running: 0.4, importing: 0.3),
      says: ["program (100) imported modules for about 300 ms of the 400 ms that it ran"],
      advises: ["python -X importtime"]),
    .program(
      "a script that does something besides", .startUpDominates, one(running: 2, importing: 0.3),
      says: nil),
    .models(
      "processes one at a time", .startUpDominates,
      [
        MadeUp.cell(
          .pythonProcessesSpawn, .oneAtATime, MadeUp.Worker(start: 0.05, onCPU: 0.001, end: 0.004)),
        MadeUp.cell(
          .pythonProcessesFork, .oneAtATime, MadeUp.Worker(start: 0.005, onCPU: 0.001)),
        MadeUp.cell(.pythonThreads, .oneAtATime, .cpu),
      ],
      says: [
        "One at a time, starting and ending 4 workers took 98 % of the 220 ms of "
          + "python-processes-spawn (CPython 3.11.7), 54.0 ms a worker",
        "more than half also under python-processes-fork",
      ], advises: ["--workers 2", "486 ms of work for each"], evidence: ["models": 2]),
    .models(
      "workers that wait are no reason for few", .startUpDominates,
      [
        MadeUp.cell(
          .pythonProcessesSpawn, .oneAtATime, MadeUp.Worker(start: 0.5, onCPU: 0.001, io: 0.1),
          workers: 20)
      ], work: MadeUp.work(.io, items: 20), says: [], advises: ["Give each worker more to do"]),
    .models(
      "threads that compute", .startUpDominates, [MadeUp.cell(.swiftThreads, .crowdedCPU)],
      says: nil),
    .models(
      "serial work starts no worker", .startUpDominates, [MadeUp.cell(.serial, .cpu)], says: nil),
    .models(
      "tasks that wait for their turn", .startUpDominates,
      [MadeUp.cell(.swiftTasks, MadeUp.Worker(start: 5, onCPU: 0.1), workers: 20)], says: nil),
    .program(
      "processes of 4 ms", .startUpDominates, MadeUpProgram.storm(lives: 0.004, kind: .process),
      says: ["started 100 processes", "200 a second", "4.00 ms"]),
    .program(
      "threads of 0.2 ms", .startUpDominates,
      MadeUpProgram.storm(lives: 0.0002, kind: .thread, beside: 0.03),
      says: ["started 100 threads"]),
    .program(
      "threads of 1 ms", .startUpDominates, MadeUpProgram.storm(lives: 0.001, kind: .thread),
      says: nil),
    .program(
      "processes of 0.2 s", .startUpDominates, MadeUpProgram.storm(lives: 0.2, kind: .process),
      says: nil),
    .program("two threads", .startUpDominates, MadeUpProgram.good, says: nil),
    .program(
      "processes that wait for most of their lives, nobody knows for what", .startUpDominates,
      MadeUpProgram.program(
        MadeUpProgram.workers(
          100, [.onCPU: 0.002, .other: 0.02], kind: .process, every: 0.01), wall: 1.1,
        shares: [.onCPU: 0.1, .other: 1], atOnce: 3), says: nil),
    .program(
      "processes that sleep for most of their lives", .startUpDominates,
      MadeUpProgram.program(
        MadeUpProgram.workers(
          100, [.onCPU: 0.002, .sleep: 0.02], kind: .process, every: 0.01), wall: 1.1,
        shares: [.onCPU: 0.1, .sleep: 1], atOnce: 3), says: nil),
  ]

  private static let taskCases: [RuleCase] = [
    // MARK: tiny-tasks-dominate
    .models(
      "tasks of a microsecond", .tinyTasksDominate,
      [MadeUp.poolCell(task: 1e-6, between: 10e-6)],
      says: [
        "a task takes 1.00 µs, and a worker spends 10.0 µs between two tasks, 10.0 times as long"
      ],
      advises: ["of these in one, handing them out takes a tenth"]),
    .models(
      "so few that no batch is large enough", .tinyTasksDominate,
      [MadeUp.poolCell(tasks: 25, task: 1e-9, between: 1e-3)], says: [],
      advises: ["do all of them in one loop"]),
    .models(
      "tasks that take longer", .tinyTasksDominate,
      [MadeUp.poolCell(task: 10e-6, between: 1e-6)], says: nil),
    .models(
      "rare, not tiny", .tinyTasksDominate,
      [MadeUp.poolCell(tasks: 4, task: 1e-6, between: 10e-6)], says: nil),
    .models(
      "one at a time, a worker has to wait", .tinyTasksDominate,
      [MadeUp.poolCell(task: 1e-6, between: 10e-6, schedule: .oneAtATime)], says: nil),
    .models(
      "large data takes the time", .tinyTasksDominate,
      [MadeUp.poolCell(task: 1e-6, between: 1e-3, coding: 0.9, bytes: 100_000_000)], says: nil),
    .models(
      "no pool", .tinyTasksDominate, [MadeUp.cell(.swiftProcesses, .init(onCPU: 1e-6))],
      says: nil),

    // MARK: moving-data-dominates
    .models(
      "a pool's data", .movingDataDominates,
      [MadeUp.poolCell(task: 1e-4, between: 1e-3, coding: 0.9, bytes: 100_000_000)],
      says: [
        "workers spent 1.80 s on encoding and decoding but only 200 ms in their tasks",
        "a task moves 195 KiB",
      ]),
    .models(
      "a driver's data", .movingDataDominates, [movingDriver], says: ["took 75 % of the 400 ms"]),
    .models(
      "tasks that take longer", .movingDataDominates,
      [MadeUp.poolCell(task: 1e-3, between: 1e-3, coding: 0.9, bytes: 100_000_000)], says: nil),
    .models(
      "small tasks with small data", .movingDataDominates,
      [MadeUp.poolCell(task: 1e-6, between: 1e-5, coding: 0.005)], says: nil),
    .models(
      "no pool", .movingDataDominates, [MadeUp.cell(.swiftProcesses, .init(onCPU: 0.1))],
      says: nil),
  ]

  private static let memoryCases: [RuleCase] = [
    // MARK: memory-per-worker
    .models(
      "100 Python processes", .memoryPerWorker,
      [
        MadeUp.cell(.pythonProcessesSpawn, .crowdedCPU, workers: 100, memory: memory),
        MadeUp.cell(
          .pythonProcessesFork, .crowdedCPU, workers: 100,
          memory: MemorySummary(ussKiBPerWorker: 1_500)),
        MadeUp.cell(
          .pythonThreads, .locked, workers: 100, memory: MemorySummary(stackKiBPerWorker: 48)),
      ],
      says: [
        "keeps 7.81 MiB of private memory", "100 at once keep 781 MiB",
        "a thread's stack holds 48.0 KiB",
      ], advises: ["python-processes-fork keeps 1.46 MiB"]),
    .models(
      "small workers", .memoryPerWorker,
      [
        MadeUp.cell(
          .swiftProcesses, .crowdedCPU, workers: 100, memory: MemorySummary(ussKiBPerWorker: 200))
      ], says: nil),
    .models(
      "two workers", .memoryPerWorker,
      [MadeUp.cell(.swiftProcesses, .cpu, workers: 2, memory: memory)], says: nil),
    .models(
      "not measured", .memoryPerWorker, [MadeUp.cell(.swiftProcesses, .crowdedCPU)], says: nil),

    // MARK: large-parent-forked
    .program(
      "4 forks of 2 GiB", .largeParentForked, large,
      says: [
        "program (100), which has 2.00 GiB, was forked 4 times", "at most 25.0 ms a time",
        "100 ms in all", "page tables (4.00 MiB)",
      ], advises: ["forkserver", "posix_spawn"]),
    .program(
      "4 forks of 2 GiB in large pages, which are quick", .largeParentForked,
      MadeUpProgram.forks(of: 2_097_152, tablesKiB: 100, each: 0.0002), says: nil),
    .program(
      "4 forks of 2 GiB that took too little to be told", .largeParentForked,
      MadeUpProgram.forks(of: 2_097_152, tablesKiB: 4_096, each: nil), says: nil),
    .program(
      "time in the kernel for something else", .largeParentForked,
      MadeUpProgram.forks(of: 20_480, tablesKiB: 80, each: 0.025), says: nil),
    .program(
      "more time in the kernel than forks can take", .largeParentForked,
      MadeUpProgram.forks(of: 204_800, tablesKiB: 400, each: 0.1), says: nil),
    .program(
      "forks that take a fiftieth of the time", .largeParentForked,
      MadeUpProgram.forks(of: 2_097_152, tablesKiB: 4_096, each: 0.005), says: nil),
    .program(
      "on a busy machine, where all takes longer", .largeParentForked, busy,
      says: ["was forked 4 times", "100 ms in all"]),
    .program("no forks", .largeParentForked, MadeUpProgram.good, says: nil),

    // MARK: memory-copied
    .program(
      "two processes read a list of Python", .memoryCopied, copied(163_840, of: 204_800),
      says: [
        "2 processes that program (100) forked copied at least 160 MiB of the 200 MiB that they shared with it",
        "In Python that includes reading",
      ], advises: ["one count for all"]),
    .program(
      "two processes write to what they inherited", .memoryCopied,
      copied(163_840, of: 204_800, isPython: false), says: ["a page is copied as soon as"],
      advises: ["MAP_SHARED"]),
    .program(
      "most of it stays shared", .memoryCopied, copied(102_400, of: 1_048_576), says: nil),
    .program("too little to matter", .memoryCopied, copied(51_200, of: 61_440), says: nil),
    .program("no child was looked at", .memoryCopied, large, says: nil),
    RuleCase(
      name: "a watched run with 4 forks of 2 GiB", claim: .largeParentForked,
      subject: watched(large),
      says: [
        "In an observed run of python-processes-fork, all at once:",
        "which has 2.00 GiB, was forked",
      ]),
    RuleCase(
      name: "a watched run with 4 forks of 20 MiB", claim: .largeParentForked,
      subject: watched(MadeUpProgram.forks(of: 20_480, tablesKiB: 80, each: 0.0002)), says: nil),
  ]

  private static func copied(
    _ copiedKiB: Int, of inheritedKiB: Int, isPython: Bool = true
  ) -> ExplainReport {
    var report = MadeUpProgram.good
    report.starts.forks = [
      ForkCost(
        pid: 100, tid: 100, name: "program", forks: 2, systemSecondsPerFork: nil,
        pageTablesKiB: nil, childrenSeen: 2, inheritedKiB: inheritedKiB, copiedKiB: copiedKiB)
    ]
    report.gil = isPython ? [ObservedGIL(pid: 100, state: .on, version: "3.13.0")] : []
    return report
  }

  private static let large = MadeUpProgram.forks(of: 2_097_152, tablesKiB: 4_096, each: 0.025)

  private static let busy: ExplainReport = {
    var report = MadeUpProgram.program(
      [], wall: 10, shares: [.onCPU: 0.2, .runnable: 9.8], main: [.onCPU: 0.2, .runnable: 9.8])
    report.starts.forks = large.starts.forks
    return report
  }()

  static func watched(_ program: ExplainReport) -> RuleCase.Subject {
    let result = ModelResult(
      model: .pythonProcessesFork, interpreter: nil, schedule: .allAtOnce, workers: 4, error: nil,
      memory: MemorySummary())
    return .comparison(
      Comparison(
        machine: MadeUp.machine(), work: MadeUp.work(), results: [result],
        watched: [WatchedModel(result: result, program: program)]))
  }
}
