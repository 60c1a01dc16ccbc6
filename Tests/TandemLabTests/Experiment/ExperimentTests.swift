import Foundation
import Synchronization
import TandemModel
import TandemSystem
import TandemTestSupport
import Testing

@testable import TandemLab

@Suite(.timeLimit(.minutes(10))) struct ExperimentTests {
  private static func plan(
    _ models: [ExecutionModel], schedules: [TandemModel.Schedule] = [.allAtOnce],
    kind: Workload.Kind = .squares(iterations: 1_000), workers: Int = 2,
    interpreters: [PythonInterpreter] = [], runs: Int? = 2, budgetSeconds: Double = 30
  ) -> ExperimentPlan {
    ExperimentPlan(
      workload: Workload(kind: kind, items: workers, workers: workers), models: models,
      modelsAreChosen: true, schedules: schedules, interpreters: interpreters, runs: runs,
      budgetSeconds: budgetSeconds, seed: 7)
  }

  @Test func warmUpIsNotAmongTheRuns() async {
    let told = Mutex<[String]>([])
    let experiment = Experiment(
      plan: Self.plan([.serial, .swiftThreads], schedules: [.oneAtATime, .allAtOnce]), python: nil
    ) { progress in told.withLock { $0.append(progress.running) } }
    let results = await experiment.run()
    #expect(!results.wasInterrupted)
    #expect(results.omitted == [] && results.failures.isEmpty)
    #expect(results.cells.count == 4)
    for cell in results.cells {
      #expect(cell.error == nil)
      // A block each, in the order of the blocks.
      #expect(cell.runs.map(\.block) == [0, 1])
      #expect(cell.workers == (cell.model == .serial ? 0 : 2))
    }
    let threads = results.cells.filter { $0.model == .swiftThreads }
    #expect(threads.allSatisfy { $0.memory.stackKiBPerWorker != nil })

    // Every run was told of, the first item first, then in the order of the seed, another in each block.
    var generator = SplitMix64(seed: 7, use: "order")
    let order = (0..<2).flatMap { _ in (0..<4).shuffled(using: &generator) }
    let labels = Self.plan([.serial, .swiftThreads], schedules: [.oneAtATime, .allAtOnce]).cells
      .map(\.label)
    let timed = told.withLock(\.self).drop { $0.hasPrefix("warming up") }
      .filter { !$0.hasPrefix("observing") && !$0.hasPrefix("memory of") }
    #expect(Array(timed) == order.map { labels[$0] })
    #expect(told.withLock { $0.first == "warming up serial" })
    #expect(results.ending.reason == .runsMade && results.ending.timedRuns == 8)
    #expect(results.ending.timeBudgetSeconds == nil && results.ending.unfinished == [])
  }

  @Test func theBudgetBoundsTheRuns() async {
    let experiment = Experiment(
      plan: Self.plan([.serial, .swiftThreads], runs: nil, budgetSeconds: 2), python: nil
    ) { _ in }
    let results = await experiment.run()
    #expect(results.cells.allSatisfy { (1...Experiment.mostRuns).contains($0.runs.count) })
    #expect(!results.wasInterrupted)
    #expect(results.ending.timeBudgetSeconds == 2)
  }

  /// The threads wait at the same time, and the serial work one after the other.
  @Test func aClearWinnerEndsTheRunsEarly() async {
    let experiment = Experiment(
      plan: Self.plan(
        [.serial, .swiftThreads], kind: .io(seconds: 0.05), workers: 6, runs: nil,
        budgetSeconds: 60), python: nil
    ) { _ in }
    let results = await experiment.run()
    #expect(results.ending.reason == .clearWinner)
    #expect(results.ending.elapsedSeconds < 40)
    #expect(results.cells.map(\.isClearlySlower) == [true, false])
    // Where there is time, there are enough runs for an interval.
    #expect(results.cells.allSatisfy { $0.runs.count == Bootstrap.leastCount })
  }

  @Test func whatDoesNotFitIsLeftOutAndSaid() async {
    let experiment = Experiment(
      plan: Self.plan(
        [.serial, .swiftThreads], kind: .io(seconds: 0.5), workers: 60, runs: nil,
        budgetSeconds: 10), python: nil
    ) { _ in }
    let results = await experiment.run()
    #expect(results.cells.map(\.model) == [.swiftThreads])
    #expect(results.ending.unfinished.map(\.model) == [.serial])
    // Sixty items of half a second.
    #expect((results.ending.unfinished.first?.estimateSeconds ?? 0) >= 30)
    #expect(results.omitted.first?.what == "serial, all-at-once")
    #expect(results.ending.elapsedSeconds < 12)
  }

  @Test func aRunThatIsLongerThanTheBudgetIsStopped() async {
    let experiment = Experiment(
      plan: Self.plan([.swiftThreads], kind: .io(seconds: 60), runs: nil, budgetSeconds: 1),
      python: nil
    ) { _ in }
    let results = await experiment.run()
    #expect(results.cells.isEmpty && results.ending.reason == .timeBudget)
    #expect(results.ending.unfinished.first?.stoppedAfterSeconds != nil)
    #expect(results.ending.elapsedSeconds < 20)
  }

  @Test(.tags(.timing), .promisesTime)
  func cancellingKeepsWhatWasMeasured() async throws {
    let (begun, signal) = AsyncStream.makeStream(of: Void.self)
    let timed = Atomic(0)
    let experiment = Experiment(
      plan: Self.plan([.serial, .swiftThreads, .swiftProcesses], runs: 1000), python: nil
    ) { progress in
      guard !progress.running.hasPrefix("warming up") else { return }
      // When the fifth is told of, four were measured: a block and the first of another.
      if timed.add(1, ordering: .relaxed).newValue == 5 { signal.yield() }
    }
    let task = Task { await experiment.run() }
    for await _ in begun { break }
    let cancelled = ContinuousClock.now
    task.cancel()
    let results = await task.value
    #expect(ContinuousClock.now - cancelled < TimePromise.experimentEndsWhenCancelled)
    #expect(results.wasInterrupted)
    #expect(results.cells.count == 3)
    let runs = results.cells.reduce(0) { $0 + $1.runs.count }
    #expect(runs >= 4 && runs < 1000)
    #expect(results.cells.allSatisfy { $0.error == nil && !$0.runs.isEmpty })
    #expect(results.failures.isEmpty)
  }

  @Test(.enabled("needs a Python 3.6 or newer", Pythons.found))
  func aWorkerThatDiesFailsItsCellAlone() async throws {
    let files = try PythonFiles([
      "work.py": """
      import multiprocessing, os
      def dies_in_a_process(index):
          if multiprocessing.parent_process() is not None:
              os.kill(os.getpid(), 9)
          return index
      """
    ])
    let experiment = Experiment(
      plan: Self.plan(
        [.pythonSerial, .pythonThreads, .pythonProcessesFork],
        kind: .pythonFunction(
          path: "\(files.path)/work.py", name: "dies_in_a_process", arguments: .indices),
        interpreters: [try await Pythons.any()]),
      python: try PythonModel(launcher: SupervisedLauncher())
    ) { _ in }
    let results = await experiment.run()
    #expect(!results.wasInterrupted)
    for cell in results.cells {
      let fails = cell.model == .pythonProcessesFork
      #expect((cell.error != nil) == fails)
      #expect(cell.runs.count == (fails ? 0 : 2))
      if fails { #expect(cell.error?.contains("signal 9") == true) }
    }
  }

  @Test(.enabled("needs a Python 3.6 or newer", Pythons.found))
  func anInterpreterThatIsGoneFailsItsCellsAlone() async throws {
    var gone = try await Pythons.any()
    gone.path = "/nonexistent/python3"
    let experiment = Experiment(
      plan: Self.plan([.serial, .pythonSerial, .pythonThreads], interpreters: [gone], runs: 1),
      python: try PythonModel(launcher: SupervisedLauncher())
    ) { _ in }
    let results = await experiment.run()
    #expect(results.cells.map(\.runs.count) == [1, 0, 0])
    #expect(
      results.cells.map(\.error) == [
        nil, "there is no program at /nonexistent/python3",
        "there is no program at /nonexistent/python3",
      ])
    #expect(!results.wasInterrupted)
  }
}
