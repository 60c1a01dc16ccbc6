import TandemModel

/// Reports at the edges of what may be found.
extension MadeUp {
  /// One model on one schedule, run three times.
  static var oneRun: CompareReport {
    var report = minimal
    report.work = WorkSummary(
      name: "io", kind: .io, items: 1, iterations: nil, workTimeSeconds: 0.1)
    report.machine.cpuQuota = 0.5
    report.machine.effectiveCPUs = 1
    report.runs = [
      run(
        .swiftThreads, .allAtOnce, wall: 0.1012, n: 3, concurrency: 0.99, parallelism: 0.0004,
        start: 41e-6, end: 11e-6, workers: 1)
    ]
    report.verdict = Verdict(
      choice: .undecided, model: nil, workers: nil,
      reason: "Only one model ran; about 6 runs of another would tell.")
    return report
  }

  /// Every model failed, one with a coloured traceback.
  static var allFailed: CompareReport {
    var report = minimal
    report.work = WorkSummary(
      name: "work.py:crunch", kind: .pythonFunction, items: 64, iterations: nil,
      workTimeSeconds: nil)
    report.runs = [
      ModelResult(
        model: .pythonSerial, interpreter: python, schedule: .allAtOnce, workers: 0,
        error:
          "Traceback (most recent call last):\n  File \u{1B}[35m\"work.py\"\u{1B}[0m, line 3, in"
          + " crunch\n    return 1 / i\nZeroDivisionError: division by zero"),
      ModelResult(
        model: .pythonProcessesForkserver, interpreter: python, schedule: .allAtOnce, workers: 2,
        error: "A worker was ended by SIGKILL; was it out of memory? The last lines of its standard"
          + " error were empty."),
    ]
    report.verdict.reason = "No model ran to its end."
    return report
  }

  /// Names that are longer than any column, and hostile.
  static var longNames: CompareReport {
    var report = oneRun
    let long = String(repeating: "a-very-long-folder/", count: 8)
    report.tandemVersion = "0.1.0-dev+7c1c0f3d"
    report.machine.kernel = "6.1.0-18-cloud-amd64-with-a-long-name-that-somebody-gave-it-in-a-build"
    report.work = WorkSummary(
      name: "\(long)работа.py:計算\u{1B}[2J", kind: .pythonFunction, items: 64, iterations: nil,
      workTimeSeconds: nil)
    let interpreter = InterpreterSummary(
      path: "/\(long)bin/python3", version: "3.15.0a1+dev.with.a.long.tail",
      implementation: "CPython",
      gilEnabled: false)
    report.runs.append(
      run(
        .pythonProcessesForkserver, .allAtOnce, on: interpreter, wall: 0.31, concurrency: 1.9,
        parallelism: 1.8, start: 0.013, end: 0.001, server: 0.0129, workers: 64))
    report.runs.append(
      run(
        .swiftThreadsGlobalLock, .allAtOnce, wall: 0.39, concurrency: 1.9, parallelism: 0.99,
        start: 0.013, end: 0.001, workers: 64))
    report.runs[2].outliers = [Outlier(run: 0, cause: "unknown")]
    return report
  }

  /// Numbers of every size, and some that are none.
  static var extremes: CompareReport {
    var report = minimal
    report.work.items = 1_000_000
    report.work.iterations = 1
    report.machine = MachineSummary(
      cpusOnline: 1024, cpusAllowed: 1024, cpuQuota: 511.5, effectiveCPUs: 512, kernel: "6.19")
    var tiny = run(
      .swiftTasks, .allAtOnce, wall: 3.1e-9, concurrency: 1e-9, parallelism: 0, start: 1e-10,
      end: 0, workers: 1)
    tiny.switches = ContextSwitches(voluntary: 0, involuntary: 0)
    var huge = run(
      .swiftProcesses, .allAtOnce, wall: 86_400, concurrency: 1023.7, parallelism: 511.96,
      start: 1234.5, end: 61, server: 61.2, workers: 1_000_000)
    huge.memory.pssKiBPerWorker = 3.4e9
    huge.memory.ussKiBPerWorker = 0.25
    huge.switches = ContextSwitches(voluntary: 123_456_789, involuntary: 1_234_567_890)
    var none = run(
      .swiftThreads, .allAtOnce, wall: .nan, concurrency: .infinity, parallelism: .nan,
      start: -.infinity, end: .nan, workers: 1)
    none.ci95Seconds = Interval(low: .nan, high: .infinity)
    none.switches = ContextSwitches(voluntary: .nan, involuntary: .infinity)
    none.memory.stackKiBPerWorker = .nan
    report.runs = [tiny, huge, none]
    report.differences = [
      Difference(
        slower: .init(model: .swiftProcesses, interpreter: nil),
        faster: .init(model: .swiftTasks, interpreter: nil), schedule: .allAtOnce, n: 12,
        ratio: 2.787e13, ratioCI95: Interval(low: 2.7e13, high: 2.9e13),
        wallDifferenceSeconds: 86_400,
        parts: [StateShare(state: .starting, seconds: 86_400)], residualSeconds: 0,
        sentence: "All of it is starting."),
      Difference(
        slower: .init(model: .swiftThreads, interpreter: nil),
        faster: .init(model: .swiftTasks, interpreter: nil), schedule: .allAtOnce, n: 1,
        ratio: .nan, ratioCI95: nil, wallDifferenceSeconds: .nan,
        parts: [StateShare(state: .gil, seconds: .nan)], residualSeconds: .nan,
        sentence: "Nothing can be said."),
    ]
    report.findings = [
      Finding(
        rule: "too-short", claim: "The work is too short to tell.",
        evidence: ["wall_s": 3.1e-9, "switches": .nan], potentialGain: nil, advice: "Give it more.")
    ]
    return report
  }

  /// Twelve models on both schedules, two interpreters of the same version among them.
  static var many: CompareReport {
    var report = lessonReport
    let second = InterpreterSummary(
      path: "/home/somebody/.venv/bin/python", version: "3.13.0", implementation: "CPython",
      gilEnabled: true)
    let rows: [(ExecutionModel, InterpreterSummary?)] = [
      (.serial, nil), (.swiftTasks, nil), (.swiftThreads, nil), (.swiftThreadsGlobalLock, nil),
      (.swiftProcesses, nil), (.swiftProcessesSpawn, nil), (.pythonSerial, python),
      (.pythonThreads, python), (.pythonProcessesFork, python), (.pythonThreads, second),
      (.pythonThreads, freeThreaded), (.pythonProcessesForkserver, freeThreaded),
    ]
    report.runs = Schedule.allCases.flatMap { schedule in
      rows.enumerated().map { index, row in
        run(
          row.0, schedule, on: row.1, wall: 0.00102 * Double(1 << index) / 1.3, n: 12 - index,
          concurrency: 0.3 * Double(index + 1), parallelism: 0.15 * Double(index + 1),
          start: 9.7e-6 * Double(index + 1), end: 3.3e-6 * Double(index + 1),
          server: row.0 == .swiftProcesses || row.0 == .pythonProcessesForkserver ? 0.0129 : nil)
      }
    }
    report.differences = [
      Difference(
        slower: .init(model: .pythonThreads, interpreter: second.path),
        faster: .init(model: .pythonThreads, interpreter: freeThreaded.path), schedule: .allAtOnce,
        n: 12, ratio: 1.97, ratioCI95: Interval(low: 1.91, high: 2.02),
        wallDifferenceSeconds: 0.201,
        parts: [
          StateShare(state: .gil, seconds: 0.298), StateShare(state: .runnable, seconds: -0.098),
          StateShare(state: .onCPU, seconds: 0.001),
        ], residualSeconds: 0, sentence: "All of it is a CPU left idle by the GIL."),
      lessonReport.differences[0],
    ]
    report.verdict = Verdict(
      choice: .threads, model: .swiftThreads, workers: 2,
      reason: "All at once, threads are 12.2 times as fast as processes and share their memory.")
    return report
  }
}
