import TandemModel

@testable import TandemLab

extension RulesTests {
  private static let pythonSerial = MadeUp.cell(.pythonSerial, MadeUp.Worker(onCPU: 0.1))

  /// Four threads under the lock of an interpreter of some version.
  private static func fourUnderTheLock(of version: String) -> ExplainReport {
    var program = MadeUpProgram.fourUnderOneLock(lost: 2)
    program.gil = [ObservedGIL(pid: 100, state: .on, version: version, waitSeconds: 6)]
    return program
  }

  private static let waitingForAServer: ExplainReport = {
    var program = MadeUpProgram.waiting(.io, workers: 1)
    program.io = [
      ObservedIO(with: "TCP 10.0.0.1:5432", waitSeconds: 1.8),
      ObservedIO(with: "/var/log/it", waitSeconds: 0.1),
    ]
    return program
  }()

  private static let handingOut: ExplainReport = {
    var program = MadeUpProgram.fourUnderOneLock(lost: 2)
    program.workers[1].role = .manager
    return program
  }()

  private static let convoy = MadeUpProgram.program(
    MadeUpProgram.workers(4, [.onCPU: 0.5, .lock: 1.5]), wall: 2,
    shares: [.onCPU: 0.5, .lock: 1.5], lost: [.lock: 2],
    locks: [ObservedLock(pid: 100, address: "0x7f00", waitSeconds: 5.5, maxWaiters: 3)])

  /// A model whose watched run was this program, and what its workers did in their bodies.
  private static func watched(
    _ model: ExecutionModel, _ program: ExplainReport, inBodies: [WorkerState: Double]? = nil
  ) -> RuleCase.Subject {
    var result = ModelResult(
      model: model, interpreter: nil, schedule: .allAtOnce, workers: 4, error: nil,
      memory: MemorySummary())
    result.observedRuns = inBodies.map { seconds in
      ObservedRuns(
        n: 1, wallSeconds: [2], medianSeconds: 2, ratioToTimed: 1, agreesWithTimed: true,
        switches: .exact, lostRecords: 0,
        workerSeconds: WorkerState.allCases.compactMap { state in
          seconds[state].map { StateShare(state: state, seconds: $0) }
        }, checks: [], observerCPUSeconds: 0)
    }
    return .comparison(
      Comparison(
        machine: MadeUp.machine(), work: MadeUp.work(), results: [result],
        watched: [WatchedModel(result: result, program: program)]))
  }

  /// The cases of the rules about what workers wait for.
  static let waitCases: [RuleCase] = gilCases + lockCases + ioCases

  private static let gilCases: [RuleCase] = [
    .models(
      "Python's threads, and the model of a lock", .gilBound,
      [
        MadeUp.cell(.swiftThreads, .crowdedCPU), MadeUp.cell(.swiftThreadsGlobalLock, .locked),
        MadeUp.cell(.pythonThreads, .locked), MadeUp.cell(.pythonProcessesFork, .crowdedCPU),
      ], says: ["threads were in progress but only 1.00 on a CPU (of 2)"],
      advises: [
        "Use swift-threads, which have no global lock (202 ms without the lock, 402 ms with it)",
        "python-processes-fork took 202 ms instead of 402 ms",
      ], count: 2),
    .models(
      "the wait isn't measured", .gilBound, [pythonSerial, MadeUp.cell(.pythonThreads, .blocked)],
      says: ["one global lock"], advises: ["--models"], lacks: ["lock_wait_s"]),
    .models(
      "the model of a lock makes no difference", .gilBound,
      [
        MadeUp.cell(.swiftThreadsGlobalLock, MadeUp.Worker(onCPU: 0.1, gil: 0.3)),
        MadeUp.cell(.swiftThreads, MadeUp.Worker(onCPU: 0.1, runnable: 0.3)),
      ], says: [], advises: ["makes no difference that matters"]),
    .models(
      "the work releases the lock", .gilBound,
      [pythonSerial, MadeUp.cell(.pythonThreads, .crowdedCPU)], says: nil),
    .models(
      "no lock in this interpreter", .gilBound,
      [MadeUp.cell(.pythonThreads, .blocked, interpreter: MadeUp.freeThreaded)], says: nil),
    .models(
      "work that waits keeps no CPU busy", .gilBound,
      [MadeUp.cell(.pythonSerial, .waiting), MadeUp.cell(.pythonThreads, .waiting)],
      work: MadeUp.work(.io), says: nil),
    .models(
      "one CPU", .gilBound, [pythonSerial, MadeUp.cell(.pythonThreads, .locked)],
      machine: MadeUp.machine(cpus: 1), says: nil),
    .program(
      "four under the lock, a CPU idle", .gilBound, MadeUpProgram.fourUnderOneLock(lost: 2),
      says: ["6.00 s for the GIL", "75 %", "held 98 %", "400 times", "2.00 s of CPU time"],
      advises: ["Use processes for this work, or an interpreter without the lock"]),
    .program(
      "four under the lock, CPUs busy", .gilBound, MadeUpProgram.fourUnderOneLock(lost: 0),
      says: ["6.00 s for the GIL"], advises: ["CPUs were busy"]),
    .program(
      "threads that hand out work to processes", .gilBound, handingOut,
      says: ["6.00 s for the GIL"], advises: ["Hand out more work at a time (chunksize)"]),
    .program(
      "PyPy", .gilBound, fourUnderTheLock(of: "PyPy 3.9"), says: [],
      advises: ["processes for this work, or CPython without the lock"]),
    .program(
      "Ruby", .gilBound, fourUnderTheLock(of: "Ruby 3.1"), says: [],
      advises: ["processes for this work, or Ractors"]),
    .program(
      "the same without an interpreter", .gilBound,
      MadeUpProgram.program(
        MadeUpProgram.workers(4, [.onCPU: 0.5, .lock: 1.5]), wall: 2,
        shares: [.onCPU: 0.5, .lock: 1.5]), says: nil),
    .program(
      "an interpreter whose lock no thread waits for", .gilBound,
      MadeUpProgram.program(
        MadeUpProgram.workers(2, [.onCPU: 2]), wall: 2, shares: [.onCPU: 2],
        gil: MadeUpProgram.lockOn), says: nil),
  ]

  private static let lockCases: [RuleCase] = [
    .program(
      "a convoy", .lockBound, convoy,
      says: ["6.00 s for locks", "75 %", "5.50 s", "0x7f00", "3 waiters"]),
    .program(
      "hardly ever contended", .lockBound,
      MadeUpProgram.program(
        MadeUpProgram.workers(2, [.onCPU: 1.9, .lock: 0.1]), wall: 2,
        shares: [.onCPU: 1.9, .lock: 0.1]), says: nil),
    .program(
      "the interpreter's own lock", .lockBound, MadeUpProgram.fourUnderOneLock(lost: 2),
      says: nil),
    RuleCase(
      name: "a watched run of threads", claim: .lockBound, subject: watched(.swiftThreads, convoy),
      says: ["In an observed run of swift-threads, all at once: Workers waited 6.00 s for locks"]),
    RuleCase(
      name: "a watched run of Python's threads", claim: .lockBound,
      subject: watched(.pythonThreads, convoy), says: ["python-threads"]),
    RuleCase(
      name: "the model of a lock has a rule of its own", claim: .lockBound,
      subject: watched(.swiftThreadsGlobalLock, convoy), says: nil),
    RuleCase(
      name: "a watched run without locks", claim: .lockBound,
      subject: watched(.swiftThreads, MadeUpProgram.good), says: nil),
    RuleCase(
      name: "locks in the bodies of a pool's tasks", claim: .lockBound,
      subject: watched(
        .swiftThreadPool, convoy, inBodies: [.onCPU: 1, .lock: 0.2, .waitingForWork: 9]),
      says: ["swift-thread-pool"]),
    RuleCase(
      name: "locks of the pool itself", claim: .lockBound,
      subject: watched(
        .swiftThreadPool, convoy, inBodies: [.onCPU: 1, .lock: 0.1, .waitingForWork: 9]), says: nil),
  ]

  private static let ioCases: [RuleCase] = [
    .models(
      "Python that waits", .ioBound,
      [
        MadeUp.cell(.pythonSerial, .waiting), MadeUp.cell(.pythonThreads, .waiting),
        MadeUp.cell(.pythonProcessesFork, .waiting),
      ], work: MadeUp.work(.io),
      says: ["want a CPU for 1.0 % of their time", "processes gain nothing"],
      advises: ["releases the GIL"]),
    .models(
      "work that computes", .ioBound,
      [MadeUp.cell(.serial, .cpu), MadeUp.cell(.swiftThreads, .crowdedCPU)], says: nil),
    .models(
      "processes are faster, whatever the reason", .ioBound,
      [
        MadeUp.cell(.serial, .waiting), MadeUp.cell(.swiftThreads, MadeUp.Worker(io: 0.2)),
        MadeUp.cell(.swiftProcesses, .waiting),
      ], work: MadeUp.work(.io), says: nil),
    .program(
      "one that reads", .ioBound, MadeUpProgram.waiting(.io, workers: 1),
      says: ["waited for I/O for 95 % of the wall time", "0.05 of 2 CPUs"],
      advises: ["if there are several: start several workers"]),
    .program(
      "one that waits for a server", .ioBound, waitingForAServer,
      says: ["0.05 of 2 CPUs; 1.80 s of the waiting was for TCP 10.0.0.1:5432."]),
    .program(
      "sixteen that read", .ioBound, MadeUpProgram.waiting(.io, workers: 16),
      says: ["waited for I/O"], advises: ["16.0 waits already overlap"]),
    .program(
      "sixteen that sleep", .ioBound, MadeUpProgram.waiting(.sleep, workers: 16),
      says: ["The program slept for"]),
    .program("two that compute", .ioBound, MadeUpProgram.good, says: nil),
    .program(
      "those that wait for work", .ioBound, MadeUpProgram.waiting(.waitingForWork, workers: 4),
      says: nil),
  ]
}
