/// Starts a program and waits for its end.
///
/// The program leads a process group of its own, reads `/dev/null` and writes its standard output
/// there. It blocks no signal and has every disposition at its default: a blocked SIGCHLD makes
/// Python's fork server wait for ever. When the awaiting task is cancelled or the time is over, the
/// whole group is killed; no process of the group is left when `launch` has returned or thrown.
package protocol ProgramLauncher: Sendable {
  /// Runs a program to its end.
  ///
  /// - Parameters:
  ///   - path: the program's path; it is not searched for.
  ///   - arguments: what follows the program's name.
  ///   - environment: the environment as `NAME=value`; nil for the caller's own.
  ///   - timeout: how long it may take; nil for as long as it likes.
  /// - Returns: how it ended.
  /// - Throws: `CancellationError`, or why it could not be started.
  func launch(
    path: String, arguments: [String], environment: [String]?, timeout: Duration?
  ) async throws -> ProgramResult
}

/// How a program ended.
package struct ProgramResult: Sendable, Equatable {
  /// What it gave to exit(3); nil when a signal ended it.
  package var exitCode: Int32?
  /// The signal that ended it; nil when it exited.
  package var signal: Int32?
  /// The last 64 KiB of what it and its children wrote to standard error.
  package var standardErrorTail: String
  /// Whether it was killed because its time was over.
  package var timedOut: Bool

  /// Makes a result.
  package init(
    exitCode: Int32?, signal: Int32?, standardErrorTail: String = "", timedOut: Bool = false
  ) {
    self.exitCode = exitCode
    self.signal = signal
    self.standardErrorTail = standardErrorTail
    self.timedOut = timedOut
  }
}
