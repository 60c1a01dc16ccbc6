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
  /// Four threads under a lock with these figures.
  private static func gilBound(
    handovers: Double, wait: Double? = 6, waits: GILIntervalWaits? = nil, hold: GILHold? = nil,
    others: Bool = false
  ) -> ExplainReport {
    var program = MadeUpProgram.fourUnderOneLock(lost: 2)
    program.gil = [
      ObservedGIL(
        pid: 100, state: .on, version: "3.12.1", heldShare: 0.98, waitSeconds: wait,
        handovers: handovers, intervalSeconds: 0.005, waits: waits, longestHold: hold,
        reason: wait == nil ? "next to no wait was long enough" : nil)
    ]
    if others {
      program.gil.append(ObservedGIL(pid: 300, state: .on, version: "3.12.1", waitSeconds: 0))
      program.workers.append(
        MadeUpProgram.worker([.onCPU: 1], kind: .process, pid: 300, tid: 300))
    }
    return program
  }

  private static let convoy = MadeUpProgram.program(
    MadeUpProgram.workers(4, [.onCPU: 0.5, .lock: 1.5]), wall: 2,
    shares: [.onCPU: 0.5, .lock: 1.5], lost: [.lock: 2],
    locks: [ObservedLock(pid: 100, address: "0x7f00", waitSeconds: 5.5, maxWaiters: 3)])

  /// The same, with other locks: their waits add up to less where not all were looked into.
  private static func convoy(at locks: [ObservedLock]) -> ExplainReport {
    var program = convoy
    program.locks = locks
    return program
  }

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
  static let waitCases: [RuleCase] = gilCases + lockCases + loopCases + ioCases

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
      says: ["6.00 s in all for the GIL", "75 %", "held 98 %", "400 times", "2.00 s of CPU time"],
      advises: ["Use processes for this work, or an interpreter without the lock"]),
    .program(
      "four under the lock, CPUs busy", .gilBound, MadeUpProgram.fourUnderOneLock(lost: 0),
      says: ["6.00 s in all for the GIL"], advises: ["CPUs were busy"]),
    .program(
      "threads that hand out work to processes", .gilBound, handingOut,
      says: ["6.00 s in all for the GIL"], advises: ["Hand out more work at a time (chunksize)"]),
    .program(
      "PyPy", .gilBound, fourUnderTheLock(of: "PyPy 3.9"), says: [],
      advises: ["processes for this work, or CPython without the lock"]),
    .program(
      "Ruby", .gilBound, fourUnderTheLock(of: "Ruby 3.1"), says: [],
      advises: ["processes for this work, or Ractors"]),
    .program(
      "one long hold", .gilBound,
      gilBound(
        handovers: 9,
        waits: GILIntervalWaits(count: 400, meanSeconds: 0.0051, onCPUSeconds: 0.0001),
        hold: GILHold(
          seconds: 1.6, waitedSeconds: 1.5, tid: 101,
          function: ObservedFunction(name: "match", file: "re/__init__.py"))),
      says: ["Thread 101 (worker) held it for at least 1.60 s", "in match (re/__init__.py)"],
      advises: ["Move that call to a process", "a shorter switch interval doesn't change that"]),
    .program(
      "where threads waited for it and held it", .gilBound,
      under(
        held: ("Model.fit", "shop/model.py", 40), waited: ("serve", "shop/server.py", 12)),
      says: [
        "in all for the GIL, mostly in serve (shop/server.py:12); waiting for it took",
        "of the time, mostly in Model.fit (shop/model.py:40), and changed hands",
      ]),
    .program(
      "where all compute", .gilBound,
      under(held: ("work", "a.py", 3), waited: ("work", "a.py", 4)),
      says: [
        "in all for the GIL, mostly in work (a.py:4); waiting for it took",
        "held 98 % of the time and changed",
      ]),
    .program(
      "one long hold, for which others hardly waited", .gilBound,
      gilBound(
        handovers: 400, waits: nil,
        hold: GILHold(seconds: 1.6, waitedSeconds: 0.02, tid: 101)),
      says: ["6.00 s in all for the GIL"], advises: ["Use processes for this work"]),
    .program(
      "a convoy after each call that lets it go", .gilBound,
      gilBound(
        handovers: 2_000,
        waits: GILIntervalWaits(count: 1_000, meanSeconds: 0.0051, onCPUSeconds: 0.0001)),
      says: ["About 1\u{202F}000 waits took 5.10 ms each, a switch interval (5 ms)", "100 µs"],
      advises: ["sys.setswitchinterval"]),
    .program(
      "four that compute wait as long, and are no convoy", .gilBound,
      gilBound(
        handovers: 400,
        waits: GILIntervalWaits(count: 1_100, meanSeconds: 0.0051, onCPUSeconds: 0.0018)),
      says: ["6.00 s in all for the GIL"], advises: ["Use processes for this work"]),
    .program(
      "waits too short to be looked into", .gilBound, gilBound(handovers: 5_435, wait: nil),
      says: nil),
    .program(
      "processes are used already", .gilBound, gilBound(handovers: 400, others: true),
      says: ["6.00 s in all for the GIL"],
      advises: ["Move what these threads compute in process 100"]),
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

  /// Four threads under one lock, most of whose time is in two functions.
  private static func under(
    held: (name: String, file: String, line: Int), waited: (name: String, file: String, line: Int)
  ) -> ExplainReport {
    func most(_ place: (name: String, file: String, line: Int)) -> [FunctionShare] {
      let function = ObservedFunction(name: place.name, file: place.file, line: place.line)
      let other = ObservedFunction(name: "main", file: "main.py", line: 1)
      return [
        FunctionShare(function: function, share: 0.7), FunctionShare(function: other, share: 0.3),
      ]
    }
    var program = MadeUpProgram.fourUnderOneLock(lost: 2)
    program.gil[0].samples = 400
    (program.gil[0].functions, program.gil[0].waitingFunctions) = (most(held), most(waited))
    return program
  }

  /// A thread whose calls blocked its loop for so long, in two seconds.
  private static func loop(
    _ seconds: Double, longest: Double = 0.25, of runtime: ObservedRuntime.Name? = nil
  ) -> ExplainReport {
    var program = MadeUpProgram.program(
      [], wall: 2, shares: [.sleep: 1.9, .onCPU: 0.1], main: [.sleep: 1.9, .onCPU: 0.1])
    program.workers[0].blockedLoop = BlockedLoop(
      count: 6, seconds: seconds, longestSeconds: longest, state: .sleep)
    program.runtimes = runtime.map { [ObservedRuntime(pid: 100, name: $0)] } ?? []
    return program
  }

  static let loopCases: [RuleCase] = [
    .program(
      "six calls that sleep", .eventLoopBlocked, loop(1.5),
      says: [
        "program (100) runs an event loop", "during 6 calls", "it slept there for 1.50 s of 2.00 s",
        "up to 250 ms at a time",
      ], advises: ["in a thread of their own"]),
    .program("Node’s loop", .eventLoopBlocked, loop(1.5, of: .node), says: ["6 calls"]),
    .program("little of the time", .eventLoopBlocked, loop(0.1), says: nil),
    .program("calls that nobody notices", .eventLoopBlocked, loop(1.5, longest: 0.02), says: nil),
    .program("Go, whose threads look in turn", .eventLoopBlocked, loop(1.5, of: .go), says: nil),
    .program("no loop", .eventLoopBlocked, MadeUpProgram.good, says: nil),
  ]

  private static let lockCases: [RuleCase] = [
    .program(
      "a convoy", .lockBound, convoy,
      says: ["6.00 s for locks", "75 %", "most of it, 5.50 s", "mutex at 0x7f00", "3 waiters"]),
    .program(
      "most of what was looked into isn't most of it", .lockBound,
      convoy(at: [
        ObservedLock(
          pid: 100, address: "0x7f00", mapping: "/usr/lib/libc.so.6", offset: "0x1d2e60",
          waitSeconds: 1.2, maxWaiters: 3),
        ObservedLock(pid: 100, address: "0x7f40", waitSeconds: 0.3, maxWaiters: 2),
      ]),
      says: [
        "of the 1.50 s of it that were looked into, 1.20 s were for",
        "the mutex in /usr/lib/libc.so.6+0x1d2e60 of process 100",
      ]),
    .program(
      "many locks", .lockBound,
      convoy(
        at: (0..<10).map {
          ObservedLock(
            pid: 100, address: "0x7f0\($0)", name: "shard", mapping: "/bin/db", offset: "0x40",
            waitSeconds: 0.3, maxWaiters: 2)
        }),
      says: ["the most for one lock, 300 ms, was for the mutex shard in /bin/db of process 100"]),
    .program(
      "a lock on a file that one process had", .lockBound,
      convoy(at: [
        ObservedLock(
          kind: .file, pid: 100, address: nil, file: "/var/lib/db.lock", holderPID: 99,
          holderShare: 0.97, waitSeconds: 5.5, maxWaiters: 3)
      ]),
      says: [
        "most of it, 5.50 s, was for the lock on /var/lib/db.lock",
        "process 99 had it at 97 % of the looks",
      ]),
    .program(
      "a set of semaphores", .lockBound,
      convoy(at: [
        ObservedLock(
          kind: .systemVSemaphore, pid: 100, address: nil, name: "0", waitSeconds: 5.5,
          maxWaiters: 3)
      ]), says: ["the System V semaphores of set 0"]),
    .program(
      "who has it computes", .lockBound, convoy, says: [],
      advises: ["Hold the lock for less time: compute outside it"]),
    .program(
      "who has it sleeps", .lockBound,
      MadeUpProgram.program(
        MadeUpProgram.workers(4, [.sleep: 0.5, .lock: 1.5]), wall: 2,
        shares: [.sleep: 0.5, .lock: 1.5]),
      says: ["6.00 s for locks"],
      advises: ["Release the lock before sleeping: while workers waited for it, others slept"]),
    .program(
      "a semaphore with places", .lockBound,
      MadeUpProgram.program(
        MadeUpProgram.workers(8, [.sleep: 0.5, .lock: 1.5]), wall: 2,
        shares: [.sleep: 0.5, .lock: 1.5], atOnce: 2,
        locks: [
          ObservedLock(
            kind: .semaphore, pid: 100, address: "0x7f00", waitSeconds: 11, maxWaiters: 6)
        ]),
      says: ["12.0 s for locks"], advises: ["Let in more workers at once if this is a semaphore"]),
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
      advises: ["Use threads: a waiting thread", "releases the GIL"]),
    .models(
      "more items than threads", .ioBound,
      [MadeUp.cell(.pythonSerial, .waiting), MadeUp.cell(.pythonThreads, .waiting)],
      work: MadeUp.work(.io, items: 12), says: ["want a CPU for 1.0 % of their time"],
      advises: ["try more of them (--workers 12), since more waits may overlap"]),
    .models(
      "very many items", .ioBound,
      [MadeUp.cell(.pythonSerial, .waiting), MadeUp.cell(.pythonThreads, .waiting)],
      work: MadeUp.work(.io, items: 12_000), says: ["want a CPU for 1.0 % of their time"],
      advises: ["(--workers 16)"]),
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
      "one that sleeps while its consumers wait for work", .ioBound,
      MadeUpProgram.program(
        MadeUpProgram.workers(3, [.waitingForWork: 2]), wall: 2,
        shares: [.sleep: 1.9, .onCPU: 0.1], main: [.sleep: 1.9, .onCPU: 0.1]),
      says: ["slept for 95 % of the wall time"],
      advises: ["of its workers are in progress at once, and waiting needs"]),
    .program(
      "one that waits for a server", .ioBound, waitingForAServer,
      says: ["0.05 of 2 CPUs; 1.80 s of the waiting was for TCP 10.0.0.1:5432;"]),
    .program(
      "sixteen that read", .ioBound, MadeUpProgram.waiting(.io, workers: 16),
      says: ["waited for I/O"], advises: ["16.0 waits already overlap"]),
    .program(
      "sixteen that sleep", .ioBound, MadeUpProgram.waiting(.sleep, workers: 16),
      says: ["The program slept for"], advises: ["on average 16.0 of them sleep or wait at once"]),
    .program(
      "eight of which two sleep at a time", .ioBound,
      MadeUpProgram.program(
        MadeUpProgram.workers(8, [.sleep: 0.5, .waitingForWork: 1.5]), wall: 2,
        shares: [.sleep: 2], atOnce: 2),
      says: ["slept for 100 %"],
      advises: ["Find what lets only about 2 of 8 threads go on at a time: a lock, a semaphore"]),
    .program(
      "one of three that sleeps", .ioBound,
      MadeUpProgram.program(
        [MadeUpProgram.worker([.sleep: 2], name: "reader", tid: 199)]
          + MadeUpProgram.workers(2, [.waitingForWork: 2]), wall: 2, shares: [.sleep: 2],
        atOnce: 1),
      says: ["; reader (199) did so for 2.00 s."]),
    .program("two that compute", .ioBound, MadeUpProgram.good, says: nil),
    .program(
      "one that sleeps beside one that always computes", .ioBound,
      MadeUpProgram.program(
        [MadeUpProgram.worker([.onCPU: 2]), MadeUpProgram.worker([.sleep: 2], tid: 102)], wall: 2,
        shares: [.onCPU: 1, .sleep: 1]), says: nil),
    .program(
      "one that sleeps beside one that computes on a busy machine", .ioBound,
      MadeUpProgram.program(
        [
          MadeUpProgram.worker([.onCPU: 1.1, .runnable: 0.9]),
          MadeUpProgram.worker([.sleep: 2], tid: 102),
        ], wall: 2, shares: [.onCPU: 0.55, .runnable: 0.4, .sleep: 1.05]), says: nil),
    .program(
      "those that wait for work", .ioBound, MadeUpProgram.waiting(.waitingForWork, workers: 4),
      says: nil),
  ]
}
