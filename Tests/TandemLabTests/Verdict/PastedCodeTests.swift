import Foundation
import TandemModel
import Testing

@testable import TandemLab

/// The code of a verdict is pasted into a file and run.
@Suite(.enabled("needs a Python 3.6 or newer", Pythons.found))
struct PastedCodeTests {
  private static let module = """
    import asyncio
    def double(i): return 2 * i
    async def adouble(i): await asyncio.sleep(0.001); return 2 * i
    class Doubler:
        def double(self, i): return 2 * i
    doubler = Doubler()
    def numbers():
        number = 0
        while True: yield number; number += 1
    """

  private static func verdict(_ model: ExecutionModel) -> Verdict {
    Verdict(choice: .processes, model: model, workers: 2, reason: "")
  }

  /// The models that ran, with the chunk that the pool of processes had.
  private static func runs(
    _ model: ExecutionModel, isAsync: Bool = false, under interpreter: InterpreterSummary? = nil
  ) -> [ModelResult] {
    var run = ModelResult(
      model: model, interpreter: interpreter, schedule: .allAtOnce, workers: 2)
    run.pythonPool = PythonPoolSummary(
      className: "", startMethod: nil, chunksize: 3, defaultWorkers: 2, defaultChunksize: 1,
      startSeconds: 0, stopSeconds: 0)
    let loop = ModelResult(
      model: .pythonAsyncio, interpreter: nil, schedule: .allAtOnce, workers: 1)
    return isAsync ? [run, loop] : [run]
  }

  private static func code(
    _ model: ExecutionModel, _ function: String, _ arguments: PythonWork.Arguments = .indices,
    in files: PythonFiles, under interpreter: InterpreterSummary? = nil
  ) throws -> PastedCode {
    let call = try #require(
      PythonCall(
        .pythonFunction(path: "\(files.path)/work.py", name: function, arguments: arguments)))
    return try #require(
      PastedCode(
        call, verdict(model),
        runs: runs(model, isAsync: function == "adouble", under: interpreter), items: 10))
  }

  /// The sum of the code's results, run as a file beside the module; what went wrong, if anything did.
  private static func results(
    of code: PastedCode, in files: PythonFiles, python: String
  ) async throws -> String {
    let (file, sum) = ("\(files.path)/pasted.py", "\(files.path)/sum")
    try? FileManager.default.removeItem(atPath: sum)
    let lines =
      code.lines + [
        "", "if __name__ == '__main__':", "    open(\"\(sum)\", 'w').write(str(sum(results)))", "",
      ]
    try lines.joined(separator: "\n").write(toFile: file, atomically: true, encoding: .utf8)
    let end = try await PosixSpawnLauncher().launch(
      path: python, arguments: [file], environment: nil, timeout: patience)
    return (try? String(contentsOfFile: sum, encoding: .utf8)) ?? end.standardErrorTail
  }

  @Test("it runs as it stands, and gives what the calls give, for every model on every Python")
  func runsWhenPasted() async throws {
    let files = try PythonFiles(["work.py": Self.module])
    for interpreter in try await Pythons.usable() {
      for model in ExecutionModel.allCases
      where model.isPythonPool && interpreter.supports(model) || model == .pythonSerial {
        let code = try Self.code(model, "double", in: files)
        #expect(
          try await Self.results(of: code, in: files, python: interpreter.path) == "90",
          "\(model.rawValue) \(interpreter.version):\n\(code.lines.joined(separator: "\n"))")
      }
      for model in [ExecutionModel.pythonAsyncio, .pythonSerial] {
        let code = try Self.code(model, "adouble", in: files, under: interpreter.summary)
        #expect(
          try await Self.results(of: code, in: files, python: interpreter.path) == "90",
          "\(model.rawValue) \(interpreter.version)")
      }
    }
  }

  @Test(
    "arguments of a file and of a generator are taken from there; a method is named by its object")
  func arguments() async throws {
    let files = try PythonFiles(["work.py": Self.module, "four.json": "[1, 2, 3, 4]"])
    let python = try await Pythons.any().path
    let file = try Self.code(
      .pythonProcessPool, "double", .file("\(files.path)/four.json"), in: files)
    #expect(try await Self.results(of: file, in: files, python: python) == "20")
    let generator = PythonWork.Arguments.generator(
      path: "\(files.path)/work.py", name: "numbers")
    let generated = try Self.code(.pythonThreadPool, "double", generator, in: files)
    #expect(generated.lines.contains("from work import double, numbers"))
    #expect(try await Self.results(of: generated, in: files, python: python) == "90")
    let method = try Self.code(.pythonThreadPool, "doubler.double", in: files)
    #expect(method.lines.contains("from work import doubler"))
    #expect(try await Self.results(of: method, in: files, python: python) == "90")
  }

  @Test("the code of a pool of processes, word for word")
  func wording() throws {
    let files = try PythonFiles(["work.py": Self.module])
    #expect(
      try Self.code(.pythonProcessPoolSpawn, "double", in: files).lines == [
        "import multiprocessing",
        "from concurrent.futures import ProcessPoolExecutor",
        "from work import double",
        "",
        "if __name__ == \"__main__\":",
        "    with ProcessPoolExecutor(max_workers=2, mp_context=multiprocessing.get_context(\"spawn\")) as pool:",
        "        results = list(pool.map(double, range(10), chunksize=3))",
      ])
  }

  @Test("there is none where the verdict names no model, or a module can't be imported by name")
  func none() throws {
    let kind = Workload.Kind.pythonFunction(
      path: "/tmp/my-work.py", name: "f", arguments: .indices)
    #expect(PythonCall(kind) == nil)
    let call = try #require(
      PythonCall(.pythonFunction(path: "/tmp/work.py", name: "f", arguments: .indices)))
    let undecided = Verdict(choice: .undecided, model: nil, workers: nil, reason: "")
    #expect(PastedCode(call, undecided, runs: Self.runs(.pythonThreadPool), items: 2) == nil)
    let bare = PastedCode(
      call, Self.verdict(.pythonThreads), runs: Self.runs(.pythonThreads), items: 2)
    #expect(bare == nil)
  }
}
