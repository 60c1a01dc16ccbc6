@_exported public import TandemModel
import TandemObserve
import TandemSystem

/// Runs a command, watches its threads and processes, and reports what they did and waited for.
///
/// ```swift
/// let report = try await explain(["python3", "work.py"])
/// for finding in report.findings { print(finding.claim) }
/// ```
///
/// The command runs as it would without being watched: nothing of it is stopped or changed. It inherits
/// the working directory and, unless the options say otherwise, the standard streams.
///
/// The report is a value and `Codable`. For the text that `tandem explain` prints, import `TandemReport`
/// and print `report.terminalText()`; the JSON of `JSONEncoder` is the schema `tandem.explain/1`.
///
/// When the task is cancelled, the command gets SIGTERM. If it hasn't ended after
/// ``ExplainOptions/terminationGrace``, it gets SIGKILL. Other processes that the command started
/// are not signalled.
///
/// - Parameters:
///   - command: The command and its arguments. A name without a slash is searched for in `PATH`.
///   - options: How to watch.
/// - Returns: What was seen, what the rules found, and the cost of watching. A command that fails is a
///   report too: see its `exit`.
/// - Throws: `ExplainError` when the command can't be run or watched; `CancellationError`.
public func explain(
  _ command: [String], options: ExplainOptions = ExplainOptions()
) async throws -> ExplainReport {
  try await watchOnOwnThread(options) { explainer throws(ExplainError) in
    try explainer.explain(command).report
  }
}

/// Watches a running program, with its threads and children, and reports what they did and waited for.
///
/// When the task is cancelled, the watching ends and the program continues.
///
/// - Parameters:
///   - pid: The program's first process.
///   - duration: How long to watch; nil until the program ends, or stands still without a time limit.
///   - options: How to watch. The options about running a command are ignored.
/// - Returns: What was seen from now on.
/// - Throws: `ExplainError` when the program can't be watched; `CancellationError`.
public func explain(
  pid: Int32, for duration: Duration? = nil, options: ExplainOptions = ExplainOptions()
) async throws -> ExplainReport {
  try await watchOnOwnThread(options) { explainer throws(ExplainError) in
    try explainer.explain(pid: pid, for: duration).report
  }
}

/// Runs two commands and reports whether one takes longer, by how much, and why.
///
/// Each command is run once and watched. Then both are run again in turns, timed and not watched, as
/// ``ExplainOptions/runs`` says: their times and CPU times are compared in pairs of neighbours. The parts of the
/// difference are of the watched runs.
///
/// When the task is cancelled, the command that is running is ended as by
/// ``explain(_:options:)``.
///
/// - Parameters:
///   - first: The first command and its arguments.
///   - second: The second command and its arguments.
///   - options: How to watch both.
/// - Returns: Both reports and the difference.
/// - Throws: `ExplainError` when a command can't be run or watched; `CancellationError`.
public func explainDifference(
  _ first: [String], _ second: [String], options: ExplainOptions = ExplainOptions()
) async throws -> ExplainDifference {
  try await watchOnOwnThread(options) { explainer throws(ExplainError) in
    let difference = try explainer.explainDifference(first, second)
    // Without the second, the task was cancelled, which is thrown below.
    return difference.report
      ?? ExplainDifference(first: difference.first.report, second: difference.first.report)
  }
}

/// Runs one command with several values of a variable, and reports what each costs in time and CPU time.
///
/// ```swift
/// let sweep = try await explainSweep("n", ["1", "2", "4"], of: ["./simulate", "{n}"])
/// print(sweep.sentence)
/// ```
///
/// Each argument may have the variable's name in braces, which stands for the value; the command's environment has
/// the variable too. The command is run once with each value and watched. Then all are run again in turns, timed and
/// not watched, as ``ExplainOptions/runs`` says, and compared with the first in pairs of neighbours.
///
/// - Parameters:
///   - variable: The variable's name, as of an environment variable.
///   - values: Its values, at least two and all different. Numbers are compared in ascending order.
///   - command: The command and its arguments.
///   - options: How to watch.
/// - Returns: The times of each value, what the rules found, and which value is fastest if that is shown.
/// - Throws: `ExplainError` when the variable can't be used, or the command can't be run or watched;
///   `CancellationError`.
public func explainSweep(
  _ variable: String, _ values: [String], of command: [String],
  options: ExplainOptions = ExplainOptions()
) async throws -> ExplainSweep {
  let swept = try SweptCommand(variable, values, of: command)
  return try await watchOnOwnThread(options) { explainer throws(ExplainError) in
    try explainer.explainSweep(swept).report
  }
}

/// Watches on a thread of its own, because watching blocks; cancelling the task ends it.
private func watchOnOwnThread<Value: Sendable>(
  _ options: ExplainOptions, _ body: @escaping @Sendable (Explainer) throws(ExplainError) -> Value
) async throws -> Value {
  try Task.checkCancellation()
  let isCancelled = SharedFlag()
  let result = await withTaskCancellationHandler {
    await withCheckedContinuation { (continuation: CheckedContinuation<_, Never>) in
      do throws(Errno) {
        try OSThread.start(name: "tandem-explain") {
          let control = CancellationControl(isCancelled, grace: options.terminationGrace)
          let result: Result<Value, ExplainError>
          do throws(ExplainError) {
            result = .success(try body(Explainer(options, control: control)))
          } catch {
            result = .failure(error)
          }
          continuation.resume(returning: result)
        }
      } catch {
        continuation.resume(
          returning: Result<Value, ExplainError>.failure(
            ExplainError(.cannotStart, "can't start a thread: \(error)", cause: error)))
      }
    }
  } onCancel: {
    isCancelled.set(true)
  }
  // What was seen of a program that was ended here would mislead.
  if isCancelled.isSet { throw CancellationError() }
  return try result.get()
}
