import Glibc
import TandemSystem
import TandemTestSupport
import Testing

/// Names are looked up as execvp(3) does.
@Suite struct ProgramSearchTests {
  /// A folder of folders: `first` has a `tool` that isn't executable, `second` one that is.
  private func withFolders(_ body: (String) throws -> Void) throws {
    let fifo = try Fifo()
    let root = fifo.folder
    let folders = ["first", "second", "third", "third/tool"].map { root + "/" + $0 }
    for folder in folders { #expect(mkdir(folder, 0o755) == 0) }
    let files = [(folders[0] + "/tool", 0o644 as UInt32), (folders[1] + "/tool", 0o755)]
    for (file, mode) in files {
      try Descriptor.open(file, [.writeOnly, .create], mode: mode).close()
    }
    defer {
      for (file, _) in files { unlink(file) }
      for folder in folders.reversed() { rmdir(folder) }
    }
    try body(root)
  }

  @Test func theFirstThatCanBeExecutedIsTaken() throws {
    try withFolders { root in
      let (first, second, third) = (root + "/first", root + "/second", root + "/third")
      let all = "\(first):\(third):\(root)/none:\(second)"
      #expect(ProgramSearch.find("tool", path: all) == .success(second + "/tool"))
      #expect(
        ProgramSearch.find("tool", path: "\(first):\(third)")
          == .failure(.notExecutable(first + "/tool")))
      #expect(
        ProgramSearch.find("tool", path: "\(third):\(first)")
          == .failure(.isDirectory(third + "/tool")))
      #expect(ProgramSearch.find("other", path: all) == .failure(.notFound))
    }
  }

  @Test func aSlashMeansAPath() throws {
    try withFolders { root in
      let path = root + "/second"
      #expect(ProgramSearch.find(path + "/tool", path: nil) == .success(path + "/tool"))
      #expect(ProgramSearch.find("second/tool", path: root) == .failure(.notFound))
      #expect(ProgramSearch.find(path, path: nil) == .failure(.isDirectory(path)))
      #expect(
        ProgramSearch.find(root + "/first/tool", path: path)
          == .failure(.notExecutable(root + "/first/tool")))
      // A named pipe is no program, whatever its bits say.
      chmod(root + "/fifo", 0o777)
      #expect(
        ProgramSearch.find(root + "/fifo", path: nil) == .failure(.notExecutable(root + "/fifo")))
    }
  }

  @Test func withoutAPathTheSystemsOwnIsUsed() {
    #expect(try! ["/bin/sh", "/usr/bin/sh"].contains(ProgramSearch.find("sh", path: nil).get()))
    #expect(ProgramSearch.find("sh", path: "") == .failure(.notFound))
  }

  @Test func anEmptyFolderIsTheWorkingDirectory() throws {
    // Only that it is looked in, as the tests' working directory isn't theirs to change.
    #expect(ProgramSearch.find("Package.swift", path: "/none::").map { _ in 0 } != .success(0))
    #expect(ProgramSearch.find(".", path: ":") == .failure(.isDirectory(".")))
  }

  @Test(arguments: ["", "a\0b"]) func noNameIsNotFound(_ name: String) {
    #expect(ProgramSearch.find(name, path: nil) == .failure(.notFound))
  }

  @Test func whatIsFoundCanBeExecuted() throws {
    let path = try ProgramSearch.find("true", path: nil).get()
    var program = try StoppedLaunch.start(path: path, arguments: ["true"])
    try program.release()
    #expect(try program.wait().status == .exited(code: 0))
  }
}
