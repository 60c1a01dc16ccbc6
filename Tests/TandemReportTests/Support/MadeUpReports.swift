import TandemModel

/// Reports with made-up figures, shaped like real ones.
enum MadeUp {
  /// Reports by name: a test's argument is printed with each of its cases, and a whole report is thousands of characters.
  static let reports: [String: CompareReport] = [
    "full": full, "minimal": minimal, "every-null": everyNull, "lesson": lessonReport,
  ]
  static let machine = MachineSummary(
    cpusOnline: 2, cpusAllowed: 2, cpuQuota: nil, effectiveCPUs: 2, kernel: "6.1.0-18-amd64")
  static let lesson = WorkSummary(
    name: "squares", kind: .squares, items: 100, iterations: 10_000, workTimeSeconds: nil)
  static let python = InterpreterSummary(
    path: "/usr/bin/python3", version: "3.13.0", implementation: "CPython", gilEnabled: true)
  static let freeThreaded = InterpreterSummary(
    path: "/opt/python-3.14t/bin/python3.14t", version: "3.14.0", implementation: "CPython",
    gilEnabled: false)

  /// Wall times around a median, without a random number.
  static func walls(_ median: Double, _ n: Int) -> [Double] {
    (0..<n).map { median * (1 + 0.01 * Double(($0 * 7) % n - n / 2)) }
  }

  /// A model with figures that follow from a few.
  static func run(
    _ model: ExecutionModel, _ schedule: Schedule, on interpreter: InterpreterSummary? = nil,
    wall: Double, n: Int = 12, concurrency: Double, parallelism: Double, start: Double = 0,
    end: Double = 0, server: Double? = nil, workers: Int = 100
  ) -> ModelResult {
    let kind = model.workerKind
    let memory =
      switch kind {
      case .process:
        MemorySummary(
          pssKiBPerWorker: model.isPython ? 6_420 : 412,
          ussKiBPerWorker: model.isPython ? 4_915 : 236,
          how: "/proc/PID/smaps_rollup", when: "all workers inside their bodies")
      case .thread:
        MemorySummary(
          stackKiBPerWorker: model.isPython ? 36 : 12,
          how: "/proc/self/smaps of the stack's mapping",
          when: "all workers inside their bodies")
      case .task, .none: MemorySummary()
      }
    return ModelResult(
      model: model, interpreter: interpreter, schedule: schedule,
      workers: kind == .none ? 0 : workers, n: n, wallSeconds: walls(wall, n), blocks: Array(0..<n),
      medianSeconds: wall,
      ci95Seconds: n < 6 ? nil : Interval(low: wall * 0.982, high: wall * 1.017),
      concurrency: concurrency, parallelism: parallelism, cpuSeconds: wall * max(parallelism, 0.6),
      onCPUSeconds: wall * parallelism, runnableSeconds: wall * 0.01, blockedSeconds: 0,
      serverStartSeconds: server,
      startSecondsPerWorker: kind == .none ? nil : start,
      endSecondsPerWorker: kind == .none ? nil : end,
      switches: model == .swiftTasks
        ? nil
        : ContextSwitches(
          voluntary: kind == .none ? 2 : 204, involuntary: kind == .process ? 1_204 : 3),
      memory: memory,
      shares: [StateShare(state: .onCPU, seconds: walls(wall, n).reduce(0, +) / Double(n))],
      notMeasured: model == .swiftTasks ? ["switches: a task shares its thread with others"] : [])
  }

  /// The lesson's experiment on two idle CPUs, with one interpreter.
  static var lessonReport: CompareReport {
    CompareReport(
      tandemVersion: "0.1.0", machine: machine, work: lesson, seed: 7_316_409_218_733,
      runs: [
        run(.serial, .oneAtATime, wall: 0.00102, concurrency: 0.99, parallelism: 0.99),
        run(
          .swiftThreads, .oneAtATime, wall: 0.00304, concurrency: 0.34, parallelism: 0.33,
          start: 15.4e-6, end: 6.1e-6),
        run(
          .swiftProcesses, .oneAtATime, wall: 0.0602, concurrency: 0.018, parallelism: 0.017,
          start: 412e-6, end: 148e-6, server: 0.00312),
        run(
          .pythonThreads, .oneAtATime, on: python, wall: 0.0981, concurrency: 0.91,
          parallelism: 0.9,
          start: 71e-6, end: 22e-6),
        run(
          .pythonProcessesFork, .oneAtATime, on: python, wall: 0.312, concurrency: 0.31,
          parallelism: 0.3, start: 0.00121, end: 0.00092),
        run(
          .pythonProcessesSpawn, .oneAtATime, on: python, wall: 5.61, n: 3, concurrency: 0.02,
          parallelism: 0.019, start: 0.0504, end: 0.0041),
        run(.serial, .allAtOnce, wall: 0.00102, concurrency: 0.99, parallelism: 0.99),
        run(
          .swiftTasks, .allAtOnce, wall: 0.000612, concurrency: 1.91, parallelism: 1.88,
          start: 141e-6, end: 3e-6),
        run(
          .swiftThreads, .allAtOnce, wall: 0.00241, concurrency: 1.12, parallelism: 0.43,
          start: 32e-6, end: 9.4e-6),
        run(
          .swiftProcesses, .allAtOnce, wall: 0.0371, concurrency: 1.31, parallelism: 0.029,
          start: 612e-6, end: 0.0171, server: 0.00309),
        run(
          .pythonThreads, .allAtOnce, on: python, wall: 0.0994, concurrency: 1.4, parallelism: 0.94,
          start: 102e-6, end: 24e-6),
        run(
          .pythonProcessesFork, .allAtOnce, on: python, wall: 0.241, concurrency: 4.8,
          parallelism: 0.41, start: 0.00184, end: 0.00612),
      ],
      differences: [
        Difference(
          slower: .init(model: .swiftProcesses, interpreter: nil),
          faster: .init(model: .swiftThreads, interpreter: nil), schedule: .oneAtATime, n: 12,
          ratio: 19.8, ratioCI95: Interval(low: 19.1, high: 20.6), wallDifferenceSeconds: 0.05716,
          parts: [
            StateShare(state: .starting, seconds: 0.03966),
            StateShare(state: .ending, seconds: 0.01419),
            StateShare(state: .startingServer, seconds: 0.00312),
            StateShare(state: .onCPU, seconds: -0.00021),
            StateShare(state: .runnable, seconds: 0.00014),
            StateShare(state: .preparing, seconds: 0.00018),
          ], residualSeconds: 0.00008,
          sentence:
            "All of it is starting and ending: each process took 412 µs to start and 148 µs to end, "
            + "a thread 15.4 µs and 6.1 µs, for a body of 10.2 µs."),
        Difference(
          slower: .init(model: .pythonProcessesFork, interpreter: python.path),
          faster: .init(model: .pythonThreads, interpreter: python.path), schedule: .allAtOnce,
          n: 5, ratio: 2.42, ratioCI95: nil, wallDifferenceSeconds: 0.1416,
          parts: [
            StateShare(state: .starting, seconds: 0.1312),
            StateShare(state: .ending, seconds: 0.0522),
            StateShare(state: .gil, seconds: -0.0391), StateShare(state: .onCPU, seconds: -0.0018),
          ], residualSeconds: -0.0009,
          sentence: "Starting processes cost more than the global lock did."),
      ],
      findings: [
        Finding(
          rule: "never-overlapped",
          claim: "One at a time, no two workers ever overlapped: concurrency is 0.99 at most, so"
            + " nothing could run in parallel, under any model.",
          evidence: ["max_concurrency": 0.99, "schedule_models": 6],
          potentialGain: nil,
          advice: "Start all workers before the first join; compare with --schedule all-at-once."),
        Finding(
          rule: "starting-dominates",
          claim: "Starting and ending swift-processes took 93.2 % of their wall time of 60.2 ms.",
          evidence: [
            "start_and_end_share": 0.932, "wall_s": 0.0602, "start_s_per_worker": 0.000412,
          ],
          potentialGain: nil, advice: "Keep the workers and give them many items each: a pool."),
      ],
      verdict: Verdict(
        choice: .serial, model: .serial, workers: nil,
        reason: "An item takes 10.2 µs, less than starting any worker: run them in a loop, or give"
          + " each worker at least 10 ms of work."),
      omitted: [
        Omission(
          what: "python-processes-spawn, all at once",
          why: "one run would take about 6 s, a fifth of the time budget; ask for it with --models"
            + " python-processes-spawn.")
      ])
  }

  /// A report with nothing in it but what must be.
  static var minimal: CompareReport {
    CompareReport(
      tandemVersion: "0.1.0", machine: machine, work: lesson, seed: 1, runs: [], differences: [],
      findings: [],
      verdict: Verdict(choice: .undecided, model: nil, workers: nil, reason: "Nothing was run."),
      omitted: [])
  }

  /// A report where every value that may be null is null.
  static var everyNull: CompareReport {
    var report = minimal
    report.work = WorkSummary(
      name: "work.py:crunch", kind: .pythonFunction, items: 1, iterations: nil, workTimeSeconds: nil
    )
    let silent = InterpreterSummary(
      path: "/usr/bin/pypy3", version: "7.3", implementation: "PyPy", gilEnabled: nil)
    report.runs = [
      ModelResult(
        model: .pythonThreads, interpreter: silent, schedule: .allAtOnce, workers: 1, n: 1,
        wallSeconds: [1], blocks: [0]),
      ModelResult(model: .swiftThreads, interpreter: nil, schedule: .allAtOnce, workers: 1),
    ]
    report.differences = [
      Difference(
        slower: .init(model: .pythonThreads, interpreter: silent.path),
        faster: .init(model: .swiftThreads, interpreter: nil), schedule: .allAtOnce, n: 1, ratio: 1,
        ratioCI95: nil, wallDifferenceSeconds: 0, parts: [], residualSeconds: 0, sentence: "")
    ]
    return report
  }

  /// A report that uses every key, with every list filled.
  static var full: CompareReport {
    var report = lessonReport
    report.machine.cpuQuota = 1.5
    report.work.workTimeSeconds = 0.1
    report.runs[2].outliers = [Outlier(run: 4, cause: "9 times the usual involuntary switches")]
    report.runs[3].error = "ValueError: too many squares"
    report.differences[0].parts = WorkerState.allCases.map { StateShare(state: $0, seconds: 0.001) }
    report.differences[0].wallDifferenceSeconds =
      0.001 * Double(WorkerState.allCases.count) + report.differences[0].residualSeconds
    report.verdict.workers = 2
    report.runs[2].longestWorkerSeconds = 12e-6
    report.runs[2].meanWorkerSeconds = 10.2e-6
    report.runs[2].pool = PoolSummary(
      tasks: 100, taskSeconds: 10.2e-6, overheadSPerTask: 3.4e-6, codingSeconds: 21e-6,
      bytesIn: 1_800,
      bytesOut: 900, waitingP50Seconds: 110e-6, waitingP99Seconds: 320e-6, started: 4, deaths: 0)
    report.sweep = sweep
    watch(&report)
    return report
  }

  /// Adds watched runs of two models, one of them with reports that disagree and a GIL.
  static func watch(_ report: inout CompareReport) {
    report.runs[2].observedRuns = ObservedRuns(
      n: 3, wallSeconds: [0.0032, 0.0031, 0.0033], medianSeconds: 0.0032, ratioToTimed: 1.06,
      agreesWithTimed: false, switches: .exact,
      workerSeconds: [
        StateShare(state: .onCPU, seconds: 0.0023), StateShare(state: .runnable, seconds: 0.0001),
        StateShare(state: .lock, seconds: 0.0006),
      ],
      checks: [ReportCheck(figure: .onCPU, reported: 0.0023, observed: 0.0023, agrees: true)],
      observerCPUSeconds: 0.0004)
    report.runs[2].sharesFrom = .observed
    report.differences[0].partsFrom = .observed
    guard let index = report.runs.firstIndex(where: { $0.model == .pythonThreads }) else { return }
    report.runs[index].observedRuns = ObservedRuns(
      n: 1, wallSeconds: [0.0621], medianSeconds: 0.0621, ratioToTimed: 1.03, agreesWithTimed: true,
      switches: .sampled, lostRecords: 12, workersUnseen: 2,
      workerSeconds: [
        StateShare(state: .onCPU, seconds: 0.1), StateShare(state: .gil, seconds: 0.29),
        StateShare(state: .other, seconds: 0.01),
      ], gilHandovers: 41,
      checks: [
        ReportCheck(figure: .gil, reported: 0.2, observed: 0.29, agrees: false),
        ReportCheck(figure: .startsInOrder, reported: 4, observed: 4, agrees: true),
      ], observerCPUSeconds: 0.002)
  }

  /// A sweep with every key: one model with a curve, one without, one that fails with four workers.
  static var sweep: Sweep {
    func point(_ workers: Int, _ wall: Double, fitted: Double?, out: String? = nil) -> SweepPoint {
      SweepPoint(
        workers: workers, itemsPerWorker: 128 / workers, n: 12, wallSeconds: walls(wall, 12),
        blocks: Array(0..<12), medianSeconds: wall,
        ci95Seconds: Interval(low: wall * 0.99, high: wall * 1.01),
        cpuSeconds: 1 + 0.01 * Double(workers), speedup: 1 / wall,
        speedupCI95: Interval(low: 0.98 / wall, high: 1.02 / wall),
        karpFlatt: workers == 1
          ? nil : (wall - 1 / Double(workers)) / (1 - 1 / Double(workers)),
        fittedSeconds: fitted, notInFit: out)
    }
    let fit = ScalingFit(
      law: .usl, points: 5, oneWorkerSeconds: 1.002, serialShare: 0.031,
      serialShareCI90: Interval(low: 0.024, high: 0.038), unboundedSerialShare: -0.002,
      pairCost: 0.0042, pairCostCI90: Interval(low: 0.0038, high: 0.0046), peakWorkers: 15,
      peakCI90: Interval(low: 14.1, high: 16.4), speedupLimit: 32.3, largestError: 0.012)
    return Sweep(
      counts: [1, 2, 4, 8, 16, 32], items: 128,
      series: [
        SweepSeries(
          model: .swiftThreads, interpreter: nil, schedule: .allAtOnce, baseline: .oneWorker,
          points: [
            point(1, 1, fitted: 1.002), point(2, 0.52, fitted: 0.521),
            point(4, 0.286, fitted: 0.286), point(8, 0.18, fitted: 0.182),
            point(16, 0.155, fitted: 0.156),
            point(32, 0.157, fitted: nil, out: "more workers than can have a CPU (16)"),
          ], fit: fit, fitNote: "More than N times as fast with N workers.",
          recommendation: WorkerRecommendation(
            workers: 16, reason: "16 workers took 155 ms, the least that was measured.")),
        SweepSeries(
          model: .pythonProcessesFork, interpreter: python.path, schedule: .allAtOnce,
          baseline: .serial,
          points: [
            point(2, 0.61, fitted: nil), point(4, 0.6, fitted: nil),
            SweepPoint(
              workers: 8, itemsPerWorker: 16, error: "worker 5 was ended by signal 9",
              notInFit: "it has no runs"),
          ], fit: nil, fitNote: "No curve: it needs 3 different numbers of workers.",
          recommendation: WorkerRecommendation(
            workers: nil, undecidedBetween: [2, 4],
            reason: "Whether 2 workers are within 5 % of the best, 4 workers, is open.")),
        SweepSeries(
          model: .swiftTasks, interpreter: nil, schedule: .allAtOnce, baseline: nil,
          points: [
            SweepPoint(
              workers: 2, itemsPerWorker: 64, n: 1, wallSeconds: [0.5], blocks: [0],
              medianSeconds: 0.5)
          ],
          fit: ScalingFit(
            law: .amdahl, points: 3, oneWorkerSeconds: 1, serialShare: 0, largestError: 0.001),
          fitNote: nil,
          recommendation: WorkerRecommendation(workers: nil, reason: "Nothing was measured.")),
      ])
  }

  /// The lesson's report with watched runs.
  static var watched: CompareReport {
    var report = lessonReport
    watch(&report)
    return report
  }

  /// A sweep of three models.
  static var swept: CompareReport {
    var report = lessonReport
    report.sweep = sweep
    return report
  }
}
