public import Tandem
@_exported public import TandemModel

/// Runs a closure under every execution model, and says which is fastest and why.
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
/// - Throws: `CompareError` for an option out of bounds; `PoolError` for a closure that can't cross;
///   `CancellationError`.
public func compare<Output: Sendable>(
  _ name: String, workers: Int? = nil, items: Int? = nil,
  options: CompareOptions = CompareOptions(), fileID: StaticString = #fileID, line: UInt = #line,
  _ body: @escaping @Sendable (Int) throws -> Output
) async throws -> CompareReport {
  let work = try PortableWork(body, fileID: fileID, line: line)
  return try await compare(.swift(name: name, work), workers, items, options)
}

/// Runs an async closure under every execution model, and says which is fastest and why.
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
/// - Throws: `CompareError` for an option out of bounds; `PoolError` for a closure that can't cross;
///   `CancellationError`.
public func compare<Output: Sendable>(
  _ name: String, workers: Int? = nil, items: Int? = nil,
  options: CompareOptions = CompareOptions(), fileID: StaticString = #fileID, line: UInt = #line,
  _ body: @escaping @Sendable (Int) async throws -> Output
) async throws -> CompareReport {
  let work = try PortableWork(body, fileID: fileID, line: line)
  return try await compare(.swift(name: name, work), workers, items, options)
}

/// Runs a task under every execution model, and says which is fastest and why.
///
/// - Parameters:
///   - name: a name for the work, for people.
///   - task: what a call does.
///   - workers: how many workers a run starts; nil for twice the CPUs, at least 4.
///   - items: how many times all workers of a run do the task together; nil for once a worker.
///   - options: which models, how long, and what else there is to choose.
/// - Returns: what was found. A model that failed has an `error` in the place of figures.
/// - Throws: `CompareError` for an option out of bounds; `PoolError` for a task that can't cross;
///   `CancellationError`.
public func compare(
  _ name: String, task: some WorkerTask, workers: Int? = nil, items: Int? = nil,
  options: CompareOptions = CompareOptions()
) async throws -> CompareReport {
  try await compare(.swift(name: name, try PortableWork(task)), workers, items, options)
}

/// Calls a Python function under each of Python's execution models, and says which is fastest and why.
///
/// ```swift
/// let report = try await compare(python: "work.py:crunch", items: 16)
/// ```
///
/// - Parameters:
///   - function: The file's path and the function's name, with a colon between them. The function takes
///     one argument.
///   - items: How many calls all workers of a run make together, with 0, 1, 2 and so on.
///   - workers: How many workers a run starts; nil for twice the CPUs, at least 4.
///   - options: Which models and Pythons, how long, and what else there is to choose.
/// - Returns: What was found.
/// - Throws: `CompareError` when the function can't be called, or for an option out of bounds;
///   `CancellationError`.
public func compare(
  python function: String, items: Int, workers: Int? = nil,
  options: CompareOptions = CompareOptions()
) async throws -> CompareReport {
  let kind = try Workload.Kind(pythonFunction: function, arguments: .indices)
  return try await compare(kind, workers, items, options)
}

/// Calls a Python function with the elements of a JSON array under each of Python's execution models.
///
/// - Parameters:
///   - function: The file's path and the function's name, with a colon between them. The function takes
///     one argument.
///   - argumentsFile: The path of a file with a JSON array, an element a call.
///   - workers: How many workers a run starts; nil for twice the CPUs, at least 4.
///   - options: Which models and Pythons, how long, and what else there is to choose.
/// - Returns: What was found.
/// - Throws: `CompareError` when the function can't be called, or for an option out of bounds;
///   `CancellationError`.
public func compare(
  python function: String, argumentsFile: String, workers: Int? = nil,
  options: CompareOptions = CompareOptions()
) async throws -> CompareReport {
  let kind = try Workload.Kind(pythonFunction: function, arguments: .file(argumentsFile))
  return try await compare(kind, workers, nil, options)
}

private func compare(
  _ kind: Workload.Kind, _ workers: Int?, _ items: Int?, _ options: CompareOptions
) async throws -> CompareReport {
  let outcome = try await PreparedComparison(
    of: kind, workers: workers, items: items, options: options
  ).run()
  if outcome.wasInterrupted { throw CancellationError() }
  return outcome.report
}
