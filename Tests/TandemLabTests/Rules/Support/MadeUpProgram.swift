import TandemModel

/// Made-up programs, as an observer reports them, with figures that can be worked out by hand.
enum MadeUpProgram {
  /// A worker: seconds in each state, one after the other from its start.
  static func worker(
    _ seconds: [WorkerState: Double], kind: ObservedWorker.Kind = .thread,
    name: String = "worker",
    pid: Int32 = 100, tid: Int32 = 101, from start: Double = 0, voluntary: Double = 1,
    involuntary: Double = 0, rssKiB: Int? = nil, role: WorkerRole? = nil, library: String? = nil,
    alone: Double? = nil
  ) -> ObservedWorker {
    return ObservedWorker(
      kind: kind, pid: pid, tid: tid, name: name, startedSeconds: start,
      endedSeconds: start + seconds.values.reduce(0, +), totals: StateSeconds(seconds),
      switches: ContextSwitches(voluntary: voluntary, involuntary: involuntary),
      memory: rssKiB.map { WorkerMemory(pssKiB: $0, ussKiB: $0, rssKiB: $0) }, role: role,
      beganIn: library.map { ThreadOrigin(file: "/usr/lib/\($0)", offset: 64) },
      aloneSeconds: alone)
  }

  /// So many workers that all do the same.
  static func workers(
    _ count: Int, _ seconds: [WorkerState: Double], kind: ObservedWorker.Kind = .thread,
    every interval: Double = 0, involuntary: Double = 0
  ) -> [ObservedWorker] {
    (0..<count).map { index in
      let tid = Int32(101 + index)
      return worker(
        seconds, kind: kind, pid: kind == .process ? tid : 100, tid: tid,
        from: Double(index) * interval, involuntary: involuntary)
    }
  }

  /// A program of a first thread, which waits for the others, and these.
  ///
  /// All were in progress at once unless `atOnce` says otherwise; `shares` are of the wall time.
  static func program(
    _ started: [ObservedWorker], wall: Double, shares: [WorkerState: Double],
    atOnce: Int? = nil, cpus: Int = 2, quota: Double? = nil, lost: [WorkerState: Double] = [:],
    main: [WorkerState: Double]? = nil, mainRSSKiB: Int? = nil, gil: [ObservedGIL] = [],
    locks: [ObservedLock] = [], throttledSeconds: Double? = nil,
    taken: TakenCPU? = nil
  ) -> ExplainReport {
    let first = worker(
      main ?? [.waitingForWork: wall], kind: .main, name: "program", tid: 100, rssKiB: mainRSSKiB)
    let all = [first] + started
    func sum(_ states: WorkerState...) -> Double {
      all.reduce(0) { sum, worker in sum + states.reduce(0) { $0 + worker[$1] } }
    }
    func parts(_ seconds: [WorkerState: Double]) -> [StateShare] {
      WorkerState.observed.compactMap { state in
        seconds[state].map { StateShare(state: state, seconds: $0) }
      }
    }
    return ExplainReport(
      tandemVersion: "0", machine: MadeUp.machine(cpus: cpus, quota: quota), command: ["program"],
      exit: .code(0), wallSeconds: wall,
      concurrency: sum(.onCPU, .runnable, .gil, .sleep, .io) / wall,
      demand: sum(.onCPU, .runnable, .gil) / wall, parallelism: sum(.onCPU) / wall,
      maxAtOnce: atOnce ?? started.count,
      totals: StateSeconds(
        Dictionary(uniqueKeysWithValues: WorkerState.observed.map { ($0, sum($0)) })),
      wallShares: parts(shares),
      // Workers wait at different times as long as they can.
      wallOccupied: parts(
        Dictionary(
          uniqueKeysWithValues: WorkerState.observed.map { ($0, min(wall, sum($0))) }
        ).filter { $0.value > 0 }),
      lostCPU: LostCPU(cpus: Double(cpus), parts: parts(lost), noWorkerSeconds: 0, taken: taken),
      workers: all,
      starts: WorkerStarts(
        threads: started.count { $0.kind == .thread },
        processes: started.count { $0.kind == .process }),
      gil: gil, locks: locks,
      sources: ObservationSources(switches: .exact, throttledSeconds: throttledSeconds),
      observer: ObserverCost(cpuSeconds: 0, share: 0))
  }

  static let lockOn = [
    ObservedGIL(
      pid: 100, state: .on, version: "3.11.7", heldShare: 0.98, waitSeconds: 6, handovers: 400)
  ]

  /// Two threads that compute side by side on two CPUs for two seconds.
  static let good = program(
    workers(2, [.onCPU: 2]), wall: 2, shares: [.onCPU: 2])

  /// 100 threads, started and joined one after the other.
  static let oneByOne = program(
    workers(100, [.onCPU: 0.02], every: 0.02), wall: 2, shares: [.onCPU: 2], atOnce: 1)

  static func fourUnderOneLock(lost: Double) -> ExplainReport {
    program(
      workers(4, [.onCPU: 0.5, .gil: 1.5]), wall: 2, shares: [.onCPU: 0.5, .gil: 1.5],
      lost: [.gil: lost], gil: lockOn)
  }

  static let eightOnTwo = program(
    workers(8, [.onCPU: 0.5, .runnable: 1.5], involuntary: 50), wall: 2,
    shares: [.onCPU: 0.5, .runnable: 1.5])

  static func waiting(_ state: WorkerState, workers count: Int) -> ExplainReport {
    program(workers(count, [state: 1.9, .onCPU: 0.1]), wall: 2, shares: [state: 1.9, .onCPU: 0.1])
  }

  /// Four processes with two threads of a library each, on two CPUs.
  static func teams(of library: String) -> ExplainReport {
    let processes: [ObservedWorker] = (0..<4).map { index -> ObservedWorker in
      let number = Int32(200 + index)
      return worker([.onCPU: 0.25, .runnable: 1.75], kind: .process, pid: number, tid: number)
    }
    let threads: [ObservedWorker] = (0..<8).map { index -> ObservedWorker in
      let (pid, tid) = (Int32(200 + index / 2), Int32(300 + index))
      return worker(
        [.onCPU: 0.375, .runnable: 1.625], pid: pid, tid: tid, role: .library, library: library)
    }
    return program(
      processes + threads, wall: 2, shares: [.onCPU: 0.4, .runnable: 1.6], cpus: 2)
  }

  /// Four consumers that wait for a first thread that sleeps between two items.
  static let consumers = program(
    workers(4, [.onCPU: 0.25, .waitingForWork: 1.75]), wall: 2,
    shares: [.onCPU: 0.6, .sleep: 1.4], atOnce: 1, main: [.sleep: 1.98, .onCPU: 0.02])

  static let oneSlow = program(
    [worker([.onCPU: 2], tid: 199, alone: 1.6)] + workers(3, [.onCPU: 0.4]), wall: 2,
    shares: [.onCPU: 2])

  static func storm(
    lives: Double, kind: ObservedWorker.Kind, beside: Double = 0.1
  ) -> ExplainReport {
    program(
      workers(100, [.onCPU: lives], kind: kind, every: lives), wall: 100 * lives + beside,
      shares: [.onCPU: 100 * lives, .child: beside], atOnce: 2)
  }

  /// A process that forks itself four times, in a second.
  static func forks(
    of rssKiB: Int, tablesKiB: Int?, each: Double?
  ) -> ExplainReport {
    let children = (0..<4).map { index in
      worker(
        [.onCPU: 0.4], kind: .process, name: "program", pid: Int32(200 + index),
        tid: Int32(200 + index), from: 0.1)
    }
    var report = program(
      children, wall: 1, shares: [.onCPU: 1], main: [.onCPU: 0.1, .child: 0.9], mainRSSKiB: rssKiB)
    report.starts.forks = [
      ForkCost(
        pid: 100, tid: 100, name: "program", forks: 4, systemSecondsPerFork: each,
        pageTablesKiB: tablesKiB)
    ]
    return report
  }

  static func pool(of count: Int, busy: Int) -> ExplainReport {
    program(
      workers(busy, [.onCPU: 1.5, .waitingForWork: 0.5])
        + workers(count - busy, [.waitingForWork: 2]), wall: 2,
      shares: [.onCPU: 1.5, .waitingForWork: 0.5], atOnce: busy)
  }

  /// What a Java virtual machine starts for itself: one that directs, and collectors.
  static func javasOwn(_ count: Int) -> [ObservedWorker] {
    (0..<count).map { index in
      worker(
        [.waitingForWork: 2], name: index == 0 ? "VM Thread" : "GC Thread#\(index)",
        tid: Int32(300 + index), role: .runtime)
    }
  }
}

extension ExplainReport {
  /// The same program where waits for a GIL could not be told from others.
  var withoutGILFigures: ExplainReport {
    var report = self
    report.totals.gilIsMeasured = false
    return report
  }
}
