import Tandem

/// Starts programs under the fork server: they end with this process, whatever ends it.
package struct SupervisedLauncher: ProgramLauncher {
  /// Makes a launcher.
  package init() {}

  /// Runs a program to its end.
  ///
  /// - Parameters:
  ///   - path: the program's path; it is not searched for.
  ///   - arguments: what follows the program's name.
  ///   - environment: the environment as `NAME=value`; nil for the caller's own.
  ///   - timeout: how long it may take; nil for as long as it likes.
  /// - Returns: how it ended.
  /// - Throws: `CancellationError`, or a `PoolError` that says why it could not be started.
  package func launch(
    path: String, arguments: [String], environment: [String]?, timeout: Duration?
  ) async throws -> ProgramResult {
    try Task.checkCancellation()
    let program = try SupervisedProgram(
      path: path, arguments: arguments, environment: environment)
    return try await withThrowingTaskGroup(of: SupervisedProgram.End?.self) { group in
      group.addTask { try await program.end() }
      if let timeout {
        group.addTask {
          try await Task.sleep(for: timeout)
          return nil
        }
      }
      // The first of the two; the group cancels the other, and so kills a program that is late.
      guard let first = try await group.next() else { throw CancellationError() }
      group.cancelAll()
      var end = first
      let timedOut = first == nil
      if timedOut { end = try await group.next() ?? nil }
      try Task.checkCancellation()
      return ProgramResult(
        exitCode: end?.exitCode, signal: end?.signal?.rawValue,
        standardErrorTail: (end?.lastLines ?? []).joined(separator: "\n"), timedOut: timedOut)
    }
  }
}
