import FoundationEssentials
package import TandemModel
import TandemSystem

/// A Python interpreter that can run the driver, as it describes itself.
package struct PythonInterpreter: Sendable, Hashable {
  /// The path that it is started by.
  package var path: String
  /// The executable behind that path, with symbolic links resolved; behind a shim, the real one.
  package var realPath: String
  /// What the interpreter calls its own executable; empty when it doesn't know.
  private var executable: String
  /// The environment that packages are taken from (`sys.prefix`): a virtual environment has its own.
  package var prefix: String
  /// The version, such as `3.13.0`.
  package var version: String
  /// The implementation, such as `CPython`.
  package var implementation: String
  /// Whether it was built so that its GIL can be off.
  package var gilCanBeOff: Bool
  /// Whether its GIL is on, after the user's module was imported if there is one; nil when the
  /// interpreter can't tell.
  package var gilEnabled: Bool?
  /// The start methods of its `multiprocessing`.
  package var startMethods: [String]
  /// The start method that it takes when nobody says which.
  package var startMethod: String
  /// Whether it has an `InterpreterPoolExecutor`.
  package var hasInterpreterPool: Bool
  /// Whether joblib can be imported.
  package var hasJoblib: Bool
  /// What is known of the work under it; nil before it was asked about any.
  package var work: WorkFacts?

  /// What an interpreter found out about the work before it was timed.
  package struct WorkFacts: Sendable, Hashable {
    /// Whether the function is an `async def`.
    package var isAsync = false
    /// Why its data can't cross to another process, a sentence; nil when it can.
    package var refused: String?
    /// How many items a message of a process pool should hold at least; nil for one.
    package var chunkWanted: Int?
  }

  /// Makes it from what the driver answered.
  init(path: String, answer: DriverAnswer.Interpreter) {
    self.path = path
    let executable = answer.executable.isEmpty ? path : answer.executable
    realPath = URL(fileURLWithPath: executable).resolvingSymlinksInPath().path
    self.executable = answer.executable
    prefix = answer.prefix
    version = answer.version
    implementation = answer.implementation
    gilCanBeOff = answer.gilCanBeOff
    gilEnabled = answer.gilEnabled
    startMethods = answer.startMethods
    startMethod = answer.startMethod
    hasInterpreterPool = answer.hasInterpreterPool
    hasJoblib = answer.hasJoblib
  }

  /// The same interpreter, started without the script by which a version manager chooses it.
  ///
  /// Such a script, as pyenv, asdf and mise have them, takes longer to start than the interpreter.
  package var withoutShim: PythonInterpreter {
    guard path.split(separator: "/").dropLast().last == "shims", !executable.isEmpty else {
      return self
    }
    var direct = self
    direct.path = executable
    return direct
  }

  /// What a report says of it.
  package var summary: InterpreterSummary {
    InterpreterSummary(
      path: path, version: version, implementation: implementation, gilEnabled: gilEnabled)
  }

  /// Whether it can run the model with the work.
  package func supports(_ model: ExecutionModel) -> Bool {
    model.isPython && reasonAgainst(model) == nil
  }

  /// Why it can't run the model with the work, a phrase; nil when it can.
  package func reasonAgainst(_ model: ExecutionModel) -> String? {
    if let method = model.pythonStartMethod, !startMethods.contains(method) {
      return "this Python does not have it"
    }
    if model.isPythonPool, model.pythonStartMethod != nil, summary.isOlder(than: 3, 7) {
      return "a ProcessPoolExecutor takes a start method from Python 3.7 on"
    }
    if model == .pythonInterpreterPool, !hasInterpreterPool {
      return "InterpreterPoolExecutor came with Python 3.14"
    }
    if model == .pythonJoblib, !hasJoblib {
      return "joblib can't be imported there: \(path) -m pip install joblib"
    }
    if model.isAsyncio, work?.isAsync != true {
      return "it takes a function that is an 'async def'"
    }
    guard model.isPythonPool, let work else { return nil }
    if work.isAsync {
      return "the function is an 'async def': its calls run in event loops"
    }
    return model.isProcesses || model == .pythonInterpreterPool ? work.refused : nil
  }
}

extension ExecutionModel {
  /// The start method of `multiprocessing` that the model names; nil where it names none.
  package var pythonStartMethod: String? {
    switch self {
    case .pythonProcessesFork, .pythonProcessPoolFork: "fork"
    case .pythonProcessesForkserver, .pythonProcessPoolForkserver: "forkserver"
    case .pythonProcessesSpawn, .pythonProcessPoolSpawn: "spawn"
    default: nil
    }
  }
}

/// A path that may lead to a Python, and what was found there.
package struct PythonEntry: Sendable {
  /// The path that was tried.
  package var path: String
  /// The interpreter, or why there is none to use.
  package var outcome: Result<PythonInterpreter, PythonError>

  /// Makes an entry.
  package init(path: String, outcome: Result<PythonInterpreter, PythonError>) {
    self.path = path
    self.outcome = outcome
  }

  /// The interpreter, if it can be used.
  package var interpreter: PythonInterpreter? { try? outcome.get() }
}

/// Where to look for Pythons.
package enum PythonSearch {
  /// The executables called `python3` on the path, in its order, then those called `python3.N`,
  /// the newest first.
  ///
  /// - Parameter path: folders with colons between them, as in `PATH`.
  /// - Returns: their paths.
  package static func onPath(_ path: String?) -> [String] {
    // An empty entry means the current folder to a shell, where nobody keeps a Python.
    let folders = (path ?? "").split(separator: ":").map(String.init)
    let plain = folders.map { "\($0)/python3" }
    var numbered: [(minor: Int, path: String)] = []
    for folder in folders {
      for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
        guard name.hasPrefix("python3.") else { continue }
        // Free-threaded builds are called python3.13t.
        let suffix = name.dropFirst("python3.".count)
        guard let minor = Int(suffix.hasSuffix("t") ? suffix.dropLast() : suffix) else { continue }
        numbered.append((minor, "\(folder)/\(name)"))
      }
    }
    let newestFirst = numbered.enumerated().sorted {
      ($1.element.minor, $0.offset) < ($0.element.minor, $1.offset)
    }
    return executables(plain + newestFirst.map(\.element.path))
  }

  /// The Pythons that pyenv installed, whichever of them its shims choose.
  ///
  /// - Parameter home: the user's home folder.
  /// - Returns: their paths, the oldest version first.
  package static func inPyenv(home: String) -> [String] {
    let versions = "\(home)/.pyenv/versions"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: versions)) ?? []
    let sorted = names.map { (numbers: numbers(in: $0), name: $0) }.sorted {
      $0.numbers == $1.numbers
        ? $0.name < $1.name : $0.numbers.lexicographicallyPrecedes($1.numbers)
    }
    return executables(sorted.map(\.name).map { "\(versions)/\($0)/bin/python3" })
  }

  /// The path of an interpreter that the user named: a name without a slash is searched for.
  ///
  /// - Parameters:
  ///   - name: a path, or a name such as `python3.13`.
  ///   - path: folders with colons between them, as in `PATH`.
  /// - Returns: the first executable of that name on the path, otherwise `name` itself.
  package static func resolve(_ name: String, path: String?) -> String {
    guard !name.contains("/") else { return name }
    let folders = (path ?? "").split(separator: ":")
    return executables(folders.map { "\($0)/\(name)" }).first ?? name
  }

  /// Those that can be executed, each once.
  private static func executables(_ paths: [String]) -> [String] {
    var seen = Set<String>()
    return paths.filter { path in
      isProgram(path) && seen.insert(path).inserted
    }
  }

  /// Whether a path leads to a file that can be executed.
  ///
  /// - Parameter path: the path; a name without a slash is of the working directory.
  /// - Returns: whether it does.
  static func isProgram(_ path: String) -> Bool {
    if case .success = ProgramSearch.find(path, path: "") { true } else { false }
  }

  /// The numbers of a version's name, so that 3.9 comes before 3.10.
  private static func numbers(in name: String) -> [Int] {
    name.split { !$0.isASCII || !$0.isNumber }.map { Int($0) ?? .max }
  }
}
