import Foundation
import TandemModel
import Testing

@testable import TandemLab

@Suite struct PythonInterpreterTests {
  /// Makes an executable shell script.
  ///
  /// Another program writes it: a descriptor of ours, open for writing, could have been inherited by
  /// the child of another test, and then the script can't be executed (execve(2), ETXTBSY).
  private func script(_ text: String, named name: String, in files: PythonFiles) async throws
    -> String
  {
    let path = "\(files.path)/\(name)"
    let source = "\(path).source"
    try Data("#!/bin/sh\n\(text)\n".utf8).write(to: URL(fileURLWithPath: source))
    let result = try await PosixSpawnLauncher().launch(
      path: "/usr/bin/install", arguments: ["-m", "755", source, path], environment: nil,
      timeout: patience)
    #expect(result.exitCode == 0, "\(result.standardErrorTail)")
    return path
  }

  /// Makes an executable file that nobody executes.
  private func executable(named name: String, in files: PythonFiles) throws {
    let path = "\(files.path)/\(name)"
    try Data().write(to: URL(fileURLWithPath: path))
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
  }

  @Test("every Python of the machine describes itself, or says why it can't be used")
  func described() async throws {
    for entry in try await Pythons.entries.value {
      switch entry.outcome {
      case .success(let interpreter):
        #expect(interpreter.version.hasPrefix("3."))
        #expect(!interpreter.implementation.isEmpty)
        #expect(interpreter.startMethods.contains("spawn"))
        if interpreter.implementation == "CPython" {
          #expect(interpreter.gilEnabled != nil)
          #expect(interpreter.gilEnabled == true || interpreter.gilCanBeOff)
        }
        print("Python: \(entry.path) is \(interpreter.implementation) \(interpreter.version)")
      case .failure(let error):
        print("Python: \(entry.path) can't be used: \(error.message)")
        #expect([.tooOld, .driverDied].contains(error.code))
        if error.code == .tooOld { #expect(error.message.contains("older than 3.6")) }
      }
    }
  }

  @Test("no two entries are the same executable with the same packages")
  func distinct() async throws {
    let found = try await Pythons.usable().map { [$0.realPath, $0.prefix] }
    #expect(Set(found).count == found.count)
  }

  @Test("a shim that fails is an entry with its reason, and the next candidate is asked")
  func failingShim() async throws {
    let files = try PythonFiles(["empty": ""])
    let shim = try await script(
      "echo \"shim: python3: command not found\" >&2; exit 127", named: "python3", in: files)
    let python = try PythonModel(launcher: PosixSpawnLauncher())
    var candidates = [shim, "\(files.path)/missing"]
    let usable = try await Pythons.usable().first
    if let usable { candidates.append(usable.path) }
    let entries = try await python.entriesUntilUsable(
      in: candidates + ["\(files.path)/never-asked"], timeout: patience)
    guard case .failure(let first) = entries[0].outcome else {
      Issue.record("the shim was taken for a Python")
      return
    }
    #expect(first.code == .driverDied && first.exitCode == 127)
    #expect(first.description.contains("command not found"))
    guard case .failure(let second) = entries[1].outcome else {
      Issue.record("a missing program was taken for a Python")
      return
    }
    #expect(second.code == .noSuchInterpreter)
    guard let usable else {
      try Test.cancel("there is no usable interpreter here to be asked after the shim")
    }
    #expect(entries.count == 3)
    #expect(entries[2].interpreter?.version == usable.version)
  }

  @Test("an interpreter that doesn't answer in time is given up")
  func hangingInterpreter() async throws {
    let files = try PythonFiles(["empty": ""])
    let path = try await script("exec sleep 600", named: "python3", in: files)
    let launcher = PosixSpawnLauncher()
    let python = try PythonModel(launcher: launcher)
    let entries = try await python.entries(for: [path], timeout: .milliseconds(100))
    guard case .failure(let error) = entries[0].outcome else {
      Issue.record("a program that sleeps was taken for a Python")
      return
    }
    #expect(error.code == .timedOut)
    #expect(launcher.groups.flatMap(living) == [])
  }

  @Test("an answer that is none is told as such")
  func badAnswer() async throws {
    let files = try PythonFiles(["empty": ""])
    // The request is the second argument; the answer stands beside it.
    let path = try await script(
      "echo '{' > \"$(dirname \"$2\")/answer.json\"", named: "py", in: files)
    let python = try PythonModel(launcher: PosixSpawnLauncher())
    let error = try await #require(throws: PythonError.self) {
      _ = try await python.describe(path, timeout: patience)
    }
    #expect(error.code == .badAnswer)
  }

  @Test("the path is searched in its order, plain names first, then the newest")
  func onPath() throws {
    let files = try PythonFiles(["a/note": "", "b/note": ""])
    for name in ["a/python3", "a/python3.9", "b/python3", "b/python3.13t", "b/python3.10"] {
      try executable(named: name, in: files)
    }
    try executable(named: "b/python3.10-config", in: files)
    try Data().write(to: URL(fileURLWithPath: "\(files.path)/a/python3.12"))  // not executable
    let found = PythonSearch.onPath("\(files.path)/a::/nonexistent:\(files.path)/b")
    let expected = ["a/python3", "b/python3", "b/python3.13t", "b/python3.10", "a/python3.9"]
    #expect(found == expected.map { "\(files.path)/\($0)" })
    #expect(PythonSearch.onPath(nil) == [])
    #expect(
      PythonSearch.resolve("python3.9", path: "\(files.path)/b:\(files.path)/a")
        == "\(files.path)/a/python3.9")
    #expect(PythonSearch.resolve("./python3", path: files.path) == "./python3")
  }

  @Test("pyenv's versions are found whatever its shims choose")
  func pyenv() throws {
    let files = try PythonFiles([
      ".pyenv/versions/3.10.1/bin/note": "", ".pyenv/versions/3.9.2/bin/note": "",
      ".pyenv/versions/empty/note": "",
    ])
    for version in ["3.10.1", "3.9.2"] {
      try executable(named: ".pyenv/versions/\(version)/bin/python3", in: files)
    }
    #expect(
      PythonSearch.inPyenv(home: files.path)
        == ["3.9.2", "3.10.1"].map { "\(files.path)/.pyenv/versions/\($0)/bin/python3" })
  }

  @Test("a specification is split at its last colon")
  func specification() {
    #expect(
      PythonWork(function: "a:b/work.py:crunch")
        == .function(path: "a:b/work.py", name: "crunch", arguments: .indices))
    #expect(PythonWork(function: "work.py") == nil)
    #expect(PythonWork(function: "work.py:") == nil)
    #expect(PythonWork(function: ":crunch") == nil)
  }
}
