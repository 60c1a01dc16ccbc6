import Foundation
import TandemSystem
import TandemTestSupport

/// A script for the shell, run to its end; in it `$TANDEM` is the command as it was built beside the
/// tests.
struct ShellRun {
  /// How the shell ended, or what it was replaced by (`exec`).
  var status: ExitStatus
  var output: Data
  var error: String

  init(status: ExitStatus, output: Data, error: String) {
    (self.status, self.output, self.error) = (status, output, error)
  }

  /// Runs a script.
  ///
  /// - Parameters:
  ///   - script: the script.
  ///   - input: its standard input.
  ///   - folder: the folder to run it in.
  ///   - environment: variables besides those that are there.
  ///   - limit: when it and what it has started is killed; a guard, not a wait.
  /// - Throws: when it can't be started.
  init(
    _ script: String, input: Data = Data(), folder: String = "/",
    environment: [String: String] = [:], limit: Duration = .seconds(60)
  ) throws {
    let running = try RunningShell(script, folder: folder, environment: environment)
    try running.program.feed(Array(input))
    self = try running.end(limit: limit)
  }

  /// Standard output as a text.
  var text: String { String(decoding: output, as: UTF8.self) }
}

/// A script for the shell that runs, in a session of its own.
///
/// What is left of the session is killed with the value.
final class RunningShell: Sendable {
  /// The shell, or what it was replaced by (`exec`).
  let program: SpawnedProgram

  /// Starts a script.
  ///
  /// - Parameters:
  ///   - script: the script.
  ///   - folder: the folder to run it in.
  ///   - environment: variables besides those that are there.
  /// - Throws: when it can't be started.
  init(_ script: String, folder: String = "/", environment: [String: String] = [:]) throws {
    var spawner = Spawner("/bin/sh", ["/bin/sh", "-c", "cd '\(folder)' || exit 125\n\(script)"])
    spawner.environment.merge(environment) { $1 }
    spawner.environment["TANDEM"] = try TandemExecutable.path()
    spawner.input = .pipe
    program = try spawner.start()
  }

  /// The shell's number.
  var pid: pid_t { program.pid }
  /// What was written to standard output so far.
  var output: String { program.output }

  /// Writes to its standard input.
  ///
  /// - Parameters:
  ///   - bytes: what to write.
  ///   - last: whether that is the end of the input.
  func write(_ bytes: Data, last: Bool = false) { program.write(Array(bytes), last: last) }

  /// Takes what it writes until a text was written to standard output.
  ///
  /// - Parameters:
  ///   - text: the text.
  ///   - limit: how long at most; a guard, not a wait.
  /// - Throws: `SpawnedProgram.Failure` when it is not written.
  func wait(for text: String, limit: Duration = .seconds(40)) throws {
    try program.wait(for: "'\(text)'", limit: limit) { output.contains(text) }
  }

  /// Waits for its end, and that of its output, which others may have as well.
  ///
  /// - Parameter limit: how long at most; a guard, not a wait.
  /// - Returns: what it left.
  /// - Throws: `SpawnedProgram.Failure` when it doesn't end.
  func end(limit: Duration = .seconds(60)) throws -> ShellRun {
    try program.wait(for: "the end of the outputs", limit: limit) {
      program.outputEndedAt != nil && program.errorEndedAt != nil
    }
    let status = try program.end(limit: limit)
    return ShellRun(status: status, output: Data(program.outputBytes), error: program.error)
  }
}
