import Foundation
import Synchronization
import TandemModel
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

    // Every run was told of, warm-ups first, then in the order of the seed.
    let order = RunBudget(seconds: 0, costs: [1, 1, 1, 1], runs: 2).order(seed: 7).joined()
    let labels = Self.plan([.serial, .swiftThreads], schedules: [.oneAtATime, .allAtOnce]).cells
      .map(\.label)
    let timed = told.withLock(\.self).drop { $0.hasPrefix("warming up") }
      .filter { !$0.hasPrefix("observing") }
    #expect(Array(timed) == order.map { labels[$0] })
    #expect(told.withLock { $0.contains("warming up swift-threads, all-at-once") })
  }

  @Test func theBudgetBoundsTheRuns() async {
    let experiment = Experiment(
      plan: Self.plan([.serial, .swiftThreads], runs: nil, budgetSeconds: 2), python: nil
    ) { _ in }
    let results = await experiment.run()
    #expect(results.cells.allSatisfy { (1...RunBudget.most).contains($0.runs.count) })
    // A slow machine gets fewer blocks: the run after which the time was over was the last block's.
    #expect(!results.wasInterrupted)
    #expect(results.omitted.allSatisfy { $0.what.hasPrefix("observed runs of") })
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

  @Test(.enabled("needs a Python 3.8 or newer", Pythons.found))
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

  @Test(.enabled("needs a Python 3.8 or newer", Pythons.found))
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
