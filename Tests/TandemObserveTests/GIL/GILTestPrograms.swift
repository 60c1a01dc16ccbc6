import Glibc
import TandemObserve
import TandemSystem
import TandemTestSupport
import Testing

/// A program that a test observes: it prints a line when it is ready, and ends when its standard
/// input does, or is killed with the value.
final class RunningProgram {
  private let program: SpawnedProgram
  private var linesRead = 0

  /// The program's number.
  var pid: pid_t { program.pid }

  init(
    _ path: String, _ arguments: [String] = [], environment: [String: String] = [:]
  ) throws(Errno) {
    var spawner = Spawner(path, [path] + arguments)
    // PYTHON… would reach into interpreters that it isn't meant for.
    spawner.environment = ["PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"].merging(environment) { $1 }
    spawner.input = .pipe
    spawner.error = .inherited
    program = try spawner.start()
  }

  /// The next line that it prints; nil when it prints no more, or nothing for a minute.
  func line() -> String? {
    var lines: [Substring] = []
    try? program.wait(for: "a line", limit: .seconds(60)) {
      // What follows the last line feed is no line yet.
      lines = program.output.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
      return lines.count > linesRead || program.outputEndedAt != nil
    }
    guard lines.count > linesRead else { return nil }
    linesRead += 1
    return String(lines[linesRead - 1])
  }

  /// The lines that hold numbers until one that says `ready`; nil when it never comes.
  func numbersUntilReady() -> [pid_t]? {
    var numbers: [pid_t] = []
    while let line = line() {
      if line == "ready" { return numbers }
      if let number = pid_t(line) { numbers.append(number) }
    }
    return nil
  }

  /// The threads that it has now.
  var threads: [pid_t] { (try? ProcTasks.threads(of: pid)) ?? [] }

  /// Waits for its end; it isn't reaped.
  ///
  /// - Returns: its exit code; nil when a signal ended it.
  @discardableResult
  func status() throws -> Int? {
    if case .exited(let code) = try program.end() { Int(code) } else { nil }
  }

  deinit { program.write([], last: true) }
}

/// An interpreter that was found on this machine.
struct FoundPython: Sendable, CustomTestStringConvertible {
  var path: String
  var version: PythonVersion
  /// The folder below which its standard library lies.
  var home: String
  /// Whether the build can do without its GIL.
  var isFreeThreaded: Bool

  var testDescription: String { "\(version)\(isFreeThreaded ? "t" : "") (\(home))" }

  /// Every CPython of pyenv, on `PATH` and in /usr/bin, from 3.6 on.
  static let all: [FoundPython] = {
    let versions = (getenv("HOME").map { String(cString: $0) } ?? "/root") + "/.pyenv/versions"
    var folders = entries(of: versions).sorted().map { "\(versions)/\($0)/bin" }
    let path = getenv("PATH").map { String(cString: $0) } ?? ""
    // Shims start a shell first, which is another program than the one that is meant.
    for folder in path.split(separator: ":").map({ String($0) }) + ["/usr/bin"]
    where !folders.contains(folder) && !folder.hasSuffix("/shims") {
      folders.append(folder)
    }
    var found: [FoundPython] = []
    for folder in folders {
      for name in (6...15).flatMap({ ["python3.\($0)", "python3.\($0)t"] }) {
        guard let python = FoundPython(asking: "\(folder)/\(name)"),
          !found.contains(where: {
            ($0.home, $0.version, $0.isFreeThreaded)
              == (python.home, python.version, python.isFreeThreaded)
          })
        else { continue }
        found.append(python)
      }
    }
    return found
  }()

  private init?(asking path: String) {
    let question = """
      import sys
      print(sys.version.split()[0], int('free-threading' in sys.version), sys.prefix, flush=True)
      """
    guard access(path, X_OK) == 0,
      let program = try? RunningProgram(path, ["-I", "-S", "-c", question]),
      let words = program.line()?.split(separator: " ", maxSplits: 2), words.count == 3,
      let version = PythonVersion(String(words[0])), version.major == 3
    else { return nil }
    self.path = path
    self.version = version
    home = String(words[2])
    isFreeThreaded = words[1] == "1"
  }

  /// Those whose GIL is measured, and is always on.
  static let measured = all.filter {
    GILOffsets.minors.contains($0.version.minor) && !$0.isFreeThreaded
  }

  /// Those that can do without a GIL.
  static let freeThreaded = all.filter(\.isFreeThreaded)

  /// Those that are too old.
  static let older = all.filter { $0.version.minor < GILOffsets.minors.lowerBound }

  /// Those that are linked to a libpython.
  static let shared = measured.filter { $0.library != nil }

  /// Its libpython, when it has one.
  var library: String? {
    let name = "libpython\(version.major).\(version.minor).so.1.0"
    let path = "\(home)/lib/\(name)"
    guard ELFSymbols(path: self.path)?.neededLibraries.contains(name) == true,
      access(path, R_OK) == 0
    else { return nil }
    return path
  }

  /// Starts a script in it, without anything from outside the standard library.
  func run(
    _ script: String, executable: String? = nil, environment: [String: String] = [:]
  ) throws(Errno) -> RunningProgram {
    try RunningProgram(
      executable ?? path, ["-S", "-c", script], environment: environment)
  }

  private static func entries(of folder: String) -> [String] {
    guard let directory = opendir(folder) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      names.append(
        withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
          String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        })
    }
    return names
  }
}

/// What the interpreters run.
enum PythonScript {
  /// Four threads that want the GIL all the time, and a main thread that reads.
  ///
  /// Prints the kernel's numbers of the four, then `ready`.
  static let spinning = """
    import os, sys, threading
    from threading import get_native_id
    lock, left = threading.Lock(), [4]
    def spin():
        with lock:
            print(get_native_id(), flush=True)
            left[0] -= 1
            if left[0] == 0:
                print("ready", flush=True)
        n = 0
        while True:
            n += 1
    for _ in range(4):
        threading.Thread(target=spin, daemon=True).start()
    sys.stdin.read()
    os._exit(0)
    """

  /// One thread, which reads.
  static let idle = """
    import sys
    print("ready", flush=True)
    sys.stdin.read()
    """

  /// A child that was forked and spins in two threads; its parent reads.
  ///
  /// Prints the child's number, then `ready`.
  static let forked = """
    import os, sys, threading
    pid = os.fork()
    if pid:
        sys.stdin.read()
        os.waitpid(pid, 0)
        os._exit(0)
    def spin():
        while True:
            pass
    for _ in range(2):
        threading.Thread(target=spin, daemon=True).start()
    print(os.getpid(), flush=True)
    print("ready", flush=True)
    sys.stdin.read()
    os._exit(0)
    """

  /// A second interpreter.
  ///
  /// Where it has a GIL of its own a thread spins in it, as two do in the first; before 3.12 such a
  /// thread would never let go of the GIL, since it isn't asked to.
  static let subinterpreter = """
    import os, sys, threading
    try:
        import _interpreters as interpreters
    except ImportError:
        import _xxsubinterpreters as interpreters
    other = interpreters.create()
    def inside():
        interpreters.run_string(other, "while True: pass")
    def spin():
        while True:
            pass
    if sys.version_info >= (3, 12):
        threading.Thread(target=inside, daemon=True).start()
        for _ in range(2):
            threading.Thread(target=spin, daemon=True).start()
    print("ready", flush=True)
    sys.stdin.read()
    os._exit(0)
    """
}
