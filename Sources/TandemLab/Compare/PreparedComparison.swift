import FoundationEssentials
package import TandemModel
import TandemObserve
import TandemSystem

/// One comparison: from work and options to a plan, and from its runs to a report.
///
/// The public `compare` and the command `tandem compare` both go this way.
package struct PreparedComparison: Sendable {
  /// What to run.
  let plan: ExperimentPlan
  private let machine: MachineSummary
  /// Runs Python's models; nil when none is to run.
  private let python: PythonModel?
  /// What crosses between processes with a Python function.
  private let crossings: [PythonCrossing]
  /// What is left out before anything runs.
  private let omitted: [Omission]
  private let progress: @Sendable (MeasurementProgress) -> Void
  /// When the time budget began: finding interpreters and importing the work count.
  private let began = MonotonicClock.now()

  /// What came of a comparison.
  package struct Outcome: Sendable {
    /// The report; after an interruption, on what was measured by then.
    package var report: CompareReport
    /// Output of what failed, such as tracebacks; the report has only a sentence each.
    package var failures: [Experiment.PythonFailure]
    /// Whether it was cancelled before its end.
    package var wasInterrupted: Bool
  }

  /// Prepares: finds interpreters, asks about a Python function, and chooses what wasn't asked for.
  ///
  /// - Parameters:
  ///   - kind: What one item does.
  ///   - workers: How many workers a run starts; nil for the usual number.
  ///   - items: How many items all workers of a run do together; nil for one a worker.
  ///   - options: How to compare.
  /// - Throws: `CompareError`; `PoolError` when programs can't be started here; `CancellationError`.
  package init(
    of kind: Workload.Kind, workers: Int?, items: Int?, options: CompareOptions
  ) async throws {
    try options.check()
    machine = Machine.summary()
    progress = options.progress ?? { _ in }
    let time = BudgetLeft(options.runs == nil ? options.timeBudget : nil)
    var pythons = try await ComparisonPythons(for: kind, options: options, time: time)
    let cpus = machine.effectiveCPUs
    let most = workers ?? options.sweep?.max() ?? max(2, cpus)
    var items = try await pythons.settle(kind, items: items, time: time) ?? items
    // What can't be is said before the function is called.
    if items != nil { _ = try options.counts(workers: workers, items: items, usual: 1) }
    try await pythons.cross(
      kind, items: items, workers: most, time: time)
    python = pythons.runner
    omitted = pythons.omitted
    crossings = pythons.crossings
    var usual = Self.usualWorkers(kind, cpus: cpus)
    if !crossings.isEmpty {
      let calls = UsualCalls(crossings: crossings, cpus: cpus)
      usual = calls.workers
      items = items ?? calls.items(workers: options.sweep?.max() ?? workers ?? usual)
    }
    let counts = try options.counts(workers: workers, items: items, usual: usual)
    if options.sweep != nil, !pythons.models.contains(where: { $0.workerKind != .none }) {
      throw CompareError(.invalidArgument, "a sweep needs a model with workers")
    }
    var plan = ExperimentPlan(
      workload: Workload(kind: kind, items: counts.items, workers: counts.workers.last ?? 1),
      models: pythons.models, modelsAreChosen: options.models != nil,
      schedules: options.schedules, interpreters: pythons.interpreters, runs: options.runs,
      budgetSeconds: options.timeBudget / .seconds(1),
      seed: options.seed ?? UInt64.random(in: 1...999_999),
      sweep: options.sweep == nil ? nil : counts.workers)
    plan.crossings = crossings
    self.plan = plan
  }

  /// The workers of a run when nobody says how many: the first experiment's 100, or two for each CPU.
  private static func usualWorkers(_ kind: Workload.Kind, cpus: Int) -> Int {
    if case .squares = kind { return 100 }
    return max(4, 2 * cpus)
  }

  /// Runs the plan until its end, or until the task is cancelled, and analyses the runs.
  ///
  /// - Returns: The report, and what failed.
  package func run() async -> Outcome {
    let results = await Experiment(
      plan: plan, python: python, began: began, report: progress
    ).run()
    let interruption =
      results.wasInterrupted
      ? [
        Omission(
          what: "the rest of the runs", why: "interrupted: what was measured until then is shown")
      ] : []
    let report = CompareReport(
      analysing: results.cells, machine: machine, work: plan.workload.summary, seed: plan.seed,
      omitted: omitted + results.omitted + interruption, sweep: plan.sweep,
      python: PythonCall(plan.workload.kind), crossing: crossings,
      modelsAreNamed: plan.modelsAreChosen, ending: results.ending)
    return Outcome(
      report: report, failures: results.failures, wasInterrupted: results.wasInterrupted)
  }
}
