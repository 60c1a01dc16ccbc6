import TandemModel
import TandemObserve
import TandemSystem
import Testing

@testable import TandemLab

@Suite("Real runs, watched", .timeLimit(.minutes(10))) struct WatchLiveTests {
  /// Whether waits of other processes can be looked into, and there are switch records.
  @Sendable private static func canWatch() -> Bool {
    (try? SwitchEvents(following: .threads([OSThread.currentID]))) != nil
      && (try? ProcFile.bytes("/proc/self/syscall")) != nil
  }

  private static func results(
    _ models: [ExecutionModel], _ kind: Workload.Kind, workers: Int = 4
  ) async throws -> [CellRuns] {
    let interpreters = models.contains(where: \.isPython) ? [try await Pythons.any()] : []
    let plan = ExperimentPlan(
      workload: Workload(kind: kind, items: workers, workers: workers), models: models,
      modelsAreChosen: true, schedules: [.allAtOnce], interpreters: interpreters, runs: 1,
      budgetSeconds: 60, seed: 7)
    let results = await Experiment(
      plan: plan, python: try PythonModel(launcher: SupervisedLauncher())
    ) { _ in }.run()
    #expect(results.omitted == [] && results.failures.isEmpty && !results.wasInterrupted)
    return results.cells
  }

  private static func check(_ result: ModelResult) throws -> ObservedRuns {
    let watched = try #require(
      result.observedRuns, "\(result.model.rawValue): \(result.notMeasured)")
    #expect(watched.switches == .exact && watched.workersUnseen == 0)
    #expect(result.sharesFrom == .observed)
    let sum = result.shares.reduce(0) { $0 + $1.seconds }
    let wall = watched.wallSeconds.reduce(0, +) / Double(watched.n)
    #expect(abs(sum - wall) < 1e-6 * wall)
    // Both sides are the kernel's; on a loaded machine, too, they are of the same time.
    for check in watched.checks where check.figure != .gil {
      #expect(
        check.agrees,
        "\(result.model.rawValue) \(check.figure): \(check.reported), seen \(check.observed)")
    }
    return watched
  }

  /// CPU-bound threads of Python wait for its GIL for most of the time, also where no worker says so.
  @Test(
    .enabled("needs a Python 3.6 or newer", Pythons.found),
    .enabled("needs switch records and waits of other processes", { canWatch() }))
  func threadsOfPythonWaitForItsGIL() async throws {
    let files = try PythonFiles([
      "work.py": """
      def spin(index):
          for i in range(1500000):
              index += i * i
      """
    ])
    let cells = try await Self.results(
      [.pythonThreads],
      .pythonFunction(path: "\(files.path)/work.py", name: "spin", arguments: .indices))
    let result = AnalysedCell(try #require(cells.first), seed: 1).result
    let watched = try Self.check(result)
    let gil = result.shares.first { $0.state == .gil }?.seconds ?? 0
    let wall = watched.wallSeconds.reduce(0, +) / Double(watched.n)
    let runnable = result.shares.first { $0.state == .runnable }?.seconds ?? 0
    // Time that others took from all of them alike says nothing about the lock.
    #expect(gil > 0.3 * (wall - runnable), "\(result.shares)")
    #expect(gil > 0.1 * wall, "\(result.shares)")
    let handovers = try #require(watched.gilHandovers)
    #expect(handovers >= 3)
    #expect(!result.notMeasured.contains { $0.contains("GIL") })
  }

  /// What was seen of Swift's models agrees with what their workers report.
  @Test(.enabled("needs switch records and waits of other processes", { canWatch() }))
  func modelsOfSwiftAreSeenWhole() async throws {
    let models: [ExecutionModel] = [
      .serial, .swiftThreads, .swiftThreadsGlobalLock, .swiftThreadPool, .swiftProcesses,
      .swiftProcessPool,
    ]
    for cell in try await Self.results(models, .mixed(seconds: 0.02)) {
      let result = AnalysedCell(cell, seed: 1).result
      let watched = try Self.check(result)
      let io = watched.workerSeconds.first { $0.state == .io }?.seconds ?? 0
      let ready = watched.workerSeconds.first { $0.state == .runnable }?.seconds ?? 0
      // Four workers of half of 20 ms each; a wait of 2 ms may end late. Where others want the CPUs, a
      // stretch of readiness beside the body, but between its readings, is taken off the waits.
      #expect(
        io >= 0.02 && io + ready >= 0.035 && io <= 0.06,
        "\(result.model.rawValue): \(watched.workerSeconds)")
    }
  }

  /// Threads that take turns under a lock of the user's own are told so, with the lock.
  @Test(
    .enabled("needs a Python 3.6 or newer", Pythons.found),
    .enabled("needs switch records and waits of other processes", { canWatch() }))
  func aLockOfTheUsersIsFound() async throws {
    let files = try PythonFiles([
      "work.py": """
      import threading, time
      lock = threading.Lock()
      def turn(index):
          with lock:
              time.sleep(0.05)
      """
    ])
    let cells = try await Self.results(
      [.pythonThreads],
      .pythonFunction(path: "\(files.path)/work.py", name: "turn", arguments: .indices),
      workers: 8)
    let cell = AnalysedCell(try #require(cells.first), seed: 1)
    let program = try #require(cell.program)
    let finding = try #require(
      LockBound().conclusions(from: program).first?.finding, "\(program.wallShares)")
    #expect(finding.evidence["max_waiters"] ?? 0 >= 2, "\(finding)")
    // 50, 100, 150 ms and so on; when two are left, one waits alone, as others wait for work.
    #expect(
      program.totals[.lock] >= 0.54 && program.totals[.lock] <= 1.89, "\(program.totals)")
    let found = Rules.findings(
      in: Comparison(
        machine: MadeUp.machine(), work: MadeUp.work(), results: [cell.result],
        watched: [WatchedModel(result: cell.result, program: program)]))
    #expect(
      found.map(\.rule).contains("lock-bound"), "\(cell.result.observedRuns?.workerSeconds ?? [])")
  }

  /// A run that can't be watched still runs: the gate opens in any case.
  @Test func aRunThatIsGoneOpensTheGate() async throws {
    let gate = try RunGate()
    #expect(gate.arrivals(atMost: 1).isEmpty)
    gate.open()
    try RunGate.pass(gate.paths)
    #expect(gate.arrivals(atMost: 2) == [ServerLaunch.ownPID])
  }
}
