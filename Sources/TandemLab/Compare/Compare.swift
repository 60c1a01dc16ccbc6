public import Tandem
@_exported public import TandemModel
import TandemObserve

/// Runs a closure under every execution model, and tells which is fastest and why.
///
/// ```swift
/// let report = try await compare("squares", workers: 4) { (seed: Int) in
///   (seed..<seed + 1_000_000).reduce(0) { $0 &+ $1 &* $1 }
/// }
/// print(report.verdict.reason)
/// ```
///
/// Each timed run is a fresh process of this program, so the closure must be able to cross to one, as with
/// `WorkerProcess`: a literal written at the call that captures nothing. What it needs is a `WorkerTask`'s
/// properties. What it returns is thrown away; return what must not be optimised away.
///
/// The report is a value and `Codable`. For text, import `TandemReport` and print `report.terminalText()`;
/// the JSON of `JSONEncoder` is the schema `tandem.compare/1`.
///
/// - Parameters:
///   - name: a name for the work, for people.
///   - workers: how many workers a run starts; nil for twice the CPUs, at least 4.
///   - items: how many calls all workers of a run make together, with 0, 1, 2 and so on; nil for one a
///     worker.
///   - options: which models, how long, and what else there is to choose.
///   - fileID: the caller's file, for errors.
///   - line: the caller's line, for errors.
///   - body: what a call does; its argument is the call's number.
/// - Returns: what was found. A model that failed has an `error` in the place of figures.
/// - Throws: `CompareError` for what can't be meant; `PoolError` for a closure that can't cross;
///   `CancellationError`.
public func compare<Output: Sendable>(
  _ name: String, workers: Int? = nil, items: Int? = nil,
  options: CompareOptions = CompareOptions(), fileID: StaticString = #fileID, line: UInt = #line,
  _ body: @escaping @Sendable (Int) throws -> Output
) async throws -> CompareReport {
  let work = try PortableWork(body, fileID: fileID, line: line)
  return try await compare(work, name, workers, items, options)
}

/// Runs an async closure under every execution model, and tells which is fastest and why.
///
/// A thread runs it to its end on itself; a task may go from thread to thread.
///
/// - Parameters:
///   - name: a name for the work, for people.
///   - workers: how many workers a run starts; nil for twice the CPUs, at least 4.
///   - items: how many calls all workers of a run make together, with 0, 1, 2 and so on; nil for one a
///     worker.
///   - options: which models, how long, and what else there is to choose.
///   - fileID: the caller's file, for errors.
///   - line: the caller's line, for errors.
///   - body: what a call does; its argument is the call's number.
/// - Returns: what was found. A model that failed has an `error` in the place of figures.
/// - Throws: `CompareError` for what can't be meant; `PoolError` for a closure that can't cross;
///   `CancellationError`.
public func compare<Output: Sendable>(
  _ name: String, workers: Int? = nil, items: Int? = nil,
  options: CompareOptions = CompareOptions(), fileID: StaticString = #fileID, line: UInt = #line,
  _ body: @escaping @Sendable (Int) async throws -> Output
) async throws -> CompareReport {
  let work = try PortableWork(body, fileID: fileID, line: line)
  return try await compare(work, name, workers, items, options)
}

/// Runs a task under every execution model, and tells which is fastest and why.
///
/// - Parameters:
///   - name: a name for the work, for people.
///   - task: what a call does.
///   - workers: how many workers a run starts; nil for twice the CPUs, at least 4.
///   - items: how many times all workers of a run do the task together; nil for once a worker.
///   - options: which models, how long, and what else there is to choose.
/// - Returns: what was found. A model that failed has an `error` in the place of figures.
/// - Throws: `CompareError` for what can't be meant; `PoolError` for a task that can't cross;
///   `CancellationError`.
public func compare(
  _ name: String, task: some WorkerTask, workers: Int? = nil, items: Int? = nil,
  options: CompareOptions = CompareOptions()
) async throws -> CompareReport {
  try await compare(try PortableWork(task), name, workers, items, options)
}

private func compare(
  _ work: PortableWork, _ name: String, _ workers: Int?, _ items: Int?, _ options: CompareOptions
) async throws -> CompareReport {
  let machine = Machine.summary()
  let counts = try options.counts(workers: workers, items: items, cpus: machine.effectiveCPUs)
  if let runs = options.runs, runs < 1 {
    throw CompareError(message: "there must be at least one run, not \(runs)")
  }
  let budget = options.timeBudget / .seconds(1)
  guard budget > 0 else { throw CompareError(message: "the time budget must be above zero") }
  let plan = ExperimentPlan(
    workload: Workload(
      kind: .swift(name: name, work), items: counts.items, workers: counts.workers.last ?? 1),
    models: try options.chosenModels(), modelsAreChosen: options.models != nil,
    schedules: options.sweep == nil ? options.schedules : [.allAtOnce], interpreters: [],
    runs: options.runs, budgetSeconds: budget,
    seed: options.seed ?? UInt64.random(in: 1...999_999),
    sweep: options.sweep == nil ? nil : counts.workers)
  let results = await Experiment(plan: plan, python: nil) { _ in }.run()
  if results.wasInterrupted { throw CancellationError() }
  return analyse(
    cells: results.cells, machine: machine, work: plan.workload.summary, seed: plan.seed,
    omitted: results.omitted, tandemVersion: TandemVersion.current, sweep: plan.sweep)
}
