import Tandem
import TandemModel
import TandemSystem

/// Runs cells, each time in a fresh process, and within a time.
struct CellRunner: Sendable {
  /// A run was stopped that took longer than it may.
  struct TimeIsOver: Error {
    /// After so many seconds.
    var seconds: Double
  }

  private let workload: Workload
  private let swiftWork: SwiftWork?
  private let python: PythonModel?
  /// Python's work, under each interpreter that can do it.
  var pythonWork: [PythonInterpreter: PythonWork] = [:]

  /// Prepares.
  ///
  /// - Parameters:
  ///   - plan: what to run.
  ///   - python: what runs Python's models; nil when there are none.
  init(_ plan: ExperimentPlan, python: PythonModel?) {
    workload = plan.workload
    self.python = python
    swiftWork = plan.models.contains { !$0.isPython } ? plan.workload.settledForSwift() : nil
  }

  /// Runs a cell once.
  ///
  /// - Parameters:
  ///   - cell: the cell.
  ///   - part: the part of the work to do; nil for all of it.
  ///   - gate: what to pass before it begins; nil for nothing.
  ///   - limit: after how many seconds it is stopped.
  /// - Returns: what was seen.
  /// - Throws: `TimeIsOver`, `CancellationError`, or why it failed.
  func run(
    _ cell: Cell, part: Workload? = nil, gate: RunGate.Paths? = nil, limit: Double
  ) async throws -> RunRecord {
    let workload = part ?? self.workload.over(workers: cell.workers)
    return try await Self.within(limit) {
      if let interpreter = cell.interpreter {
        guard let python, let work = pythonWork[interpreter] else { throw CancellationError() }
        return try await python.run(
          cell.model, schedule: cell.schedule, workers: workload.workers, items: workload.items,
          work: work, interpreter: interpreter.withoutShim, gate: gate)
      }
      let run = try swiftRun(cell.model, cell.schedule, workload)
      guard let gate else { return try await inFreshProcess(run) }
      return try await inFreshProcess(WatchedSwiftRun(run: run, gate: gate))
    }
  }

  /// Runs a model with few workers, and reads their memory before they end.
  ///
  /// - Parameters:
  ///   - family: the model.
  ///   - limit: after how many seconds it is stopped.
  /// - Returns: a mean over the workers.
  /// - Throws: `TimeIsOver`, `CancellationError`, or why it failed.
  func memory(of family: Cell.Family, limit: Double) async throws -> MemorySummary {
    try await Self.within(limit) {
      if let interpreter = family.interpreter {
        guard let python, let work = pythonWork[interpreter] else { throw CancellationError() }
        let few = workload.with(workers: min(RunCost.few, workload.workers))
        return try await python.memory(
          family.model, workers: few.workers, items: few.items, work: work,
          interpreter: interpreter.withoutShim)
      }
      let run = try swiftRun(family.model, .allAtOnce, workload)
      return try await inFreshProcess(SwiftMemoryRun(of: run))
    }
  }

  private func swiftRun(
    _ model: ExecutionModel, _ schedule: Schedule, _ workload: Workload
  ) throws -> SwiftRun {
    guard let swiftWork else { throw CancellationError() }
    return SwiftRun(
      model: model, schedule: schedule, workers: workload.workers,
      items: workload.items, work: swiftWork)
  }

  /// Runs a task in a process that nothing has happened in yet; cancelling ends the process.
  private func inFreshProcess<Run: WorkerTask>(_ run: Run) async throws -> Run.Output {
    try Task.checkCancellation()
    let process = WorkerProcess(name: "tandem-run", isDaemon: true, startMethod: .spawn, task: run)
    try process.start()
    return try await withTaskCancellationHandler {
      let outcome = try await process.join()
      try Task.checkCancellation()
      return try outcome.get()
    } onCancel: {
      process.kill()
    }
  }

  /// Does something that is cancelled, and waited for, when its time is over.
  private static func within<Result: Sendable>(
    _ seconds: Double, _ body: @escaping @Sendable () async throws -> Result
  ) async throws -> Result {
    guard seconds.isFinite else { return try await body() }
    return try await withThrowingTaskGroup(of: Result?.self) { group in
      group.addTask { try await body() }
      group.addTask {
        try await Task.sleep(for: .seconds(max(0, seconds)))
        return nil
      }
      defer { group.cancelAll() }
      guard let first = try await group.next(), let result = first else {
        throw TimeIsOver(seconds: seconds)
      }
      return result
    }
  }
}
