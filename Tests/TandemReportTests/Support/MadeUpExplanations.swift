import TandemModel

/// Programs with made-up figures, shaped like real ones.
enum MadeUpExplanations {
  /// A report and what belongs to it.
  struct Sample: Sendable {
    var name: String
    var report: ExplainReport
    var timeline: ObservedTimeline?
  }

  private typealias Phase = MadeUpProgram.Phase
  private typealias Worker = MadeUpProgram.Worker

  static let all = [
    gilBound, lesson, pool, thousand, sleeper, running, notMeasured, crash, noFigures, busy,
  ]

  static func named(_ name: String) -> Sample? { all.first { $0.name == name } }

  private static func worker(
    _ kind: ObservedWorker.Kind, _ pid: Int32, _ tid: Int32, _ name: String, _ phases: [Phase],
    _ voluntary: Double, _ involuntary: Double, start: Double?, pssKiB: Int? = nil
  ) -> Worker {
    Worker(
      kind: kind, pid: pid, tid: tid, name: name, phases: phases,
      switches: ContextSwitches(voluntary: voluntary, involuntary: involuntary),
      startSeconds: start,
      memory: pssKiB.map { WorkerMemory(pssKiB: $0, ussKiB: $0 * 6 / 10, rssKiB: $0 * 3) })
  }

  /// Four CPU-bound threads under a GIL, on two CPUs.
  static let gilBound: Sample = {
    let threads = (0..<4).map { index -> Worker in
      let begin = 0.052 + Double(index) * 0.0004
      return worker(
        .thread, 4711, 4712 + Int32(index), "Thread-\(index + 1) (cr",
        [
          Phase(from: begin, to: 3.93, shares: [.onCPU: 0.246, .gil: 0.746, .runnable: 0.008]),
          Phase(
            from: 3.93, to: 3.99 + Double(index) * 0.008, shares: [.onCPU: 0.3, .gil: 0.7]),
        ], 803 + Double(index) * 7, 41 + Double(index), start: 71e-6 + Double(index) * 4e-6)
    }
    let program = MadeUpProgram(
      command: ["python3", "threads.py"], exit: .code(0), wallSeconds: 4.021,
      workers: [
        .main(
          "python3", 4711,
          [
            Phase(from: 0, to: 0.053, shares: [.onCPU: 0.82, .io: 0.18]),
            Phase(from: 0.053, to: 4.014, shares: [.waitingForWork: 1]),
            Phase(from: 4.014, to: 4.021, shares: [.onCPU: 1]),
          ])
      ] + threads)
    var report = program.report
    report.gil = [
      ObservedGIL(
        pid: 4711, state: .on, version: "3.11.7", heldShare: 0.994,
        waitSeconds: report.totals.gilSeconds,
        handovers: 803, intervalSeconds: 0.005,
        waits: GILIntervalWaits(count: 2_214, meanSeconds: 0.00512, onCPUSeconds: 0.0018),
        longestHold: GILHold(
          seconds: 0.214, waitedSeconds: 0.214, tid: 4714,
          function: ObservedFunction(name: "match", file: "re/__init__.py")),
        holders: [
          GILHolder(tid: 4714, share: 0.262), GILHolder(tid: 4712, share: 0.251),
          GILHolder(tid: 4713, share: 0.244), GILHolder(tid: 4715, share: 0.237),
        ],
        functions: [
          FunctionShare(
            function: ObservedFunction(name: "Table.total", file: "work/table.py", line: 31),
            share: 0.83),
          FunctionShare(
            function: ObservedFunction(name: "match", file: "re/__init__.py"), share: 0.12),
          FunctionShare(
            function: ObservedFunction(name: "<module>", file: "work/__init__.py"), share: 0.01),
        ],
        waitingFunctions: [
          FunctionShare(
            function: ObservedFunction(name: "serve", file: "work/server.py", line: 12), share: 0.9)
        ],
        samples: 1_204)
    ]
    report.sources.accountedCPUSeconds = 3.949
    report.findings = [
      Finding(
        rule: "gil-bound",
        claim: "The GIL let one thread run at a time: four threads waited for it 74.6 % of their"
          + " lives, and 3.9 s of CPU time were left unused.",
        evidence: ["gil_share": 0.746, "lost_cpu_s": 3.9, "threads": 4],
        potentialGain: PotentialGain(
          seconds: 2.03, wallSeconds: report.wallSeconds,
          basis: "the rest is its 3.95 s of CPU time, on 2 CPUs"),
        advice: "Use processes instead (multiprocessing, ProcessPoolExecutor), as many as there are"
          + " CPUs: 2; or a free-threaded build of Python.")
    ]
    return Sample(name: "gil-bound", report: report, timeline: program.timeline)
  }()

  /// The lesson: a hundred threads, each joined before the next is started.
  static let lesson: Sample = {
    let threads = (0..<100).map { index -> Worker in
      let begin = 0.021 + Double(index) * 0.00102
      return worker(
        .thread, 9000, 9001 + Int32(index), "Thread-\(index + 1)",
        [Phase(from: begin, to: begin + 0.00098, shares: [.onCPU: 0.98, .gil: 0.02])], 2, 0,
        start: 68e-6)
    }
    let program = MadeUpProgram(
      command: ["python3", "lesson.py", "--workers", "100"], exit: .code(0), wallSeconds: 0.127,
      workers: [
        .main(
          "python3", 9000,
          [
            Phase(from: 0, to: 0.021, shares: [.onCPU: 0.94, .io: 0.02, .runnable: 0.04]),
            Phase(from: 0.021, to: 0.123, shares: [.waitingForWork: 0.98, .onCPU: 0.02]),
            Phase(from: 0.123, to: 0.127, shares: [.onCPU: 1]),
          ])
      ] + threads, spans: 127)
    var report = program.report
    report.gil = [
      ObservedGIL(
        pid: 9000, state: .on, version: "3.13.0", heldShare: 0.97, waitSeconds: 0.002,
        handovers: 199,
        samples: 61)
    ]
    report.findings = [
      Finding(
        rule: "never-overlapped",
        claim: "No two threads ever overlapped: 100 were started, and at most 1 was at work at a"
          + " time.", evidence: ["max_at_once": 1, "threads": 100],
        potentialGain: nil, advice: "Start all threads before the first join.")
    ]
    report.sources = ObservationSources(
      switches: .exact, lostRecords: 12, lostSeconds: 0.0021, samples: 61, samplingEfficiency: 0.66,
      attributedShare: 0.41)
    report.observer = ObserverCost(cpuSeconds: 0.0081, share: 0.0638)
    return Sample(name: "lesson", report: report, timeline: program.timeline)
  }()

  /// A pool of four processes on two CPUs, with the threads that feed it.
  static let pool: Sample = {
    let processes = (0..<4).map { index -> Worker in
      let begin = 0.061 + Double(index) * 0.0018
      return worker(
        .process, 5102 + Int32(index), 5102 + Int32(index), "python3",
        [
          Phase(from: begin, to: begin + 0.004, shares: [.onCPU: 0.9, .runnable: 0.1]),
          Phase(
            from: begin + 0.004, to: 1.93 - Double(index) * 0.05,
            shares: [.onCPU: 0.492, .runnable: 0.502, .waitingForWork: 0.006]),
          Phase(from: 1.93 - Double(index) * 0.05, to: 2.011, shares: [.waitingForWork: 1]),
        ], 61, 388, start: 0.00121, pssKiB: 6_420)
    }
    let feeders = ["worker handler", "task handler", "result handler"].enumerated().map {
      worker(
        .thread, 5101, 5106 + Int32($0.offset), $0.element,
        [Phase(from: 0.071, to: 2.017, shares: [.waitingForWork: 0.998, .onCPU: 0.002])], 64, 0,
        start: 74e-6)
    }
    let program = MadeUpProgram(
      command: ["python3", "-c", "from work import *; run(pool=4)"], exit: .code(0),
      wallSeconds: 2.034,
      workers: [
        .main(
          "python3", 5101,
          [
            Phase(from: 0, to: 0.062, shares: [.onCPU: 0.9, .io: 0.1]),
            Phase(from: 0.062, to: 2.012, shares: [.waitingForWork: 0.998, .onCPU: 0.002]),
            Phase(from: 2.012, to: 2.034, shares: [.child: 0.6, .onCPU: 0.4]),
          ])
      ] + processes + feeders)
    var report = program.report
    report.gil = ([5101] + (5102..<5106)).map { pid in
      ObservedGIL(
        pid: pid, state: .on, version: "3.12.3", heldShare: pid == 5101 ? 0.034 : 0.493,
        waitSeconds: pid == 5101 ? 0.0021 : 0, handovers: pid == 5101 ? 188 : 1, samples: 402)
    }
    report.locks = [
      ObservedLock(pid: 5102, address: "0x7f3c5a0010a8", waitSeconds: 0.0041, maxWaiters: 3)
    ]
    report.workers[0].io = WorkerIO(
      readBytes: 3_145_728, writtenBytes: 67_108_864, reads: 1_460, writes: 1_210)
    report.data = ProgramData(
      all: WorkerIO(
        readBytes: 72_351_744, writtenBytes: 69_206_016, reads: 9_870, writes: 6_040),
      insideBytes: 58_720_256,
      processes: [
        ProcessData(
          pid: 5101,
          all: WorkerIO(
            readBytes: 3_145_728, writtenBytes: 67_108_864, reads: 1_460, writes: 1_210),
          insideWrittenBytes: 58_720_256, systemSeconds: 0.04),
        ProcessData(
          pid: 5102, parent: 5101,
          all: WorkerIO(readBytes: 16_777_216, writtenBytes: 524_288, reads: 2_080, writes: 1_190),
          insideReadBytes: 15_728_640, partners: [5101]),
      ])
    report.findings = [
      Finding(
        rule: "oversubscribed",
        claim: "Four processes shared 2 CPUs: each waited for one 50 % of its life.",
        evidence: ["processes": 4, "runnable_s": 3.74],
        potentialGain: PotentialGain(
          seconds: 0.031, wallSeconds: report.wallSeconds,
          basis: "the time in which a worker was ready for a CPU"),
        advice: "Two processes would do the same in the same time, with half of the memory.")
    ]
    return Sample(name: "pool", report: report, timeline: program.timeline)
  }()

  /// A thousand short threads, more than are listed.
  static let thousand: Sample = {
    let threads = (0..<1_000).map { index -> Worker in
      let begin = 0.004 + Double(index) * 0.00031
      return worker(
        .thread, 700, 701 + Int32(index), "worker-\(index)",
        [
          Phase(
            from: begin, to: begin + 0.0102,
            shares: [.sleep: 0.94, .onCPU: 0.041, .runnable: 0.012, .lock: 0.007])
        ], 4, 1, start: 26e-6)
    }
    let program = MadeUpProgram(
      command: ["./storm", "1000"], exit: .code(3), wallSeconds: 0.331, cpus: 16,
      workers: [
        .main(
          "storm", 700,
          [
            Phase(from: 0, to: 0.315, shares: [.onCPU: 0.71, .lock: 0.06, .runnable: 0.23]),
            Phase(from: 0.315, to: 0.331, shares: [.waitingForWork: 1]),
          ], pssKiB: 14_200, switches: .init(voluntary: 61, involuntary: 204))
      ] + threads, listed: 200)
    var report = program.report
    report.locks = (0..<7).map {
      ObservedLock(
        pid: 700, address: "0x55d0c8a1f2\($0)0", waitSeconds: 0.05 / Double($0 + 1),
        maxWaiters: 14 - $0)
    }
    report.omitted = [
      Omission(
        what: "the names of 31 threads",
        why: "they ended before they were looked at; the figures count them")
    ]
    return Sample(name: "thousand", report: report, timeline: program.timeline)
  }()

  /// A program that only sleeps.
  static let sleeper: Sample = {
    let program = MadeUpProgram(
      command: ["sleep", "2"], exit: .code(0), wallSeconds: 2.0017,
      workers: [
        .main(
          "sleep", 301,
          [
            Phase(from: 0, to: 0.0014, shares: [.onCPU: 0.62, .io: 0.38]),
            Phase(from: 0.0014, to: 2.0015, shares: [.sleep: 1]),
            Phase(from: 2.0015, to: 2.0017, shares: [.onCPU: 1]),
          ], pssKiB: 212, switches: .init(voluntary: 3, involuntary: 0))
      ])
    return Sample(name: "sleeper", report: program.report, timeline: program.timeline)
  }()

  /// A server that was watched for a while and still runs; sampled.
  static let running: Sample = {
    let threads = (0..<8).map { index -> Worker in
      let place = Double(index)
      let shares: [WorkerState: Double] = [
        .waitingForWork: 0.6 + place * 0.04, .io: 0.3 - place * 0.035, .onCPU: 0.1 - place * 0.005,
      ]
      return worker(
        .thread, 812, 820 + Int32(index), "http-\(index)",
        [Phase(from: 0, to: 5, shares: shares)], 4_120 - place * 311, 12, start: nil)
    }
    let program = MadeUpProgram(
      command: ["/usr/sbin/httpd", "--config", "/etc/httpd/a file.conf"], exit: nil, wallSeconds: 5,
      workers: [
        .main("httpd", 812, [Phase(from: 0, to: 5, shares: [.waitingForWork: 1])], pssKiB: 41_120)
      ] + threads, spans: 50)
    var report = program.report
    report.starts = WorkerStarts(threads: 0, processes: 0)
    report.sources = ObservationSources(
      switches: .sampled, samples: 4_500, samplingEfficiency: 0.88, attributedShare: nil)
    report.omitted = [
      Omission(
        what: "exact switch records",
        why: "perf_event_paranoid is 3; `sysctl kernel.perf_event_paranoid=2` allows them")
    ]
    return Sample(name: "running", report: report, timeline: program.timeline)
  }()

  /// A queue that is emptied only after its writer's end.
  static let hang: Sample = {
    let phases = [Phase(from: 0, to: 1.6, shares: [.waitingForWork: 1])]
    let program = MadeUpProgram(
      command: ["python3", "queue.py"], exit: nil, wallSeconds: 1.6,
      workers: [
        .main("python3", 700, [Phase(from: 0, to: 1.6, shares: [.child: 1])]),
        worker(.process, 701, 701, "python3", phases, 0, 0, start: nil),
        worker(.thread, 701, 702, "QueueFeederThre", phases, 0, 0, start: nil),
      ])
    var report = program.report
    func wait(
      _ pid: Int32, _ tid: Int32, _ name: String, _ target: StandstillWait.Target,
      _ object: String?, in function: ObservedFunction? = nil, by others: [Int32]
    ) -> StandstillWait {
      StandstillWait(
        pid: pid, tid: tid, name: name, target: target, object: object, function: function,
        couldEnd: others, nobodyElse: true)
    }
    var limited = wait(700, 700, "python3", .processEnd, "process 701", by: [701, 702])
    (limited.hasLimit, limited.limitSeconds) = (true, 30)
    report.standstills = [
      ObservedStandstill(
        startedSeconds: 0, seconds: 1.6, isOver: false, isWholeProgram: true, neverEnds: true,
        reason: .ring, endedObservation: true,
        waits: [
          wait(
            700, 700, "python3", .processEnd, "process 701",
            in: ObservedFunction(name: "drain", file: "work/queue.py", line: 20), by: [701, 702]),
          wait(701, 701, "python3", .pythonLock, "0x7f3c5a0010a8", by: [702]),
          wait(701, 702, "QueueFeederThre", .pipeRoom, "pipe 4711", by: [700, 701]),
        ], ring: [700, 701, 702]),
      ObservedStandstill(
        startedSeconds: 0, seconds: 1.2, isOver: true, isWholeProgram: true,
        waits: [limited, wait(701, 701, "python3", .pythonLock, nil, by: [700, 702])],
        moreWaits: 3),
      ObservedStandstill(
        startedSeconds: 0, seconds: 1.1, isOver: true, isWholeProgram: false, neverEnds: true,
        reason: .oneThread, waits: [wait(701, 701, "python3", .lock, "0x7f3c5a0010a8", by: [])]),
    ]
    return Sample(name: "hang", report: report, timeline: program.timeline)
  }()

  /// An interpreter whose layout isn't known.
  static let notMeasured: Sample = {
    var program = MadeUpProgram(
      command: ["/opt/python-3.16/bin/python3", "threads.py"], exit: .code(1), wallSeconds: 1.204,
      workers: [
        .main(
          "python3", 4000,
          [
            Phase(from: 0, to: 0.06, shares: [.onCPU: 1]),
            Phase(from: 0.06, to: 1.204, shares: [.waitingForWork: 1]),
          ])
      ])
    program.workers += (0..<2).map {
      worker(
        .thread, 4000, 4001 + $0, "Thread-\($0 + 1)",
        [Phase(from: 0.06, to: 1.2, shares: [.onCPU: 0.49, .lock: 0.4, .other: 0.11])], 210, 3,
        start: 80e-6)
    }
    var report = program.report
    report.totals.gilIsMeasured = false
    for index in report.workers.indices { report.workers[index].totals.gilIsMeasured = false }
    report.workers[2].memory = nil
    report.workers[2].switches = nil
    report.gil = [
      ObservedGIL(
        pid: 4000, state: .notMeasured, version: "3.16.0a2",
        reason: "the layout of this version isn't known"),
      ObservedGIL(pid: 4001, state: .notMeasured, reason: "its memory may not be read (EPERM)"),
      ObservedGIL(pid: 4002, state: .off, version: "3.14.0t", samples: 8),
    ]
    return Sample(name: "not-measured", report: report, timeline: program.timeline)
  }()

  /// A crash, after a convoy on one mutex.
  static let crash: Sample = {
    let threads = (0..<4).map {
      worker(
        .thread, 77, 78 + $0, "convoy",
        [Phase(from: 0.001, to: 0.842, shares: [.onCPU: 0.26, .lock: 0.73, .runnable: 0.01])],
        18_204, 9, start: 31e-6)
    }
    let program = MadeUpProgram(
      command: ["./convoy"], exit: .signal(11), wallSeconds: 0.8423, cpus: 4,
      workers: [
        .main(
          "convoy", 77,
          [
            Phase(from: 0, to: 0.001, shares: [.onCPU: 1]),
            Phase(from: 0.001, to: 0.8423, shares: [.waitingForWork: 1]),
          ], pssKiB: 860)
      ] + threads)
    var report = program.report
    report.locks = [
      ObservedLock(
        pid: 77, address: "0x555555558040", waitSeconds: report.totals[.lock], maxWaiters: 3)
    ]
    report.sources.throttledSeconds = 0.41
    report.findings = [
      Finding(
        rule: "lock-bound",
        claim: "Workers waited for one lock 73 % of their time, up to 3 at once.",
        evidence: ["lock_s": report.totals[.lock], "max_waiters": 3],
        potentialGain: nil,
        advice: "Hold the lock at 0x555555558040 shorter, or give each thread data of its own.")
    ]
    return Sample(name: "crash", report: report, timeline: program.timeline)
  }()

  /// Nothing but what must be there, with names that somebody hostile chose.
  static let noFigures: Sample = {
    let report = ExplainReport(
      tandemVersion: "0.1.0-dev+7c1c0f3d",
      machine: MachineSummary(
        cpusOnline: 2, cpusAllowed: 1, cpuQuota: 0.5, effectiveCPUs: 1,
        kernel: "6.1.0-18-cloud-amd64-with-a-long-name-that-somebody-gave-it-in-a-build"),
      command: ["./it's\u{1B}[2J", "", String(repeating: "a-long-argument/", count: 30)],
      exit: .signal(40), wallSeconds: 0, concurrency: 0, demand: 0, parallelism: 0, maxAtOnce: 0,
      totals: StateSeconds(), wallShares: [],
      lostCPU: LostCPU(cpus: 0.5, parts: [], noWorkerSeconds: 0), workers: [],
      starts: WorkerStarts(threads: 0, processes: 0),
      sources: ObservationSources(switches: .sampled),
      observer: ObserverCost(cpuSeconds: 0, share: 0))
    return Sample(name: "no-figures", report: report, timeline: nil)
  }()

  /// Several processes with threads of their own, and more workers than there are rows.
  static let busy: Sample = {
    var workers: [Worker] = [
      .main("make", 20_000, [Phase(from: 0, to: 61.2, shares: [.child: 0.99, .onCPU: 0.01])])
    ]
    for process in 0..<6 {
      let pid = Int32(20_100 + process * 100)
      let begin = 0.4 + Double(process) * 9.1
      let phases = [
        Phase(from: begin, to: begin + 2, shares: [.io: 0.7, .onCPU: 0.3]),
        Phase(from: begin + 2, to: begin + 14.9, shares: [.onCPU: 0.7, .runnable: 0.3]),
      ]
      workers.append(
        worker(
          .process, pid, pid, "swift-frontend\u{202E}", phases, 1_204, 9_120, start: 0.0021,
          pssKiB: 412_000 + process * 9_000))
      for thread in 0..<8 {
        let place = Double(thread)
        let shares: [WorkerState: Double] = [
          .onCPU: 0.05 + 0.04 * place, .waitingForWork: 0.5, .lock: 0.1,
          .other: 0.35 - 0.04 * place,
        ]
        let name = thread == 0 ? "" : "llvm-worker-\(thread)"
        workers.append(
          worker(
            .thread, pid, pid + 1 + Int32(thread), name,
            [Phase(from: begin + 3, to: begin + 14, shares: shares)], 88, 12, start: 44e-6))
      }
    }
    let program = MadeUpProgram(
      command: ["make", "-j", "8"], exit: .code(0), wallSeconds: 61.2, cpus: 8, workers: workers)
    return Sample(name: "busy", report: program.report, timeline: program.timeline)
  }()
}
