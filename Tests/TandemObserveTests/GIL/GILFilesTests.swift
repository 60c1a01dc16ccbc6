import Glibc
import TandemObserve
import TandemSystem
import Testing

/// Interpreters whose files are not where, or not what, they usually are.
@Suite("The GIL of interpreters with unusual files", .timeLimit(.minutes(5)), .serialized)
struct GILFilesTests {
  @Test("A virtual environment's", arguments: FoundPython.measured)
  func virtualEnvironment(_ python: FoundPython) throws {
    let folder = try Folder()
    // What `python -m venv --without-pip` makes, as far as an interpreter needs it (PEP 405).
    let bin = try folder.folder("bin")
    try folder.write("home = \(python.home)/bin\n", to: "pyvenv.cfg")
    try #require(symlink(python.path, bin + "/python") == 0)
    let program = try RunningProgram(
      bin + "/python",
      ["-S", "-c", "import sys; print(sys.prefix != sys.base_prefix)\n" + PythonScript.idle])
    // sys.prefix is set by `site` alone before 3.14, which isn't loaded here; what counts is the link.
    _ = program.line()
    #expect(program.line() == "ready")
    var finder = PythonFinder()
    #expect(try finder.runtime(of: program.pid).version == python.version.description)
  }

  @Test("A stripped one's", arguments: FoundPython.measured)
  func stripped(_ python: FoundPython) throws {
    let folder = try Folder()
    let program = try folder.start(python) { source, copy in
      try run("/usr/bin/strip", ["-s", "-o", copy, source])
      #expect(ELFSymbols(path: copy)?.isFull == false)
    }
    #expect(program.line() == "ready")
    var finder = PythonFinder()
    #expect(try finder.runtime(of: program.pid).version == python.version.description)
  }

  @Test("One without any symbol", arguments: FoundPython.measured)
  func withoutSymbols(_ python: FoundPython) throws {
    let folder = try Folder()
    let program = try folder.start(python) { source, copy in
      try run("/usr/bin/strip", ["-s", "-o", copy, source])
      try hideDynamicSymbols(of: copy)
      #expect(ELFSymbols(path: copy)?.symbol(named: "_PyRuntime") == nil)
    }
    #expect(program.line() == "ready")
    var finder = PythonFinder()
    let detection = finder.detect(program.pid)
    if python.version.minor < 10 {
      // It has no section of its own before 3.10.
      guard case .unknown(let reason) = detection else {
        Issue.record("\(detection)")
        return
      }
      #expect(reason.contains("_PyRuntime"))
    } else {
      guard case .python(let runtime) = detection else {
        Issue.record("\(detection)")
        return
      }
      #expect(runtime.version == python.version.description)
    }
  }

  @Test("One whose executable was removed", arguments: FoundPython.measured)
  func removedExecutable(_ python: FoundPython) throws {
    let folder = try Folder()
    let copy = folder.path + "/python"
    try run("/bin/cp", [python.path, copy])
    let program = try python.run(
      PythonScript.idle, executable: copy, environment: ["PYTHONHOME": python.home])
    #expect(program.line() == "ready")
    unlink(copy)
    var finder = PythonFinder()
    #expect(try finder.runtime(of: program.pid).version == python.version.description)
  }

  @Test("One whose library was removed", arguments: FoundPython.shared.suffix(1))
  func removedLibrary(_ python: FoundPython) throws {
    let folder = try Folder()
    var copied: String?
    let program = try folder.start(python) { source, copy in
      try run("/bin/cp", [source, copy])
      copied = copy
    }
    #expect(program.line() == "ready")
    unlink(try #require(copied))
    var finder = PythonFinder()
    switch finder.detect(program.pid) {
    case .python(let runtime): #expect(runtime.version == python.version.description)
    case .unknown(let reason):
      // Only who may follow the links of /proc/PID/map_files still gets at it.
      #expect(geteuid() != 0)
      #expect(reason.contains("removed"))
    case let detection: Issue.record("\(detection)")
    }
  }

  @Test("One in another mount namespace", arguments: FoundPython.shared.suffix(1))
  func mountNamespace(_ python: FoundPython) throws {
    let folder = try Folder()
    let inside = try folder.folder("inside")
    let hidden = try folder.folder("hidden")
    let library = try #require(python.library)
    try run("/bin/cp", [python.path, hidden + "/python"])
    try run("/bin/cp", [library, hidden + "/"])
    let program = try RunningProgram(
      "/usr/bin/unshare",
      [
        "-m", "/bin/sh", "-c",
        """
        mount --bind "$1" "$2" || { echo refused; exit; }
        LD_LIBRARY_PATH="$2" exec "$2/python" -S -c "$3"
        """, "sh", hidden, inside, PythonScript.idle,
      ], environment: ["PYTHONHOME": python.home])
    guard program.line() == "ready" else {
      #expect(geteuid() != 0 || access("/usr/bin/unshare", X_OK) != 0 || isInContainer)
      try Test.cancel("nothing may be mounted here, or there is no /usr/bin/unshare")
    }
    #expect(access(inside + "/python", F_OK) != 0, "It is there only for the other.")
    var finder = PythonFinder()
    #expect(try finder.runtime(of: program.pid).version == python.version.description)
  }

  /// A container's root may not mount either.
  private var isInContainer: Bool {
    access("/.dockerenv", F_OK) == 0 || access("/run/.containerenv", F_OK) == 0
  }

  @Test(
    "Many processes of one file cost one reading of it",
    arguments: FoundPython.measured.suffix(1))
  func manyProcesses(_ python: FoundPython) throws {
    let program = try python.run(PythonScript.idle)
    #expect(program.line() == "ready")
    var finder = PythonFinder()
    _ = try finder.runtime(of: program.pid)
    let read = finder.filesRead
    for _ in 0..<100 { _ = try finder.runtime(of: program.pid) }
    #expect(finder.filesRead == read)
    let other = try python.run(PythonScript.idle)
    #expect(other.line() == "ready")
    _ = try finder.runtime(of: other.pid)
    #expect(finder.filesRead == read)
  }
}

/// A folder that is removed with all that is in it.
final class Folder {
  let path: String

  init() throws(Errno) {
    var template = Array("/tmp/tandem-gil-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw .noSuchFile }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit { try? run("/bin/rm", ["-r", path]) }

  /// Makes a folder inside.
  func folder(_ name: String) throws(Errno) -> String {
    let inner = path + "/" + name
    try Syscall.check { mkdir(inner, 0o755) }
    return inner
  }

  /// Writes a file inside.
  func write(_ text: String, to name: String) throws(Errno) {
    try Descriptor.open(path + "/" + name, [.writeOnly, .create]).writeAll(Array(text.utf8))
  }

  /// Starts an interpreter with a copy of the file that holds its runtime.
  func start(
    _ python: FoundPython, copying copy: (_ source: String, _ copy: String) throws -> Void
  ) throws -> RunningProgram {
    if let library = python.library {
      let name = try #require(library.split(separator: "/").last)
      try copy(library, path + "/" + name)
      return try python.run(PythonScript.idle, environment: ["LD_LIBRARY_PATH": path])
    }
    let name = try #require(python.path.split(separator: "/").last)
    let executable = path + "/" + name
    try copy(python.path, executable)
    _ = chmod(executable, 0o755)
    return try python.run(
      PythonScript.idle, executable: executable, environment: ["PYTHONHOME": python.home])
  }
}

/// A tool that didn't do its work.
struct ToolFailed: Error {
  var command: [String]
}

/// Runs a tool to its end.
func run(_ path: String, _ arguments: [String]) throws {
  let program = try RunningProgram(path, arguments)
  while program.line() != nil {}
  guard try program.status() == 0 else { throw ToolFailed(command: [path] + arguments) }
}

/// Makes a section of the dynamic symbols look empty; the loader doesn't look at sections.
private func hideDynamicSymbols(of path: String) throws {
  let file = try Descriptor.open(path, [.readWrite])
  let descriptor = file.rawValue
  func number(_ offset: Int, _ size: Int) -> Int {
    var value: UInt64 = 0
    return pread(descriptor, &value, size, offset) == size ? Int(value) : 0
  }
  let (start, size, count) = (number(0x28, 8), number(0x3a, 2), number(0x3c, 2))
  var isHidden = false
  for index in 0..<count where number(start + index * size + 4, 4) == 11 {
    var empty: UInt64 = 24
    try #require(pwrite(descriptor, &empty, 8, start + index * size + 32) == 8)
    isHidden = true
  }
  try #require(isHidden)
}
