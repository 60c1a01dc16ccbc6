import FoundationEssentials
package import TandemModel

/// A Python function as a program calls it.
package struct PythonCall: Sendable {
  /// What the module is imported as.
  package var module: String
  /// The function's name in it, which may have dots.
  package var function: String
  /// What it is called with.
  package var arguments: PythonWork.Arguments

  /// Makes a call of work; nil for what is no Python function, and for a module that no import can name.
  ///
  /// - Parameter kind: the work.
  package init?(_ kind: Workload.Kind) {
    guard case .pythonFunction(let path, let name, let arguments) = kind,
      let module = Self.module(of: path)
    else { return nil }
    self.module = module
    self.function = name
    self.arguments = arguments
  }

  /// The keywords of Python 3, which no module that is imported can be named as ("Lexical analysis").
  private static let keywords: Set<String> = [
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue",
    "def", "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import",
    "in",
    "is", "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while", "with",
    "yield",
  ]

  /// What a file is imported as: its own name, after those of the packages that it is in.
  static func module(of path: String) -> String? {
    var url = URL(fileURLWithPath: path)
    guard url.pathExtension == "py" else { return nil }
    var names = [url.deletingPathExtension().lastPathComponent]
    url.deleteLastPathComponent()
    while url.path != "/",
      FileManager.default.fileExists(atPath: url.appendingPathComponent("__init__.py").path)
    {
      names.insert(url.lastPathComponent, at: 0)
      url.deleteLastPathComponent()
    }
    let isName = { (name: String) in
      !name.isEmpty && !(name.first?.isNumber ?? true) && !keywords.contains(name)
        && name.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
    }
    return names.allSatisfy(isName) ? names.joined(separator: ".") : nil
  }
}

extension PastedCode {
  /// Writes the code that does what a verdict says; nil where the verdict names no model, or one that
  /// programs don't use.
  ///
  /// - Parameters:
  ///   - call: the function.
  ///   - verdict: the verdict.
  ///   - runs: the models that ran.
  ///   - items: how many calls there are.
  package init?(_ call: PythonCall, _ verdict: Verdict, runs: [ModelResult], items: Int) {
    guard let model = verdict.model,
      let result = runs.first(where: {
        $0.model == model && $0.error == nil
          && (verdict.interpreter == nil || $0.interpreter?.path == verdict.interpreter)
      })
    else { return nil }
    let source = Source(call, items: items)
    let workers = verdict.workers ?? result.workers
    let chunk = result.pythonPool.flatMap {
      $0.chunksize == $0.defaultChunksize ? nil : $0.chunksize
    }
    let body: (imports: [String], lines: [String])
    switch model {
    case .pythonSerial:
      body =
        source.isAsync(runs)
        ? (
          ["import asyncio"],
          source.coroutine(
            "[await \(source.name)(item) for item in \(source.items)]", under: result.interpreter)
        )
        : ([], ["results = [\(source.name)(item) for item in \(source.items)]"])
    case .pythonThreadPool, .pythonInterpreterPool:
      let name = model == .pythonThreadPool ? "ThreadPoolExecutor" : "InterpreterPoolExecutor"
      let lines = [
        "with \(name)(max_workers=\(workers)) as pool:",
        "    results = list(pool.map(\(source.name), \(source.items)))",
      ]
      body = (["from concurrent.futures import \(name)"], lines)
    case .pythonProcessPool, .pythonProcessPoolFork, .pythonProcessPoolForkserver,
      .pythonProcessPoolSpawn:
      let method = model.pythonStartMethod
      let context = method.map { ", mp_context=multiprocessing.get_context(\"\($0)\")" } ?? ""
      let size = chunk.map { ", chunksize=\($0)" } ?? ""
      body = (
        (method == nil ? [] : ["import multiprocessing"])
          + ["from concurrent.futures import ProcessPoolExecutor"],
        Self.guarded([
          "with ProcessPoolExecutor(max_workers=\(workers)\(context)) as pool:",
          "    results = list(pool.map(\(source.name), \(source.items)\(size)))",
        ])
      )
    case .pythonMultiprocessingPool:
      body = (
        ["import multiprocessing"],
        Self.guarded([
          "with multiprocessing.Pool(\(workers)) as pool:",
          "    results = pool.map(\(source.name), \(source.items))",
        ])
      )
    case .pythonJoblib:
      body = (
        ["from joblib import Parallel, delayed"],
        Self.guarded([
          """
          results = Parallel(n_jobs=\(workers))(delayed(\(source.name))(item) for item in \(source.items))
          """
        ])
      )
    case .pythonAsyncio:
      let gathered = "await asyncio.gather(*[\(source.name)(item) for item in \(source.items)])"
      body = (["import asyncio"], source.coroutine(gathered, under: result.interpreter))
    default: return nil
    }
    let imports = (body.imports + source.imports).sorted { a, b in
      (a.hasPrefix("import ") ? 0 : 1, a) < (b.hasPrefix("import ") ? 0 : 1, b)
    }
    self.init(model: model, lines: imports + source.preparation + [""] + body.lines)
  }

  /// Workers that import the program again must not run it again.
  private static func guarded(_ lines: [String]) -> [String] {
    ["if __name__ == \"__main__\":"] + lines.map { "    " + $0 }
  }

  /// What the code takes the function and its items from.
  private struct Source {
    var name: String
    var items: String
    var imports: [String]
    var preparation: [String] = []

    /// The names that the code uses itself.
    private static let taken: Set<String> = [
      "InterpreterPoolExecutor", "Parallel", "ProcessPoolExecutor", "ThreadPoolExecutor", "asyncio",
      "delayed", "item", "items", "itertools", "json", "list", "main", "multiprocessing", "open",
      "pool", "range", "results",
    ]

    init(_ call: PythonCall, items count: Int) {
      let outer = call.function.split(separator: ".").first.map(String.init) ?? call.function
      let isTaken = Self.taken.contains(outer)
      name = isTaken ? "\(outer)_\(call.function.dropFirst(outer.count))" : call.function
      let imported = isTaken ? "\(outer) as \(outer)_" : outer
      imports = ["from \(call.module) import \(imported)"]
      switch call.arguments {
      case .indices: items = "range(\(count))"
      case .file(let path):
        items = "items"
        imports.append("import json")
        preparation = ["", "items = json.load(open(\(Self.quoted(path))))"]
      case .generator(let path, let generator):
        items = "items"
        let first = generator.split(separator: ".").first.map(String.init) ?? generator
        if let module = PythonCall.module(of: path) {
          imports =
            module == call.module && first != outer
            ? ["from \(module) import \([first, imported].sorted().joined(separator: ", "))"]
            : imports + ["from \(module) import \(first)"]
        }
        preparation = ["", "items = list(itertools.islice(\(generator)(), \(count)))"]
        imports.append("import itertools")
      }
    }

    /// A path as a literal.
    private static func quoted(_ path: String) -> String {
      let escaped = path.replacing("\\", with: "\\\\")
        .replacing("\"", with: "\\\"")
      return "\"\(escaped)\""
    }

    /// Whether the work is an `async def`: then event loops ran it.
    func isAsync(_ runs: [ModelResult]) -> Bool { runs.contains { $0.model.isAsyncio } }

    /// An event loop's only coroutine.
    func coroutine(_ value: String, under interpreter: InterpreterSummary?) -> [String] {
      let runs =
        interpreter?.isOlder(than: 3, 7) == true
        ? "asyncio.get_event_loop().run_until_complete" : "asyncio.run"
      return ["async def main():", "    return \(value)", "", "results = \(runs)(main())"]
    }
  }
}
