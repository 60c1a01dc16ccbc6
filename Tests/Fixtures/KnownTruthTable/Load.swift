import Foundation
import KnownTruthList

/// Processes that compute beside a program, one for each CPU.
///
/// They end when they are told to, and after five minutes at the latest: the fixture has an alarm.
struct Load {
  private let processes: [Process]

  /// Starts them.
  ///
  /// - Parameter products: where the built programs lie.
  /// - Throws: what starting a process throws.
  init(_ products: URL) throws {
    processes = try (0..<KnownMachine.cpus).map { _ in
      let process = Process()
      process.executableURL = products.appending(path: "KnownTruths")
      process.arguments = ["spin", "290"]
      process.standardInput = FileHandle.nullDevice
      process.standardOutput = FileHandle.nullDevice
      try process.run()
      return process
    }
  }

  /// Ends them.
  func end() {
    for process in processes { process.terminate() }
    for process in processes { process.waitUntilExit() }
  }
}
