import Tandem
package import TandemModel
import TandemObserve
import TandemSystem
import TandemText

/// Runs a plan: a warm-up of each cell, then timed runs in blocks, each in a fresh process.
package actor Experiment {
  private let plan: ExperimentPlan
  private let swiftWork: SwiftWork?
  private let python: PythonModel?
  private let report: @Sendable (MeasurementProgress) -> Void
  private let began = MonotonicClock.now()

  private var pythonWork: [PythonInterpreter: PythonWork] = [:]
  private var cells: [CellState] = []
  private var memory: [Cell.Family: MemorySummary] = [:]
  private var omitted: [Omission] = []
  /// Why runs could not be watched, the first reason of each model.
  private var unwatched: [(model: String, reason: String)] = []
  private var failures: [PythonFailure] = []

  /// A traceback to show.
  package struct PythonFailure: Sendable {
    /// What failed.
    package var label: String
    /// Python's traceback, or what was last written to standard error.
    package var text: String
  }

  private struct CellState {
    var cell: Cell
    /// What one run takes, in seconds, its fresh process included.
    var cost = 0.0
    var error: String?
    var runs: [TimedRun] = []
    /// Runs that were watched from outside, after the timed ones.
    var watched: [WatchedRun] = []
    /// Whether it was left out after all.
    var isOut = false
  }

  /// Prepares an experiment.
  ///
  /// - Parameters:
  ///   - plan: what to run.
  ///   - python: what runs Python's models; nil when there are none.
  ///   - report: told what is running, whenever that changes.
  package init(
    plan: ExperimentPlan, python: PythonModel?,
    report: @escaping @Sendable (MeasurementProgress) -> Void
  ) {
    self.plan = plan
    self.python = python
    self.report = report
    swiftWork = plan.models.contains { !$0.isPython } ? plan.workload.settledForSwift() : nil
    cells = plan.cells.map { CellState(cell: $0) }
  }

  /// Everything that was measured so far.
  package struct Results: Sendable {
    /// A cell each.
    package var cells: [CellRuns]
    /// What was left out, and why.
    package var omitted: [Omission]
    /// The tracebacks of what failed.
    package var failures: [PythonFailure]
    /// Whether it was stopped before its end.
    package var wasInterrupted: Bool
  }

  /// Runs the plan to its end, or until the task is cancelled.
  ///
  /// - Returns: everything that was measured.
  package func run() async -> Results {
    var wasInterrupted = false
    do {
      try await warmUp()
      try await measure()
      try await watch()
    } catch {
      // Only cancellation comes through; every other error belongs to its cell.
      wasInterrupted = true
    }
    return Results(
      cells: cells.filter { !$0.isOut }.map { state in
        CellRuns(
          model: state.cell.model, schedule: state.cell.schedule,
          interpreter: state.cell.interpreter?.summary,
          workers: state.cell.model.workerKind == .none ? 0 : state.cell.workers,
          error: state.error, runs: state.runs, watched: state.watched,
          memory: memory[state.cell.family] ?? MemorySummary())
      },
      omitted: omitted, failures: failures, wasInterrupted: wasInterrupted)
  }

  // MARK: Warm-up

  /// Runs everything once with at most four workers, untimed: each model for its memory, each cell for
  /// what a whole run will cost.
  private func warmUp() async throws {
    try await settlePython()
    for family in unique(cells.filter { $0.error == nil }.map(\.cell.family)) {
      tell("warming up \(family.model.rawValue)")
      do {
        memory[family] = try await memoryRun(family)
      } catch {
        try fail(error) { $0.family == family }
      }
    }
    for index in cells.indices where cells[index].error == nil {
      let cell = cells[index].cell
      tell("warming up \(cell.label)")
      do {
        cells[index].cost = try await estimate(cell)
      } catch {
        try fail(error) { $0 == cell }
      }
    }
    if !plan.modelsAreChosen, plan.runs == nil { leaveOutWhatEatsTheBudget() }
  }

  /// Leaves out cells that would eat the time of the others.
  ///
  /// They take a good part of the budget and much longer than cells usually do: where all take long, the
  /// work does, and leaving any out would tell less in the same time. A sweep's cells of one model are
  /// judged by the cheapest of them, since its curve needs them all.
  private func leaveOutWhatEatsTheBudget() {
    for schedule in plan.schedules {
      let running = cells.filter { $0.cell.schedule == schedule && $0.error == nil }
      let costs = Dictionary(
        running.map { ($0.cell.family, $0.cost) }, uniquingKeysWith: { min($0, $1) })
      guard let usual = Statistics.median(Array(costs.values)) else { continue }
      for family in unique(running.map(\.cell.family)) {
        // The same work without workers is what the others are measured against.
        guard family.model.workerKind != .none,
          let cost = costs[family], cost > plan.budgetSeconds / 8, cost > 3 * usual
        else {
          continue
        }
        leaveOut(family, schedule, estimate: cost)
      }
    }
  }

  /// What a whole run will take, from a run of a few workers.
  private func estimate(_ cell: Cell) async throws -> Double {
    let workers = cell.workers
    let few = min(RunCost.few, workers)
    let from = MonotonicClock.now()
    let record = try await timedRun(cell, workers: few)
    return RunCost.ofWholeRun(
      record, elapsedSeconds: seconds(since: from), times: Double(workers) / Double(few))
  }

  private func leaveOut(_ family: Cell.Family, _ schedule: Schedule, estimate: Double) {
    let own = cells.indices.filter {
      cells[$0].cell.family == family && cells[$0].cell.schedule == schedule
    }
    for index in own { cells[index].isOut = true }
    guard let first = own.first else { return }
    omitted.append(
      Omission(
        what: cells[first].cell.nameWithoutWorkers,
        why: """
          one run would take about \(FigureText.duration(estimate)), more than an eighth of the time \
          budget of \(FigureText.setting(seconds: plan.budgetSeconds)): name it with --models, or raise \
          --time-budget
          """))
  }

  /// Asks each interpreter how many iterations take the time that was asked for, once.
  private func settlePython() async throws {
    guard let python, let work = plan.workload.forPython else { return }
    for interpreter in plan.interpreters {
      do {
        let description = try await python.describe(
          interpreter.path, work: work, timeout: .seconds(60))
        pythonWork[interpreter] = work.calibrated(iterations: description.iterations)
      } catch {
        try fail(error) { $0.interpreter == interpreter }
      }
    }
  }

  // MARK: Timed runs

  private func measure() async throws {
    let active = cells.indices.filter { !cells[$0].isOut && cells[$0].error == nil }
    let costs = active.map { max(0.001, cells[$0].cost) }
    let left =
      plan.budgetSeconds - elapsed - WatchBudget.seconds(of: plan.budgetSeconds, costs: costs)
    let rest = max(left, plan.budgetSeconds / 4)
    let budget = RunBudget(seconds: rest, costs: costs, runs: plan.runs)
    let order = budget.order(seed: plan.seed)
    var done = elapsed
    let total = done + order.joined().map { costs[$0] }.reduce(0, +)
    for (block, positions) in order.enumerated() {
      for position in positions {
        let index = active[position]
        guard cells[index].error == nil else { continue }
        let cell = cells[index].cell
        tell(cell.label, done: done, total: total)
        do {
          cells[index].runs.append(TimedRun(block: block, record: try await timedRun(cell)))
        } catch {
          try fail(error) { $0 == cell }
        }
        done += costs[position]
      }
      // A slow machine gets fewer blocks rather than an hour.
      if plan.runs == nil, elapsed > plan.budgetSeconds * 1.15 { break }
    }
  }

  // MARK: Watched runs

  /// Runs cells once more, or a few times, watched from outside, in rounds of random order.
  private func watch() async throws {
    // Tasks that go from thread to thread can't be followed.
    let active = cells.indices.filter { index in
      !cells[index].isOut
        && cells[index].runs.contains { $0.record.workers.contains { $0.tid != nil } }
    }
    let costs = active.map { max(0.001, cells[$0].cost) }
    let seconds =
      plan.runs == nil
      ? min(
        WatchBudget.seconds(of: plan.budgetSeconds, costs: costs),
        max(0, plan.budgetSeconds * 1.15 - elapsed)) : .infinity
    let budget = WatchBudget(seconds: seconds, costs: costs, runs: plan.runs)
    let watcher = Watcher(machine: Machine.summary())
    for (round, positions) in budget.order(seed: plan.seed).enumerated() {
      for position in positions {
        let index = active[position]
        let cell = cells[index].cell
        guard cells[index].error == nil, !unwatched.contains(where: { $0.model == cell.label })
        else { continue }
        tell("observing \(cell.label)", done: elapsed, total: max(plan.budgetSeconds, elapsed))
        try await watch(index, round: round, watcher)
      }
    }
    noteUnwatched(budget.omitted.map { cells[active[$0]].cell.label })
  }

  private func watch(_ index: Int, round: Int, _ watcher: Watcher) async throws {
    let cell = cells[index].cell
    do {
      let outcome = try await watcher.watch { gate in
        try await self.timedRun(cell, gate: gate)
      }
      if let observed = outcome.observed {
        cells[index].watched.append(
          WatchedRun(round: round, record: outcome.record, observed: observed))
      } else {
        unwatched.append((cell.label, outcome.reason ?? "unknown"))
      }
    } catch {
      if error is CancellationError || Task.isCancelled { throw CancellationError() }
      // The model has its figures: a run that only fails when it is watched takes none away.
      unwatched.append((cell.label, "an observed run failed: \(error)"))
    }
  }

  /// Says which models were not watched, and why, in one entry a reason.
  private func noteUnwatched(_ tooCostly: [String]) {
    if !tooCostly.isEmpty {
      let runs = tooCostly.count == 1 ? "a run" : "one run of any of them"
      omitted.append(
        Omission(
          what: "observed runs of " + FigureText.list(tooCostly),
          why: """
            \(runs) would take more than the part of the \(FigureText.setting(seconds: plan.budgetSeconds)) that \
            observed runs may take, so the waits are those that the workers report: raise --time-budget
            """))
    }
    for reason in Set(unwatched.map(\.reason)).sorted() {
      let models = unwatched.filter { $0.reason == reason }.map(\.model)
      omitted.append(
        Omission(
          what: "observed runs of " + FigureText.list(models),
          why: "\(reason); the waits are those that the workers report"))
    }
  }

  /// Runs a cell once, in full or with fewer workers and as many items each; when there is a gate, after
  /// having passed it.
  private func timedRun(
    _ cell: Cell, workers: Int? = nil, gate: RunGate.Paths? = nil
  ) async throws -> RunRecord {
    let whole = plan.workload.over(workers: cell.workers)
    let workload = workers.map(whole.with(workers:)) ?? whole
    if let interpreter = cell.interpreter {
      guard let python, let work = pythonWork[interpreter] else { throw CancellationError() }
      return try await python.run(
        cell.model, schedule: cell.schedule, workers: workload.workers, items: workload.items,
        work: work, interpreter: interpreter, gate: gate)
    }
    let run = try swiftRun(cell.model, cell.schedule, workload)
    guard let gate else { return try await inFreshProcess(run) }
    return try await inFreshProcess(WatchedSwiftRun(run: run, gate: gate))
  }

  private func memoryRun(_ family: Cell.Family) async throws -> MemorySummary {
    if let interpreter = family.interpreter {
      guard let python, let work = pythonWork[interpreter] else { throw CancellationError() }
      let workload = plan.workload.with(workers: min(RunCost.few, plan.workload.workers))
      return try await python.memory(
        family.model, workers: workload.workers, items: workload.items, work: work,
        interpreter: interpreter)
    }
    let run = try swiftRun(family.model, .allAtOnce, plan.workload)
    return try await inFreshProcess(SwiftMemoryRun(of: run))
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

  // MARK: Failures and progress

  /// Marks the cells that an error belongs to as failed.
  private func fail(_ error: any Error, _ belongs: (Cell) -> Bool) throws {
    if error is CancellationError || Task.isCancelled { throw CancellationError() }
    let python = error as? PythonError
    let sentence = python?.message ?? (error as? PoolError)?.message ?? "\(error)"
    var label: String?
    for index in cells.indices where belongs(cells[index].cell) && cells[index].error == nil {
      cells[index].error = sentence
      label = label ?? cells[index].cell.model.rawValue
    }
    let text = python.map { $0.traceback ?? $0.standardErrorTail } ?? "\(error)"
    if let label, !text.isEmpty, !failures.contains(where: { $0.text == text }) {
      failures.append(PythonFailure(label: label, text: text))
    }
  }

  private var elapsed: Double { seconds(since: began) }

  private func seconds(since time: UInt64) -> Double {
    Double(MonotonicClock.now() &- time) / 1e9
  }

  /// Tells of a warm-up: how long all takes is known as far as there is a budget to be spent.
  private func tell(_ running: String) {
    tell(running, done: elapsed, total: plan.runs == nil ? max(plan.budgetSeconds, elapsed) : 0)
  }

  private func tell(_ running: String, done: Double, total: Double) {
    report(
      MeasurementProgress(
        running: running, doneSeconds: done, totalSeconds: total, elapsedSeconds: elapsed))
  }

  private func unique(_ families: [Cell.Family]) -> [Cell.Family] {
    var seen = Set<Cell.Family>()
    return families.filter { seen.insert($0).inserted }
  }
}
