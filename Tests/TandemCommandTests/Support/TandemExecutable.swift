import Foundation
import TandemSystem
import TandemTestSupport

/// The command itself, as it was built beside the tests.
enum TandemExecutable {
  /// What one run left behind.
  struct Outcome {
    var exitCode: Int32
    var output: Data
    var error: String
  }

  /// Where it lies.
  static func path() throws -> String {
    let own = URL(
      filePath: try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
    return own.deletingLastPathComponent().appending(path: "tandem").path()
  }

  /// Runs the command to its end.
  ///
  /// - Parameter arguments: what follows `tandem`.
  /// - Returns: what it left.
  /// - Throws: when it can't be started.
  static func run(_ arguments: String...) throws -> Outcome {
    try run(arguments)
  }

  /// Runs the command to its end.
  ///
  /// - Parameters:
  ///   - arguments: what follows `tandem`.
  ///   - environment: variables to set besides those that are there.
  ///   - folder: the folder to run it in; nil for this process's own.
  ///   - descriptors: how many descriptors it may have open (RLIMIT_NOFILE); nil for no new limit.
  /// - Returns: what it left.
  /// - Throws: when it can't be started.
  static func run(
    _ arguments: [String], environment: [String: String] = [:], folder: String? = nil,
    descriptors: Int? = nil
  ) throws -> Outcome {
    let executable = try path()
    var script = descriptors.map { "ulimit -n \($0) && " } ?? ""
    if let folder { script = "cd '\(folder)' && \(script)" }
    var spawner = Spawner(
      "/bin/sh", ["sh", "-c", "\(script)exec \"$0\" \"$@\"", executable] + arguments)
    spawner.environment.merge(environment) { $1 }
    let program = try spawner.start()
    try program.wait(for: "the end of the outputs", limit: .seconds(300)) {
      program.outputEndedAt != nil && program.errorEndedAt != nil
    }
    let exitCode: Int32 =
      switch try program.end() {
      case .exited(let code): code
      // As a shell has it: nobody takes it for an exit code of the command's.
      case .signaled(let signal, _): 128 + signal
      }
    return Outcome(
      exitCode: exitCode, output: Data(program.outputBytes), error: program.error)
  }
}
