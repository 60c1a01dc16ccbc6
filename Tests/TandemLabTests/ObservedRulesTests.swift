import TandemModel
import Testing

@testable import TandemLab

/// Each rule about programs that were watched, on made-up programs: one in which it must speak, with the
/// figures of its claim, and ones in which it must stay silent.
@Suite struct ObservedRulesTests {
  // MARK: Programs

  /// A worker: seconds in each state, one after the other from its start.
  private static func worker(
    _ seconds: [WorkerState: Double], kind: ObservedWorker.Kind = .thread,
    name: String = "worker",
    pid: Int32 = 100, tid: Int32 = 101, from start: Double = 0, involuntary: Double = 0,
    rssKiB: Int? = nil
  ) -> ObservedWorker {
    return ObservedWorker(
      kind: kind, pid: pid, tid: tid, name: name, startedSeconds: start,
      endedSeconds: start + seconds.values.reduce(0, +), totals: StateSeconds(seconds),
      switches: ContextSwitches(voluntary: 1, involuntary: involuntary),
      memory: rssKiB.map { WorkerMemory(pssKiB: $0, ussKiB: $0, rssKiB: $0) })
  }

  /// So many workers that all do the same.
  private static func workers(
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
  private static func program(
    _ started: [ObservedWorker], wall: Double, shares: [WorkerState: Double],
    atOnce: Int? = nil, cpus: Int = 2, quota: Double? = nil, lost: [WorkerState: Double] = [:],
    main: [WorkerState: Double]? = nil, mainRSSKiB: Int? = nil, gil: [ObservedGIL] = [],
    locks: [ObservedLock] = [], throttledSeconds: Double? = nil
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
      lostCPU: LostCPU(cpus: Double(cpus), parts: parts(lost), noWorkerSeconds: 0),
      workers: all,
      starts: WorkerStarts(
        threads: started.count { $0.kind == .thread },
        processes: started.count { $0.kind == .process }),
      gil: gil, locks: locks,
      sources: ObservationSources(switches: .exact, throttledSeconds: throttledSeconds),
      observer: ObserverCost(cpuSeconds: 0, share: 0))
  }

  private static let lockOn = [
    ObservedGIL(
      pid: 100, state: .on, version: "3.11.7", heldShare: 0.98, waitSeconds: 6, handovers: 400)
  ]

  /// Two threads that compute side by side on two CPUs for two seconds.
  private static let good = program(
    workers(2, [.onCPU: 2]), wall: 2, shares: [.onCPU: 2])

  /// 100 threads, started and joined one after the other.
  private static let oneByOne = program(
    workers(100, [.onCPU: 0.02], every: 0.02), wall: 2, shares: [.onCPU: 2], atOnce: 1)

  private static func fourUnderOneLock(lost: Double) -> ExplainReport {
    program(
      workers(4, [.onCPU: 0.5, .gil: 1.5]), wall: 2, shares: [.onCPU: 0.5, .gil: 1.5],
      lost: [.gil: lost], gil: lockOn)
  }

  private static let eightOnTwo = program(
    workers(8, [.onCPU: 0.5, .runnable: 1.5], involuntary: 50), wall: 2,
    shares: [.onCPU: 0.5, .runnable: 1.5])

  private static func waiting(_ state: WorkerState, workers count: Int) -> ExplainReport {
    program(workers(count, [state: 1.9, .onCPU: 0.1]), wall: 2, shares: [state: 1.9, .onCPU: 0.1])
  }

  private static let oneSlow = program(
    [worker([.onCPU: 2], name: "slow", tid: 199)] + workers(3, [.onCPU: 0.4]), wall: 2,
    shares: [.onCPU: 2])

  private static func storm(
    lives: Double, kind: ObservedWorker.Kind, beside: Double = 0.1
  ) -> ExplainReport {
    program(
      workers(100, [.onCPU: lives], kind: kind, every: lives), wall: 100 * lives + beside,
      shares: [.onCPU: 100 * lives, .child: beside], atOnce: 2)
  }

  private static func forks(of rssKiB: Int) -> ExplainReport {
    let children = (0..<4).map { index in
      worker(
        [.onCPU: 0.4], kind: .process, name: "program", pid: Int32(200 + index),
        tid: Int32(200 + index), from: 0.1)
    }
    return program(
      children, wall: 1, shares: [.onCPU: 1], main: [.onCPU: 0.1, .child: 0.9], mainRSSKiB: rssKiB)
  }

  private static func pool(of count: Int, busy: Int) -> ExplainReport {
    program(
      workers(busy, [.onCPU: 1.5, .waitingForWork: 0.5])
        + workers(count - busy, [.waitingForWork: 2]), wall: 2,
      shares: [.onCPU: 1.5, .waitingForWork: 0.5], atOnce: busy)
  }

  // MARK: What they must say

  /// A rule, a program, and what its claim must contain; nil when it must be silent.
  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var rule: any ObservedRule
    var program: ExplainReport
    var says: [String]?

    init(
      _ name: String, _ rule: any ObservedRule, _ program: ExplainReport, says: [String]?
    ) {
      (testDescription, self.rule, self.program, self.says) = (name, rule, program, says)
    }
  }

  static let cases: [Case] = [
    Case(
      "100 threads one by one", WorkersNeverOverlapped(), oneByOne,
      says: ["100 threads were started", "never two", "concurrency is 1"]),
    Case("two side by side", WorkersNeverOverlapped(), good, says: nil),
    Case(
      "a helper thread that does nothing", WorkersNeverOverlapped(),
      program(
        workers(2, [.waitingForWork: 2]), wall: 2, shares: [.onCPU: 2], atOnce: 0,
        main: [.onCPU: 2]), says: nil),
    Case(
      "four that take turns", WorkersNeverOverlapped(),
      program(
        workers(4, [.onCPU: 0.5, .waitingForWork: 1.5]), wall: 2, shares: [.onCPU: 2], atOnce: 1),
      says: ["4 threads were there together", "took turns"]),
    Case(
      "one that feeds the others", WorkersNeverOverlapped(),
      program(
        workers(1, [.onCPU: 2]) + workers(4, [.onCPU: 0.01, .waitingForWork: 1.99]), wall: 2,
        shares: [.onCPU: 2], atOnce: 1), says: nil),
    Case(
      "one worker", WorkersNeverOverlapped(),
      program(workers(1, [.onCPU: 2]), wall: 2, shares: [.onCPU: 2]), says: nil),

    Case(
      "four under the lock, a CPU idle", GILBound(), fourUnderOneLock(lost: 2),
      says: ["6.00 s for the GIL", "75 %", "held 98 %", "400 times", "2.00 s of CPU time"]),
    Case(
      "the same without an interpreter", GILBound(),
      program(
        workers(4, [.onCPU: 0.5, .lock: 1.5]), wall: 2, shares: [.onCPU: 0.5, .lock: 1.5]),
      says: nil),
    Case(
      "an interpreter whose lock nobody waits for", GILBound(),
      program(workers(2, [.onCPU: 2]), wall: 2, shares: [.onCPU: 2], gil: lockOn), says: nil),

    Case(
      "a convoy", LockBound(),
      program(
        workers(4, [.onCPU: 0.5, .lock: 1.5]), wall: 2, shares: [.onCPU: 0.5, .lock: 1.5],
        lost: [.lock: 2],
        locks: [ObservedLock(pid: 100, address: "0x7f00", waitSeconds: 5.5, maxWaiters: 3)]),
      says: ["6.00 s for locks", "75 %", "5.50 s", "0x7f00", "3 waiters"]),
    Case(
      "hardly ever contended", LockBound(),
      program(workers(2, [.onCPU: 1.9, .lock: 0.1]), wall: 2, shares: [.onCPU: 1.9, .lock: 0.1]),
      says: nil),
    Case("the interpreter's own lock", LockBound(), fourUnderOneLock(lost: 2), says: nil),

    Case(
      "eight on two", MoreWantedThanCPUs(), eightOnTwo,
      says: ["8.00 workers were ready", "2 CPUs", "100 % busy", "12.0 s for a CPU", "400 times"]),
    Case(
      "two on one", MoreWantedThanCPUs(),
      program(
        workers(2, [.onCPU: 1, .runnable: 1]), wall: 2, shares: [.onCPU: 1, .runnable: 1], cpus: 1),
      says: ["the program has 1 CPU, which was 100 % busy"]),
    Case("two on two", MoreWantedThanCPUs(), good, says: nil),
    Case("four under the lock", MoreWantedThanCPUs(), fourUnderOneLock(lost: 2), says: nil),

    Case(
      "two on two that others use too", CPUsTakenByOthers(),
      program(
        workers(2, [.onCPU: 1, .runnable: 1]), wall: 2, shares: [.onCPU: 1, .runnable: 1],
        lost: [.runnable: 2]),
      says: ["2.00 s in all", "2.00 s of CPU time"]),
    Case("eight on two, all theirs", CPUsTakenByOthers(), eightOnTwo, says: nil),

    Case(
      "a quota of half a CPU", QuotaThrottled(),
      program(
        workers(2, [.onCPU: 0.5, .runnable: 1.5]), wall: 2, shares: [.onCPU: 0.5, .runnable: 1.5],
        quota: 0.5, throttledSeconds: 1.5),
      says: ["quota of 0.5 CPUs", "1.50 s in all", "2.00 s of wall time"]),
    Case(
      "a quota that isn't reached", QuotaThrottled(),
      program(
        workers(2, [.onCPU: 2]), wall: 2, shares: [.onCPU: 2], quota: 2, throttledSeconds: 0),
      says: nil),
    Case(
      "not measured", QuotaThrottled(),
      program(workers(2, [.onCPU: 2]), wall: 2, shares: [.onCPU: 2], quota: 1), says: nil),

    Case(
      "one that reads", IOBound(), waiting(.io, workers: 1),
      says: ["95 % of the wall time", "waiting for I/O", "0.05 of 2 CPUs"]),
    Case(
      "sixteen that sleep", IOBound(), waiting(.sleep, workers: 16), says: ["asleep by its own"]),
    Case("two that compute", IOBound(), good, says: nil),
    Case(
      "those that wait for work", IOBound(), waiting(.waitingForWork, workers: 4), says: nil),

    Case(
      "one does half of it", OneSlowWorker(), oneSlow,
      says: ["(slow, 199)", "for 2.00 s", "the 4", "1.60 s it was alone"]),
    Case("all the same", OneSlowWorker(), good, says: nil),
    Case(
      "helpers that sleep", OneSlowWorker(),
      program(
        workers(2, [.onCPU: 2]) + workers(4, [.waitingForWork: 2]), wall: 2, shares: [.onCPU: 2]),
      says: nil),

    Case(
      "processes of 4 ms", StartUpBound(), storm(lives: 0.004, kind: .process),
      says: ["100 processes were started", "200 a second", "4.00 ms"]),
    Case(
      "threads of 0.2 ms", StartUpBound(), storm(lives: 0.0002, kind: .thread, beside: 0.03),
      says: ["100 threads were started"]),
    Case(
      "threads of 1 ms, as in the lesson", StartUpBound(), storm(lives: 0.001, kind: .thread),
      says: nil),
    Case("processes of 0.2 s", StartUpBound(), storm(lives: 0.2, kind: .process), says: nil),
    Case("two threads", StartUpBound(), good, says: nil),

    Case(
      "4 forks of 2 GiB", LargeParentForked(), forks(of: 2 * 1024 * 1024),
      says: ["2.00 GiB", "program, 100", "4 times"]),
    Case("4 forks of 20 MiB", LargeParentForked(), forks(of: 20 * 1024), says: nil),

    Case(
      "16 workers, 2 of them busy", MoreWorkersThanWork(), pool(of: 16, busy: 2),
      says: ["Of 16 workers", "14 waited", "more than 2"]),
    Case("16 workers, all busy", MoreWorkersThanWork(), pool(of: 16, busy: 16), says: nil),
    Case("4 workers, 1 of them busy", MoreWorkersThanWork(), pool(of: 4, busy: 1), says: nil),

    Case(
      "two on two", NothingInTheWay(), good, says: ["100 % of the wall time", "2.00 of 2 CPUs"]),
    Case("one that reads", NothingInTheWay(), waiting(.io, workers: 1), says: nil),
    Case(
      "four in turn", NothingInTheWay(),
      program(
        workers(4, [.onCPU: 0.5, .waitingForWork: 1.5]), wall: 2, shares: [.onCPU: 2], atOnce: 2),
      says: ["100 % of the wall time", "by 4 threads in turn"]),
    Case(
      "a machine of Java's with one thread that computes", NothingInTheWay(),
      program(
        [worker([.onCPU: 1.9], name: "main", tid: 198)] + javasOwn(20), wall: 2,
        shares: [.onCPU: 1.9]),
      says: ["95 % of the wall time", "no worker waited for anything"]),
    Case(
      "a machine of Java's", MoreWorkersThanWork(),
      program(
        [worker([.onCPU: 1.9], name: "main", tid: 198)] + javasOwn(20), wall: 2,
        shares: [.onCPU: 1.9], atOnce: 1),
      says: nil),
    Case(
      "the same names, but none of Java's", MoreWorkersThanWork(),
      program(
        [worker([.onCPU: 1.9], name: "main", tid: 198)]
          + javasOwn(20).filter { $0.name != "VM Thread" },
        wall: 2, shares: [.onCPU: 1.9], atOnce: 1),
      says: ["19 waited"]),
  ]

  /// What a Java virtual machine starts for itself: one that directs, and collectors.
  private static func javasOwn(_ count: Int) -> [ObservedWorker] {
    (0..<count).map { index in
      worker(
        [.waitingForWork: 2], name: index == 0 ? "VM Thread" : "GC Thread#\(index)",
        tid: Int32(300 + index))
    }
  }

  @Test(arguments: cases) func aRuleSpeaksOnEvidence(case: Case) throws {
    let finding = `case`.rule.evaluate(`case`.program)
    guard let says = `case`.says else {
      #expect(finding == nil, "\(finding?.claim ?? "")")
      return
    }
    let found = try #require(finding)
    for text in says { #expect(found.claim.contains(text), "\(text): \(found.claim)") }
    #expect(found.rule == `case`.rule.name)
    #expect(found.claim.hasSuffix(".") && found.advice.hasSuffix("."))
    #expect(!found.evidence.isEmpty && found.evidence.values.allSatisfy(\.isFinite))
  }

  @Test func everyRuleHasBothCases() {
    let rules = ObservedRules.all + [NothingInTheWay()]
    for rule in rules {
      let own = Self.cases.filter { $0.rule.name == rule.name }
      #expect(own.contains { $0.says != nil }, "\(rule.name) never speaks")
      #expect(own.contains { $0.says == nil }, "\(rule.name) is never silent")
    }
    #expect(Set(rules.map(\.name)).count == rules.count)
  }

  /// Which rules speak about a whole program, and no others.
  @Test(arguments: [
    ("good", good, ["nothing-in-the-way"]),
    ("one by one", oneByOne, ["never-overlapped"]),
    (
      "one by one, at once", storm(lives: 0.0002, kind: .thread, beside: 0.03),
      ["never-overlapped", "start-up-bound"]
    ),
    ("under the lock", fourUnderOneLock(lost: 2), ["gil-bound"]),
    ("eight on two", eightOnTwo, ["oversubscribed"]),
    ("in I/O", waiting(.io, workers: 8), ["io-bound"]),
    ("one slow", oneSlow, ["one-slow-worker"]),
    ("idle pool", pool(of: 16, busy: 2), ["more-workers-than-work"]),
  ])
  func exactlyTheRightRulesSpeak(name: String, program: ExplainReport, rules: [String]) {
    #expect(ObservedRules.findings(in: program).map(\.rule) == rules, "\(name)")
  }

  @Test func adviceFitsWhatTheProgramDoes() throws {
    let idle = try #require(GILBound().evaluate(Self.fourUnderOneLock(lost: 2)))
    let busy = try #require(GILBound().evaluate(Self.fourUnderOneLock(lost: 0)))
    #expect(idle.advice.contains("processes for this work"))
    #expect(busy.advice.contains("CPUs were busy"))
    for (version, way) in [
      ("3.12.1", "an interpreter without the lock"), ("PyPy 3.9", "CPython without the lock"),
      ("Ruby 3.1", "Ractors"),
    ] {
      var other = Self.fourUnderOneLock(lost: 2)
      other.gil = [ObservedGIL(pid: 100, state: .on, version: version, waitSeconds: 6)]
      let found = try #require(GILBound().evaluate(other))
      #expect(found.advice.contains("processes for this work, or \(way)"), "\(found.advice)")
    }
    let alone = try #require(IOBound().evaluate(Self.waiting(.io, workers: 1)))
    let many = try #require(IOBound().evaluate(Self.waiting(.io, workers: 16)))
    #expect(alone.advice.contains("start several workers"))
    #expect(many.advice.contains("16.00 waits already overlap"))
  }

  /// What a comparison doesn't find by itself, it finds in the models' watched runs.
  @Test(arguments: [
    (ExecutionModel.swiftThreads, ["lock-bound"]), (.pythonThreads, ["lock-bound"]),
    // It has a rule of its own, which speaks of nothing else.
    (.swiftThreadsGlobalLock, []),
  ])
  func watchedModels(model: ExecutionModel, rules: [String]) {
    func findings(in program: ExplainReport) -> [Finding] {
      let result = ModelResult(
        model: model, interpreter: nil, schedule: .allAtOnce, workers: 4, error: nil,
        memory: MemorySummary())
      return SeenInWatchedRuns().evaluate(
        RuleContext(
          machine: MadeUp.machine(), work: MadeUp.work(), results: [result],
          watched: [WatchedModel(result: result, program: program)]))
    }
    let locked = findings(
      in: Self.program(
        Self.workers(4, [.onCPU: 0.5, .lock: 1.5]), wall: 2, shares: [.onCPU: 0.5, .lock: 1.5]))
    #expect(locked.map(\.rule) == rules)
    for finding in locked {
      #expect(
        finding.claim.contains("seen in a watched run: Workers waited 6.00 s for"))
    }
    #expect(findings(in: Self.good).isEmpty)
    #expect(findings(in: Self.eightOnTwo).isEmpty, "Comparing says so.")
  }

  /// A pool's own locks, outside of the bodies, are nothing that the work could hold for less.
  @Test(
    arguments: [(0.1, []), (0.5, ["lock-bound"]), (nil, ["lock-bound"])] as [(Double?, [String])])
  func locksOutsideOfTheBodies(lockSeconds: Double?, rules: [String]) throws {
    var result = ModelResult(
      model: .swiftThreadPool, interpreter: nil, schedule: .allAtOnce, workers: 4, error: nil,
      memory: MemorySummary())
    result.watched = WatchedRuns(
      n: 1, wallSeconds: [2], medianSeconds: 2, toTimed: 1, agreesWithTimed: true, switches: .exact,
      lostRecords: 0,
      workerSeconds: lockSeconds.map {
        [
          StateShare(state: .onCPU, seconds: 1), StateShare(state: .lock, seconds: $0),
          StateShare(state: .waitingForWork, seconds: 9),
        ]
      } ?? [],
      checks: [], observerCPUSeconds: 0)
    let program = Self.program(
      Self.workers(4, [.onCPU: 0.5, .lock: 1.5]), wall: 2, shares: [.onCPU: 0.5, .lock: 1.5])
    let findings = SeenInWatchedRuns().evaluate(
      RuleContext(
        machine: MadeUp.machine(), work: MadeUp.work(), results: [result],
        watched: [WatchedModel(result: result, program: program)]))
    #expect(findings.map(\.rule) == rules)
  }

  /// A program that ended before anything could be seen has no findings, and nothing is divided by 0.
  @Test func nothingSeenNothingSaid() {
    let program = Self.program([], wall: 1, shares: [:], main: [:])
    var empty = program
    empty.wallSeconds = 0
    #expect(ObservedRules.findings(in: program).isEmpty)
    #expect(ObservedRules.findings(in: empty).isEmpty)
  }
}
