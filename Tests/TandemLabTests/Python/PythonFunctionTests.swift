import Foundation
import TandemModel
import Testing

@testable import TandemLab

@Suite("A Python function of the user's", .enabled("needs a Python 3.6 or newer", Pythons.found))
struct PythonFunctionTests {
  let python: PythonModel

  init() throws { python = try PythonModel(launcher: PosixSpawnLauncher()) }

  /// Runs two calls under a model.
  private func run(
    _ model: ExecutionModel, _ work: PythonWork, workers: Int = 2,
    schedule: Schedule = .allAtOnce
  ) async throws -> RunRecord {
    try await python.run(
      model, schedule: schedule, workers: workers, work: work,
      interpreter: try await Pythons.any(), timeout: patience)
  }

  /// The error of a run that must fail.
  private func failure(
    _ model: ExecutionModel, _ work: PythonWork, schedule: Schedule = .allAtOnce
  ) async throws -> PythonError {
    try await #require(throws: PythonError.self) {
      _ = try await run(model, work, schedule: schedule)
    }
  }

  @Test("siblings, packages, odd names and printing are no obstacle", arguments: ExecutionModel.py)
  func modules(model: ExecutionModel) async throws {
    let files = try PythonFiles([
      "work.py": """
      import sibling
      print("a line on standard output")
      class Holder:
          @staticmethod
          def call(i): return sibling.double(i)
      def crunch(i):
          print("item", i)
          return sibling.double(i)
      """,
      "sibling.py": "def double(i): return 2 * i\n",
      "my-work": "import sibling\ndef crunch(i): return sibling.double(i)\n",
      "json.py": "def crunch(i): return i\n",
      "package/__init__.py": "",
      "package/part.py": "from . import helper\ndef crunch(i): return helper.double(i)\n",
      "package/helper.py": "def double(i): return 2 * i\n",
    ])
    for work in [
      files.work("crunch"), files.work("Holder.call"), files.work("crunch", of: "my-work"),
      files.work("crunch", of: "json.py"), files.work("crunch", of: "package/part.py"),
    ] {
      let record = try await run(model, work)
      #expect(record.workers.count == 2)
    }
  }

  @Test("each element of the list is one argument, of any JSON type", arguments: ExecutionModel.py)
  func arguments(model: ExecutionModel) async throws {
    let elements =
      #"[null, true, 7, 12345678901234567890123, 2.5, "é\n😀", [1, [2]], {"a": [null]}]"#
    let files = try PythonFiles([
      "arguments.json": elements,
      "work.py": """
      expected = [None, True, 7, 12345678901234567890123, 2.5, "\\u00e9\\n\\U0001F600", [1, [2]],
                  {"a": [None]}]
      def crunch(argument):
          assert any(type(one) is type(argument) and one == argument for one in expected), argument
      def refuse(argument):
          raise ValueError(repr(argument))
      """,
    ])
    let list = PythonWork.Arguments.file("\(files.path)/arguments.json")
    let record = try await run(model, files.work("crunch", arguments: list), workers: 8)
    #expect(record.workers.count == 8)
    let error = try await failure(
      model, files.work("refuse", arguments: list), schedule: .oneAtATime)
    #expect(error.message.contains("ValueError: None"))
    #expect(error.worker == 0)
  }

  @Test("the elements of the list are counted, and a list that is none is refused")
  func argumentFiles() async throws {
    let files = try PythonFiles([
      "work.py": "def crunch(i): pass\n", "three.json": "[1, 2, 3]", "empty.json": "[]",
      "object.json": "{}", "broken.json": "[1,",
    ])
    let path = try await Pythons.any().path
    func work(_ name: String) -> PythonWork {
      files.work("crunch", arguments: .file("\(files.path)/\(name)"))
    }
    let description = try await python.describe(path, work: work("three.json"), timeout: patience)
    #expect(description.arguments == 3)
    for (name, code) in [
      ("empty.json", PythonError.Code.badArguments), ("object.json", .badArguments),
      ("broken.json", .badArguments), ("missing.json", .noSuchFile),
    ] {
      let error = try await #require(throws: PythonError.self) {
        _ = try await python.describe(path, work: work(name), timeout: patience)
      }
      #expect(error.code == code, "\(name)")
      #expect(error.message.contains(name))
    }
    let error = try await #require(throws: PythonError.self) {
      _ = try await run(.pythonThreads, work("three.json"), workers: 4)
    }
    #expect(error.code == .badArguments)
  }

  @Test("what can't be called is refused before anything runs")
  func refusals() async throws {
    let files = try PythonFiles([
      "work.py": """
      number = 7
      def none(): pass
      def two(a, b): pass
      def keyword(a, *, b): pass
      def generator(i): yield i
      def default(a, b=1, *, c=2): pass
      def star(*all): pass
      """,
      "syntax.py": "def crunch(i:\n", "raises.py": "import no_such_module_at_all\n",
      "exits.py": "import sys\nsys.exit(0)\n",
    ])
    let path = try await Pythons.any().path
    let cases: [(PythonWork, PythonError.Code)] = [
      (files.work("crunch", of: "missing.py"), .noSuchFile),
      (files.work("missing"), .noSuchFunction), (files.work("number"), .notCallable),
      (files.work("generator"), .notCallable),
      (files.work("none"), .wrongArguments), (files.work("two"), .wrongArguments),
      (files.work("keyword"), .wrongArguments),
      (files.work("crunch", of: "syntax.py"), .importFailed),
      (files.work("crunch", of: "raises.py"), .importFailed),
      (files.work("crunch", of: "exits.py"), .importFailed),
    ]
    for (work, code) in cases {
      let error = try await #require(throws: PythonError.self) {
        _ = try await python.describe(path, work: work, timeout: patience)
      }
      #expect(error.code == code, "\(work): \(error)")
      #expect(!error.message.contains("\n"))
      #expect((error.traceback != nil) == (code == .importFailed))
      if let traceback = error.traceback {
        #expect(!traceback.contains("tandem_driver") && !traceback.contains("importlib"))
      }
    }
    for name in ["default", "star"] {
      _ = try await python.describe(path, work: files.work(name), timeout: patience)
    }
  }

  @Test("a function that raises: the others end, and the user's own frames are shown")
  func raising() async throws {
    let files = try PythonFiles([
      "work.py": """
      import sys
      def deeper(i): raise ValueError("no %d" % i)
      def raise_one(i):
          if i == 1: deeper(i)
      def leave(i): sys.exit(4)
      """
    ])
    for model in ExecutionModel.py {
      for schedule in Schedule.allCases {
        let error = try await failure(model, files.work("raise_one"), schedule: schedule)
        #expect(error.code == .raised)
        #expect(error.worker == 1)
        #expect(error.message.hasSuffix("ValueError: no 1"))
        let traceback = try #require(error.traceback)
        #expect(traceback.contains("in deeper") && !traceback.contains("tandem_driver"))
      }
      let left = try await failure(model, files.work("leave"))
      #expect(left.code == .raised && left.message.contains("SystemExit"))
      guard model != .pythonSerial else { continue }  // no workers, no memory to read
      let memory = try await #require(throws: PythonError.self) {
        _ = try await python.memory(
          model, workers: 2, work: files.work("raise_one"),
          interpreter: try await Pythons.any(), timeout: patience)
      }
      #expect(memory.code == .raised)
    }
  }

  @Test("the GIL is asked for after the user's module was imported")
  func gilAfterTheImport() async throws {
    // An extension that needs the GIL turns it on; here a module makes as if it were off.
    let files = try PythonFiles([
      "work.py": "import sys\nsys._is_gil_enabled = lambda: False\ndef crunch(i): pass\n"
    ])
    let path = try await Pythons.any().path
    let description = try await python.describe(path, work: files.work("crunch"), timeout: patience)
    #expect(description.interpreter.gilEnabled == false)
    let record = try await run(.pythonThreads, files.work("crunch"))
    #expect(record.notMeasured == [])
    #expect(record.workers.allSatisfy { $0.runnableNS != nil && $0.blocked.gilNS == nil })
  }

  @Test("what a GIL cost a function of the user's is not told apart, and the record says so")
  func gilOfAFunction() async throws {
    let interpreter = try await Pythons.any()
    try #require(interpreter.gilEnabled == true)
    let files = try PythonFiles(["work.py": "def crunch(i): pass\n"])
    let record = try await run(.pythonThreads, files.work("crunch"))
    #expect(record.notMeasured.contains { $0.contains("GIL") })
    #expect(record.workers.allSatisfy { $0.blocked.gilNS == nil && $0.runnableNS != nil })
  }

  @Test("the work's standard output can be sent to standard error, and is kept when it dies")
  func output() async throws {
    let files = try PythonFiles([
      "work.py":
        "import os\ndef crunch(i):\n    print('a last word', flush=True)\n    os._exit(5)\n"
    ])
    for (output, kept) in [(PythonModel.Output.nowhere, false), (.standardError, true)] {
      let python = try PythonModel(launcher: PosixSpawnLauncher(), output: output)
      let error = try await #require(throws: PythonError.self) {
        _ = try await python.run(
          .pythonSerial, schedule: .oneAtATime, workers: 1, work: files.work("crunch"),
          interpreter: try await Pythons.any(), timeout: patience)
      }
      #expect(error.exitCode == 5)
      #expect(error.standardErrorTail.contains("a last word") == kept)
    }
  }

  @Test("a worker process that dies is told with its exit code or signal")
  func dying() async throws {
    let files = try PythonFiles([
      "work.py": """
      import os, signal
      def leave(i):
          if i == 0: os._exit(3)
      def crash(i):
          if i == 0: os.kill(os.getpid(), signal.SIGKILL)
      """
    ])
    for model in ExecutionModel.py where model.workerKind == .process {
      for schedule in Schedule.allCases {
        let left = try await failure(model, files.work("leave"), schedule: schedule)
        #expect(left.code == .workerDied && left.exitCode == 3 && left.worker == 0)
        let crashed = try await failure(model, files.work("crash"), schedule: schedule)
        #expect(crashed.code == .workerDied && crashed.signal == 9 && crashed.worker == 0)
      }
    }
    let left = try await failure(.pythonThreads, files.work("leave"))
    #expect(left.code == .driverDied && left.exitCode == 3)
    let crashed = try await failure(.pythonSerial, files.work("crash"))
    #expect(crashed.code == .driverDied && crashed.signal == 9)
  }
}

@Suite("The end of a run that hangs", .enabled("needs a Python 3.6 or newer", Pythons.found))
struct PythonEndTests {
  static let hang = ["work.py": "import time\ndef hang(i): time.sleep(600)\n"]

  @Test("the time is over: an error, and no process left", arguments: ExecutionModel.py)
  func timeout(model: ExecutionModel) async throws {
    let launcher = PosixSpawnLauncher()
    let python = try PythonModel(launcher: launcher)
    let files = try PythonFiles(Self.hang)
    let error = try await #require(throws: PythonError.self) {
      _ = try await python.run(
        model, schedule: .allAtOnce, workers: 2, work: files.work("hang"),
        interpreter: try await Pythons.any(), timeout: .milliseconds(700))
    }
    #expect(error.code == .timedOut)
    for group in launcher.groups {
      #expect(living(inGroup: group) == [])
    }
    let left = try FileManager.default.contentsOfDirectory(atPath: python.folder)
    #expect(
      Set(left).isSubset(of: ["__pycache__"] + DriverDirectory.scripts.map { "\($0.name).py" }))
  }

  @Test("cancellation: CancellationError, no process left, the folder gone")
  func cancellation() async throws {
    let (started, continuation) = AsyncStream.makeStream(of: pid_t.self)
    let launcher = PosixSpawnLauncher { continuation.yield($0) }
    let files = try PythonFiles(Self.hang)
    let interpreter = try await Pythons.any()
    let (folders, folder) = AsyncStream.makeStream(of: String.self)
    let task = Task {
      let python = try PythonModel(launcher: launcher)
      folder.yield(python.folder)
      return try await python.run(
        .pythonProcessesFork, schedule: .allAtOnce, workers: 2, work: files.work("hang"),
        interpreter: interpreter)
    }
    let group = try #require(await started.first { _ in true })
    task.cancel()
    await #expect(throws: CancellationError.self) { _ = try await task.value }
    #expect(living(inGroup: group) == [])
    let path = try #require(await folders.first { _ in true })
    #expect(!FileManager.default.fileExists(atPath: path))
  }
}

extension ExecutionModel {
  /// CPython's models with bare threads and processes, and without workers.
  static let py = allCases.filter { $0.isPython && !$0.isPythonPool && !$0.isAsyncio }
}
