import TandemModel

@testable import TandemLab
@testable import TandemReport

/// Reports of every kind whose short form is held to its promises.
enum ShortSamples {
  /// All, each with a name.
  static let all: [(name: String, report: any TerminalReport)] =
    explanations + comparisons + differences + sweeps

  /// The names whose text at several widths is kept.
  static let kept = [
    "pool", "gil-bound", "io", "hang", "launcher", "running", "thousand", "crash", "everything",
    "lesson", "full", "python", "swept", "scaling", "all-failed", "versus", "sweep-workers",
  ]

  static func named(_ name: String) -> (any TerminalReport)? {
    all.first { $0.name == name }?.report
  }

  // MARK: Programs

  /// A report as the command has it: with its timeline and its answer.
  private static func whole(_ sample: MadeUpExplanations.Sample) -> ExplainReport {
    var report = sample.report
    report.timeline = sample.timeline?.kept(of: report.workers)
    report.sentence = ProgramAnswer(report).sentence
    return report
  }

  private static let explanations: [(String, any TerminalReport)] =
    MadeUpExplanations.all.filter { $0.name != "lesson" }.map { ($0.name, whole($0)) }
    + [("hang", hang), ("io", io), ("launcher", launcher), ("everything", everything)]

  /// A queue that is emptied only after its writer's end.
  private static let hang: ExplainReport = {
    var sample = MadeUpExplanations.hang
    sample.report.findings = [
      Finding(
        rule: "stands-still",
        claim: """
          For 1.60 s so far, the program has stood still, and will never go on by itself: its workers wait \
          for each other in a ring.
          """, evidence: ["standstill_s": 1.6], potentialGain: nil,
        advice: "Take everything out of the queue before joining the process that puts it in.")
    ]
    return whole(sample)
  }()

  /// Four threads that wait for a server.
  private static let io: ExplainReport = {
    var sample = MadeUpExplanations.running
    sample.report.exit = .code(0)
    sample.report.wallShares = [
      StateShare(state: .io, seconds: 4.6), StateShare(state: .onCPU, seconds: 0.4),
    ]
    sample.report.findings = [
      Finding(
        rule: "io-bound", claim: "Waiting for I/O took 92 % of the wall time.",
        evidence: ["io_wall_share": 0.92],
        potentialGain: PotentialGain(seconds: 4.1, wallSeconds: 5, basis: "the time in I/O"),
        advice: "Let the waits overlap: start more workers.")
    ]
    return whole(sample)
  }()

  /// A script that found an interpreter, whose program left a process behind.
  private static let launcher: ExplainReport = {
    var sample = MadeUpExplanations.gilBound
    sample.report.launcher = Launcher(wallSeconds: 0.28, cpuSeconds: 0.2, processes: 40)
    sample.report.leftRunning = [LeftProcess(pid: 4_711, name: "daemon")]
    return whole(sample)
  }()

  /// As much as there can be: long findings, a standstill, a launcher, much that wasn't seen.
  private static let everything: ExplainReport = {
    var report = MadeUpExplanations.hang.report
    report.exit = .signal(9)
    report.command = ["/usr/bin/python3", "-c", String(repeating: "x = 1; ", count: 40)]
    report.launcher = Launcher(wallSeconds: 0.28, cpuSeconds: 0.2, processes: 40)
    report.leftRunning = (0..<9).map { LeftProcess(pid: 4_700 + $0, name: "left-behind-\($0)") }
    let long = String(repeating: "a claim of many words that goes on and on, ", count: 9) + "here."
    report.findings = (0..<6).map { index in
      Finding(
        rule: "stands-still", claim: "Number \(index) is \(long)", evidence: [:],
        potentialGain: PotentialGain(seconds: 1, wallSeconds: 1.6, basis: "a reason"),
        advice: "Do \(long)")
    }
    report.omitted = (0..<7).map { Omission(what: "the thing \($0)", why: long) }
    report.sources.lostSeconds = 0.3
    report.observer.cost = CostRuns(
      pairsAsked: 9, plainWallSeconds: [1.6, 1.6], observedWallSeconds: [1.6, 1.7], wallRatio: 1.03,
      plainCPUSeconds: 1, observedCPUSeconds: 1.1, switchesPerSecond: 1_200,
      reason: "It was interrupted.")
    report.sentence = ProgramAnswer(report).sentence
    return report
  }()

  // MARK: The others

  private static let comparisons: [(String, any TerminalReport)] = [
    ("lesson", MadeUp.lessonReport), ("full", MadeUp.full), ("swept", MadeUp.swept),
    ("watched", MadeUp.watched), ("all-failed", MadeUp.allFailed), ("nothing", MadeUp.minimal),
    ("every-null", MadeUp.everyNull), ("one-run", MadeUp.oneRun), ("many", MadeUp.many),
    ("long-names", MadeUp.longNames), ("extremes", MadeUp.extremes), ("python", python),
    ("scaling", scaling),
  ]

  /// A Python function that processes make faster.
  private static let python: CompareReport = {
    var report = MadeUp.lessonReport
    report.work = WorkSummary(
      name: "work.py:crunch", kind: .pythonFunction, items: 16, iterations: nil,
      workTimeSeconds: nil)
    func run(_ model: ExecutionModel, _ wall: Double, workers: Int, parallelism: Double)
      -> ModelResult
    {
      MadeUp.run(
        model, .allAtOnce, on: MadeUp.python, wall: wall, concurrency: Double(max(1, workers)),
        parallelism: parallelism, workers: workers)
    }
    report.runs = [
      run(.pythonSerial, 2.04, workers: 0, parallelism: 1),
      run(.pythonThreads, 2.11, workers: 4, parallelism: 0.99),
      run(.pythonProcessesFork, 1.07, workers: 4, parallelism: 1.91),
      run(.pythonProcessesSpawn, 1.31, workers: 4, parallelism: 1.6),
    ]
    func side(_ model: ExecutionModel) -> Difference.Side {
      Difference.Side(model: model, interpreter: MadeUp.python.path)
    }
    report.differences = [
      Difference(
        slower: side(.pythonSerial), faster: side(.pythonProcessesFork), schedule: .allAtOnce,
        n: 12, ratio: 1.906, ratioCI95: Interval(low: 1.88, high: 1.93),
        wallDifferenceSeconds: 0.97,
        parts: [
          StateShare(state: .onCPU, seconds: 1.02), StateShare(state: .starting, seconds: -0.03),
          StateShare(state: .ending, seconds: -0.012), StateShare(state: .runnable, seconds: -0.02),
          StateShare(state: .other, seconds: 0.005), StateShare(state: .movingData, seconds: 0.004),
        ], residualSeconds: 0.003, sentence: "")
    ]
    report.verdict = Verdict(
      choice: .processes, model: .pythonProcessesFork, workers: 2,
      reason: """
        Processes are faster: python-threads took 2.11 s and python-processes-fork 1.07 s all at once \
        (1.97 times, 95 % interval 1.95–1.99); the same work without workers took 2.04 s; it computes, so \
        2 workers, one for each CPU (4 were measured).
        """)
    return report
  }()

  /// A sweep that a model with workers wins.
  private static let scaling: CompareReport = {
    var report = MadeUp.swept
    report.verdict = Verdict(
      choice: .threads, model: .swiftThreads, workers: 4, reason: "Threads are faster.")
    return report
  }()

  private static let differences: [(String, any TerminalReport)] = [
    ("versus", MadeUpComparisons.difference),
    (
      "versus-once",
      ExplainDifference(
        first: MadeUpExplanations.sleeper.report, second: MadeUpExplanations.crash.report)
    ),
  ]

  private static let sweeps: [(String, any TerminalReport)] =
    MadeUpComparisons.sweeps.map { ("sweep-\($0.name)", $0.sweep) }
}
