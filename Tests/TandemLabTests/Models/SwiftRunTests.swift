import Tandem
import TandemModel
import Testing

@testable import TandemLab

@Suite(.timeLimit(.minutes(10))) struct SwiftRunTests {
  /// A pool's workers take what comes: `PoolModelTests`.
  static let models = ExecutionModel.allCases.filter {
    !$0.isPython && $0 != .swiftProcessPool && $0 != .swiftThreadPool
  }

  @Test(arguments: models, Schedule.allCases)
  func everyModelGivesAWholeRecord(model: ExecutionModel, schedule: Schedule) async throws {
    let record = try await FreshProcess.run(
      SwiftRun(
        model: model, schedule: schedule, workers: 3, items: 6,
        work: .builtIn(.squares(iterations: 200_000))))
    #expect(record.workers.count == (model == .serial ? 1 : 3))
    #expect(record.usage.cpuSeconds > 0)
    #expect(record.usage.maxResidentKiB > 1_000)
    #expect(record.notMeasured == [])
    #expect(record.beganNS < record.endedNS)
    for worker in record.workers {
      #expect(record.beganNS <= worker.startCalledNS)
      #expect(worker.startCalledNS <= worker.bodyEnteredNS)
      #expect(worker.bodyEnteredNS < worker.bodyLeftNS)
      #expect(worker.bodyLeftNS <= worker.endObservedNS)
      #expect(worker.endObservedNS <= record.endedNS)
      #expect(worker.onCPUNS > 0)
      let body = worker.bodyLeftNS - worker.bodyEnteredNS
      #expect(worker.onCPUNS + (worker.runnableNS ?? 0) + worker.blocked.knownNS <= body)
      #expect(worker.switches != nil)
      #expect((worker.blocked.gilNS != nil) == (model == .swiftThreadsGlobalLock))
      #expect((worker.usage != nil) == (model.workerKind == .process))
      if let usage = worker.usage {
        #expect(usage.cpuSeconds > 0 && usage.maxResidentKiB > 1_000)
        // What the kernel accounted holds the body; it counts in microseconds.
        #expect(usage.cpuSeconds + 1e-5 >= Double(worker.onCPUNS) / 1e9)
      }
    }
    for (earlier, later) in zip(record.workers, record.workers.dropFirst()) {
      #expect(earlier.startCalledNS <= later.startCalledNS)
      if schedule == .oneAtATime { #expect(earlier.endObservedNS <= later.startCalledNS) }
    }
    if schedule == .allAtOnce, model.workerKind != .none {
      // All were started before the first was joined, which was not done before it ended.
      let lastStart = record.workers.map(\.startCalledNS).max() ?? 0
      let lastEnd = record.workers.map(\.endObservedNS).max() ?? 0
      #expect(lastStart < lastEnd)
    }
    checkDriver(record, model)
    let inBodies = record.workers.reduce(0) { $0 + Double($1.onCPUNS) } / 1e9
    #expect(record.usage.cpuSeconds + 1e-4 >= inBodies)
  }

  private func checkDriver(_ record: RunRecord, _ model: ExecutionModel) {
    let expected: [DriverSpan.Activity] =
      switch model.workerKind {
      case .none, .task: []
      case .thread: [.preparing]
      case .process: [.startingServer, .preparing]
      }
    #expect(record.driver.map(\.activity) == expected)
    var last = record.beganNS
    for span in record.driver {
      #expect(last <= span.fromNS && span.fromNS <= span.toNS)
      last = span.toNS
    }
    #expect(record.workers.allSatisfy { last <= $0.startCalledNS })
  }

  @Test func tasksThatAwaitSayWhatTheyCannotMeasure() async throws {
    let record = try await FreshProcess.run(
      SwiftRun(
        model: .swiftTasks, schedule: .allAtOnce, workers: 3, items: 3,
        work: .builtIn(.io(nanoseconds: 20_000_000))))
    #expect(record.workers.allSatisfy { $0.runnableNS == nil && $0.switches == nil })
    #expect(record.workers.allSatisfy { ($0.blocked.ioNS ?? 0) >= 20_000_000 })
    #expect(record.notMeasured.count == 1)
  }

  @Test func pythonsModelsAreNotSwifts() async {
    await #expect(throws: PoolError.self) {
      try await SwiftRun(
        model: .pythonThreads, schedule: .allAtOnce, workers: 1, items: 1,
        work: .builtIn(.squares(iterations: 1))
      ).run()
    }
  }

  @Test(arguments: models) func memoryOfAWorker(model: ExecutionModel) async throws {
    let memory = try await FreshProcess.run(
      SwiftMemoryRun(
        of: SwiftRun(
          model: model, schedule: .oneAtATime, workers: 20, items: 20,
          work: .builtIn(.squares(iterations: 1_000)))))
    switch model.workerKind {
    case .process:
      let pss = try #require(memory.pssKiBPerWorker)
      let uss = try #require(memory.ussKiBPerWorker)
      #expect(pss >= uss && uss > 0)
      #expect(memory.stackKiBPerWorker == nil)
      #expect(memory.when.contains("4 workers"))
    case .thread:
      let stack = try #require(memory.stackKiBPerWorker)
      #expect(stack >= 4 && stack < 8_192)
      #expect(memory.pssKiBPerWorker == nil && memory.ussKiBPerWorker == nil)
      #expect(memory.when.contains("4 workers"))
    case .none, .task:
      #expect(memory.pssKiBPerWorker == nil && memory.ussKiBPerWorker == nil)
      #expect(memory.stackKiBPerWorker == nil)
      #expect(memory.how.hasPrefix("not measured"))
    }
  }
}
