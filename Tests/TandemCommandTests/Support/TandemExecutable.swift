import Foundation

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
    let executable = URL(filePath: try path())
    let process = Process()
    if let descriptors {
      process.executableURL = URL(filePath: "/bin/sh")
      process.arguments =
        ["-c", "ulimit -n \(descriptors) && exec \"$0\" \"$@\"", executable.path()] + arguments
    } else {
      process.executableURL = executable
      process.arguments = arguments
    }
    if let folder { process.currentDirectoryURL = URL(filePath: folder) }
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    let (output, error) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = error
    process.standardInput = FileHandle.nullDevice
    try process.run()
    // Both are far smaller than a pipe holds, so one can be read after the other.
    let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
    let message = try error.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return Outcome(
      exitCode: process.terminationStatus, output: bytes,
      error: String(decoding: message, as: UTF8.self))
  }
}
