import Tandem
package import TandemModel
import TandemObserve
import TandemSystem

/// One timed run of a Swift model, which is itself a task: each run has a fresh process of its own.
package struct SwiftRun: WorkerTask {
  /// The execution model.
  package var model: ExecutionModel
  /// When workers are started and joined.
  package var schedule: Schedule
  /// How many workers; for the serial model, how many shares the items are recorded in.
  package var workers: Int
  /// How many items all workers do together.
  package var items: Int
  /// What an item does.
  package var work: SwiftWork

  /// Makes a run.
  ///
  /// - Parameters:
  ///   - model: a Swift model.
  ///   - schedule: when workers are started and joined.
  ///   - workers: how many workers.
  ///   - items: how many items all workers do together.
  ///   - work: what an item does.
  package init(
    model: ExecutionModel, schedule: Schedule, workers: Int, items: Int, work: SwiftWork
  ) {
    self.model = model
    self.schedule = schedule
    self.workers = workers
    self.items = items
    self.work = work
  }

  /// The items of one worker: neighbours, as equal in number as can be.
  func items(of worker: Int) -> Range<Int> {
    items * worker / workers..<items * (worker + 1) / workers
  }

  /// Runs the model.
  ///
  /// - Returns: what was seen.
  /// - Throws: why a worker could not be started or did not end well.
  package func run() async throws -> RunRecord {
    let work = try work.resolved()
    var log = RunLog()
    switch model {
    case .serial: try await runSerial(&log, work)
    case .swiftTasks: try await runTasks(&log, work)
    case .swiftThreads: try runThreads(&log, work, lock: nil)
    case .swiftThreadsGlobalLock: try runThreads(&log, work, lock: GlobalLock())
    case .swiftProcesses: try runProcesses(&log, method: .forkServer)
    case .swiftProcessesSpawn: try runProcesses(&log, method: .spawn)
    case .swiftProcessPool: try await runProcessPool(&log)
    case .swiftThreadPool: try await runThreadPool(&log)
    default: throw PoolError(.cannotStart, "\(model.rawValue) is not a Swift model")
    }
    return log.record()
  }
}

/// What a run writes down while it goes on.
struct RunLog {
  let began = MonotonicClock.now()
  private let usageBefore = RUsage.now(.process)
  var ended: UInt64?
  var driver: [DriverSpan] = []
  var workers: [WorkerRecord] = []
  var notMeasured: [String] = []
  var pool: PoolRecord?
  /// What the kernel accounted to others than this process, such as worker processes and their server.
  var others: [ResourceUsage] = []

  /// Writes down what the driver does.
  mutating func span<Result>(
    _ activity: DriverSpan.Activity, _ body: () throws -> Result
  ) rethrows -> Result {
    let from = MonotonicClock.now()
    defer {
      driver.append(DriverSpan(activity: activity, fromNS: from, toNS: MonotonicClock.now()))
    }
    return try body()
  }

  /// Marks the end of the timed part.
  mutating func end() {
    ended = MonotonicClock.now()
  }

  /// The record of the run; called after the timed part.
  func record() -> RunRecord {
    var total = ResourceUsage(RUsage.now(.process).since(usageBefore))
    for other in others {
      total.userSeconds += other.userSeconds
      total.systemSeconds += other.systemSeconds
      total.switches.voluntary += other.switches.voluntary
      total.switches.involuntary += other.switches.involuntary
      total.maxResidentKiB = max(total.maxResidentKiB, other.maxResidentKiB)
    }
    return RunRecord(
      beganNS: began, endedNS: ended ?? MonotonicClock.now(), driver: driver, workers: workers,
      usage: total, notMeasured: notMeasured, pool: pool)
  }
}
