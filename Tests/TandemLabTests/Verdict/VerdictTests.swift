import TandemLab
import TandemModel
import Testing

@Suite("Verdict")
struct VerdictTests {
  private let serial = MadeUp.cell(.serial, MadeUp.Worker(onCPU: 1))

  private func threads(_ seconds: Double, factors: [Double]? = nil) -> CellRuns {
    cell(.swiftThreads, seconds, factors: factors)
  }

  private func cell(
    _ model: ExecutionModel, _ seconds: Double, _ schedule: Schedule = .allAtOnce,
    factors: [Double]? = nil, workers: Int = 4
  ) -> CellRuns {
    let worker = MadeUp.Worker(onCPU: seconds / 2, runnable: seconds / 2)
    guard let factors else { return MadeUp.cell(model, schedule, worker, workers: workers) }
    return MadeUp.cell(model, schedule, worker, workers: workers, factors: factors)
  }

  private func verdict(
    _ cells: [CellRuns], work: WorkSummary = MadeUp.work(),
    machine: MachineSummary = MadeUp.machine()
  ) -> Verdict {
    MadeUp.analyse(cells, machine: machine, work: work).verdict
  }

  @Test func threads() {
    let verdict = verdict([serial, threads(2), cell(.swiftProcesses, 2.5)])
    #expect(verdict.choice == .threads && verdict.model == .swiftThreads && verdict.workers == 2)
    #expect(
      verdict.reason == """
        Threads are faster: swift-threads took 2.00 s and swift-processes 2.50 s all at once (1.25 \
        times, 95 % interval 1.25–1.25 from 8 pairs); the same work without workers took \
        4.00 s; it computes, so 2 workers, one for each CPU (4 were measured).
        """)
  }

  @Test func processes() {
    let verdict = verdict([serial, threads(3), cell(.swiftProcesses, 2)])
    #expect(verdict.choice == .processes && verdict.model == .swiftProcesses)
  }

  @Test func theBestOfEachKindIsJudged() {
    let cells = [
      serial, threads(3), cell(.swiftTasks, 2), cell(.swiftProcesses, 2.5),
      cell(.swiftProcessesSpawn, 2.7),
    ]
    #expect(verdict(cells).choice == .threads && verdict(cells).model == .swiftTasks)
  }

  @Test func interpretersAreNotToldApartAsThreadsAndProcesses() {
    func python(
      _ model: ExecutionModel, _ seconds: Double, _ interpreter: InterpreterSummary
    ) -> CellRuns {
      MadeUp.cell(
        model, MadeUp.Worker(onCPU: seconds / 2, runnable: seconds / 2), interpreter: interpreter)
    }
    let work = MadeUp.work(.pythonFunction)
    // The threads of one are the fastest threads, and the processes of the other the fastest processes.
    let cells = [
      python(.pythonThreads, 2, MadeUp.freeThreaded),
      python(.pythonProcessesFork, 3, MadeUp.freeThreaded),
      python(.pythonThreads, 8, MadeUp.python),
      python(.pythonProcessesFork, 2.5, MadeUp.python),
    ]
    let verdict = verdict(cells, work: work)
    #expect(verdict.choice == .threads && verdict.model == .pythonThreads)
    #expect(verdict.interpreter == MadeUp.freeThreaded.path)
    #expect(
      verdict.reason.contains("python-processes-fork (CPython 3.13.0, no GIL) 3.00 s all at once"))
    #expect(
      verdict.reason.contains(
        """
        judged under CPython 3.13.0, no GIL, where the fastest workers ran that can be compared; the \
        best under another interpreter was python-processes-fork (CPython 3.11.7) with 2.50 s
        """))
    // One that ran both is judged before one that didn't, however fast.
    let oneSided = self.verdict(
      [
        python(.pythonThreads, 2, MadeUp.freeThreaded), python(.pythonThreads, 8, MadeUp.python),
        python(.pythonProcessesFork, 4, MadeUp.python),
      ], work: work)
    #expect(oneSided.choice == .processes)
    #expect(oneSided.reason.contains("another interpreter was python-threads (CPython 3.13.0, no"))
  }

  @Test func whatTheServerCostsIsSaid() {
    let processes = MadeUp.cell(.swiftProcesses, MadeUp.Worker(onCPU: 2), server: 0.5)
    let reason = verdict([serial, threads(2), processes]).reason
    #expect(reason.contains("500 ms of it for starting the server, once per program"))
  }

  @Test func eitherWithinFivePerCent() {
    let verdict = verdict([serial, threads(2), cell(.swiftProcesses, 2.04)])
    #expect(verdict.choice == .either && verdict.model == .swiftThreads && verdict.workers == 2)
  }

  @Test func serialWhenNothingBeatsIt() {
    let verdict = verdict([serial, threads(3.95), cell(.swiftProcesses, 5)])
    #expect(verdict.choice == .serial && verdict.model == .serial && verdict.workers == nil)
    #expect(verdict.reason.contains("Nothing beats"))
  }

  @Test func undecidedSaysHowManyMoreRuns() throws {
    let spread = [0.9, 1.12, 0.98, 1.1, 0.95, 1.04, 0.88, 1.02]
    let verdict = verdict([serial, threads(2, factors: spread), cell(.swiftProcesses, 2)])
    #expect(verdict.choice == .undecided && verdict.model == nil && verdict.workers == nil)
    #expect(verdict.reason.contains("more runs of each would decide"))
    let open = try #require(verdict.open)
    #expect(open.between.map(\.model) == [.swiftThreads, .swiftProcesses] && open.n == 8)
    let more = try #require(open.moreRuns)
    #expect(more > 1)
    #expect(open.options == "--models swift-threads,swift-processes --runs \(8 + more)")
    #expect(verdict.reason.contains("(\(open.options ?? "?"))"))
    #expect((open.ratioCI95?.low ?? 9) < 1 && (open.ratioCI95?.high ?? 0) > 1)
    // Four seconds without workers, two with either kind.
    #expect(abs((open.timesSerial ?? 0) - 2) < 0.1)
  }

  @Test func oneKindIsDecidedAmongItself() {
    let fast = verdict([serial, threads(2), cell(.swiftThreadPool, 2.5)])
    #expect(fast.choice == .threads && fast.model == .swiftThreads)
    #expect(fast.reason.hasPrefix("swift-threads is the fastest: "))
    #expect(fast.reason.contains("no model with processes has been measured"))
    let even = verdict([
      serial, threads(2, factors: [0.9, 1.12, 0.98, 1.1, 0.95, 1.04, 0.88, 1.02]),
      cell(.swiftThreadPool, 2),
    ])
    #expect(even.choice == .undecided)
    #expect(even.open?.between.map(\.model) == [.swiftThreads, .swiftThreadPool])
  }

  @Test func whatDidNotFitIsNamed() {
    let ending = ComparisonEnding(
      reason: .timeBudget, timedRuns: 1, elapsedSeconds: 15, timeBudgetSeconds: 15,
      unfinished: [
        ComparisonEnding.Unfinished(
          model: .swiftProcesses, interpreter: nil, schedule: .allAtOnce, estimateSeconds: nil,
          stoppedAfterSeconds: 7)
      ])
    let verdict = CompareReport(
      analysing: [threads(2)], machine: MadeUp.machine(), work: MadeUp.work(), seed: 1,
      ending: ending
    ).verdict
    #expect(verdict.choice == .undecided)
    #expect(
      verdict.reason.hasSuffix(
        """
        no model with processes has been measured: swift-processes had not ended after 7.00 s; the time \
        budget was 15 s: try --time-budget 45s, or fewer items.
        """), "\(verdict.reason)")
  }

  @Test func belowSixBlocksEveryPairMustAgree() {
    let steady = [1.0, 1.0, 1.0]
    let few = { (model, seconds) in self.cell(model, seconds, factors: steady) }
    let serial = MadeUp.cell(.serial, MadeUp.Worker(onCPU: 1), factors: steady)
    #expect(verdict([serial, few(.swiftThreads, 2), few(.swiftProcesses, 3)]).choice == .threads)
    let open = verdict([serial, few(.swiftThreads, 2), few(.swiftProcesses, 2.04)])
    #expect(open.choice == .undecided)
    #expect(open.reason.contains("the median of 0.98, 0.98 and 0.98"))
    #expect(open.reason.contains("about 3 more runs of each would decide"))
  }

  @Test func oneOrTwoPairsMustBeFarOff() {
    for pairs in [[1.0], [1.0, 1.0]] {
      let few = { (model, seconds) in self.cell(model, seconds, factors: pairs) }
      let serial = MadeUp.cell(.serial, MadeUp.Worker(onCPU: 5), factors: pairs)
      let near = verdict([serial, few(.swiftThreads, 2), few(.swiftProcesses, 4)])
      #expect(near.choice == .undecided)
      #expect(near.reason.contains("more runs of each would decide"))
      let far = verdict([serial, few(.swiftThreads, 2), few(.swiftProcesses, 4.5)])
      #expect(far.choice == .threads)
    }
  }

  @Test func aBusyMachineTakesMorePairs() {
    func busy(_ pairs: [Double], serial: Double) -> Verdict {
      CompareReport(
        analysing: [
          MadeUp.cell(.serial, MadeUp.Worker(onCPU: serial / 4), factors: pairs),
          cell(.swiftThreads, 2, factors: pairs), cell(.swiftProcesses, 50, factors: pairs),
        ], machine: MadeUp.machine(), work: MadeUp.work(), seed: 1,
        ending: ComparisonEnding(
          reason: .timeBudget, timedRuns: 6, elapsedSeconds: 15, timeBudgetSeconds: 15,
          othersShare: 0.5)
      ).verdict
    }
    #expect(busy([1, 1], serial: 8).choice == .undecided)
    #expect(busy([1, 1, 1], serial: 8).choice == .threads)
    #expect(busy([1, 1], serial: 24).choice == .threads)
  }

  @Test func globalLockIsNeverRecommended() {
    let verdict = verdict([serial, cell(.swiftThreadsGlobalLock, 1), cell(.swiftProcesses, 2)])
    #expect(verdict.choice == .undecided)
    #expect(verdict.reason.contains("no model with threads"))
    let better = self.verdict([
      serial, cell(.swiftThreadsGlobalLock, 1), threads(2), cell(.swiftProcesses, 3),
    ])
    #expect(better.model == .swiftThreads)
  }

  @Test func namedModelsOfOneKindThatBeatSerialAreAnAnswer() {
    func named(_ cells: [CellRuns]) -> Verdict {
      CompareReport(
        analysing: cells, machine: MadeUp.machine(), work: MadeUp.work(), seed: 1,
        modelsAreNamed: true
      ).verdict
    }
    let cells = [serial, threads(2)]
    #expect(verdict(cells).choice == .undecided)
    let one = named(cells)
    #expect(one.choice == .threads && one.model == .swiftThreads && one.workers == 2)
    #expect(
      one.reason == """
        swift-threads helps: it took 2.00 s all at once; no model with processes has been measured; the \
        same work without workers took 4.00 s; it computes, so 2 workers, one for each CPU (4 were \
        measured).
        """, "\(one.reason)")
    #expect(named([serial, threads(3.95)]).choice == .serial)
    let open = named([
      serial, threads(3.8, factors: [0.9, 1.12, 0.98, 1.1, 0.95, 1.04, 0.88, 1.02]),
    ])
    #expect(open.choice == .undecided)
    // Without the same work beside it there is nothing to be faster than.
    #expect(named([threads(2)]).choice == .undecided)
    // The lock is an example of what to avoid, even where it is named.
    let locked = named([serial, cell(.swiftThreadsGlobalLock, 1), cell(.swiftProcesses, 2)])
    #expect(locked.choice == .processes && locked.model == .swiftProcesses)
    #expect(locked.reason.contains("no model with threads that share no lock has been measured"))
    #expect(named([serial, cell(.swiftThreadsGlobalLock, 1)]).choice == .undecided)
  }

  @Test func pythonFunctionIsJudgedInPython() {
    let cells = [
      serial, threads(1), cell(.swiftProcesses, 3), cell(.pythonThreads, 4),
      cell(.pythonProcessesFork, 2), cell(.pythonProcessesSpawn, 2.5),
    ]
    let function = verdict(cells, work: MadeUp.work(.pythonFunction))
    #expect(function.choice == .processes && function.model == .pythonProcessesFork)
    // Built-in work is judged in Swift; Python is noted.
    let builtIn = verdict(cells)
    #expect(builtIn.choice == .threads && builtIn.model == .swiftThreads)
    #expect(
      builtIn.reason.contains(
        "in Python, python-threads (CPython 3.11.7) took 4.00 s and python-processes-fork"))
    // Only Python was asked for.
    #expect(verdict(Array(cells.suffix(3))).model == .pythonProcessesFork)
  }

  @Test func overlappingRunsAreJudged() {
    let cells = [
      cell(.swiftThreads, 1, .oneAtATime), cell(.swiftProcesses, 3, .oneAtATime),
      threads(3), cell(.swiftProcesses, 2),
    ]
    #expect(verdict(cells).choice == .processes)
    #expect(verdict(Array(cells.prefix(2))).reason.contains("one at a time"))
  }

  @Test func workerCounts() {
    // I/O-bound: as many as were measured.
    let waiting = MadeUp.Worker(onCPU: 0.001, io: 0.1)
    let io = [
      MadeUp.cell(.serial, waiting, workers: 20), MadeUp.cell(.swiftThreads, waiting, workers: 20),
      MadeUp.cell(.swiftProcesses, MadeUp.Worker(start: 0.1, io: 0.1), workers: 20),
    ]
    #expect(verdict(io, work: MadeUp.work(.io, items: 20)).workers == 20)
    // Half and half: twice as many as CPUs.
    let mixed = MadeUp.Worker(onCPU: 0.1, io: 0.1)
    let half = [
      MadeUp.cell(.serial, mixed, workers: 20), MadeUp.cell(.swiftThreads, mixed, workers: 20),
      MadeUp.cell(.swiftProcesses, MadeUp.Worker(start: 0.1, onCPU: 0.1, io: 0.1), workers: 20),
    ]
    #expect(verdict(half, work: MadeUp.work(.mixed, items: 20)).workers == 4)
    // More CPUs than items.
    let cells = [serial, threads(2), cell(.swiftProcesses, 3)]
    #expect(verdict(cells, machine: MadeUp.machine(cpus: 64)).workers == 4)
  }

  @Test func nothingMeasured() {
    let verdict = verdict([serial])
    #expect(verdict.choice == .undecided)
    #expect(verdict.reason == "No model with workers has been measured.")
    #expect(self.verdict([]).choice == .undecided)
    var failed = threads(1)
    failed.error = "it failed"
    #expect(self.verdict([failed, cell(.swiftProcesses, 1)]).choice == .undecided)
  }
}
