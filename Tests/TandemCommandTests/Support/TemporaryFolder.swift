import Foundation

/// A folder with a test's files, removed with the value.
final class TemporaryFolder: Sendable {
  let path: String

  /// Makes the folder and its files.
  init(_ files: [String: String] = [:]) throws {
    path = FileManager.default.temporaryDirectory.appending(path: "test-\(UUID().uuidString)")
      .path()
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    for (name, text) in files {
      try Data(text.utf8).write(to: URL(filePath: "\(path)/\(name)"))
    }
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// The names of what is there.
  var contents: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }
  }

  /// Whether there is such a file.
  func has(_ name: String) -> Bool { FileManager.default.fileExists(atPath: "\(path)/\(name)") }
}

/// Whether this machine has a Python that is new enough; the condition of tests that need one.
enum AnyPython {
  static let isThere: Bool = {
    guard
      let outcome = try? TandemExecutable.run([
        "compare", "--models", "python-serial", "--workers", "1", "--iterations", "1", "--runs",
        "1",
        "--quiet", "--json", "/dev/null",
      ])
    else { return false }
    return outcome.exitCode == 0
  }()
}
