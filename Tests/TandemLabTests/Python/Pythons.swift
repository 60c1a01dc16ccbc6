import Foundation
import TandemLab

/// The Pythons of this machine, found once for all tests.
enum Pythons {
  /// Everything that was looked at.
  static let entries: Task<[PythonEntry], any Error> = Task {
    let environment = ProcessInfo.processInfo.environment
    let candidates =
      PythonSearch.onPath(environment["PATH"])
      + PythonSearch.inPyenv(home: environment["HOME"] ?? "/nonexistent")
    // A machine under load may take long to start an interpreter; what hangs is another test.
    return try await PythonModel(launcher: PosixSpawnLauncher())
      .entries(for: candidates, timeout: .seconds(60))
  }

  /// Those that can be used; says which were skipped.
  static func usable() async throws -> [PythonInterpreter] {
    try await entries.value.compactMap(\.interpreter)
  }

  /// The first of them.
  static func any() async throws -> PythonInterpreter {
    guard let first = try await usable().first else {
      throw PythonError(.noSuchInterpreter, "no python3 was found")
    }
    return first
  }

  /// Whether there is one; the condition of every test that needs it.
  @Sendable static func found() async throws -> Bool { try await !usable().isEmpty }
}

/// A folder of Python files that is removed with the value.
final class PythonFiles: Sendable {
  let path: String

  /// Makes the folder with the files; a name may hold one folder.
  init(_ files: [String: String]) throws {
    let base = FileManager.default.temporaryDirectory
    let folder = base.appendingPathComponent("tandem-test-\(UUID().uuidString)")
    path = folder.path
    for (name, text) in files {
      let file = folder.appendingPathComponent(name)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
    }
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// The work of calling `function` of `file`.
  func work(
    _ function: String, of file: String = "work.py", arguments: PythonWork.Arguments = .indices
  ) -> PythonWork {
    .function(path: "\(path)/\(file)", name: function, arguments: arguments)
  }
}

/// How long a run may take before a test gives it up.
let patience: Duration = .seconds(120)
