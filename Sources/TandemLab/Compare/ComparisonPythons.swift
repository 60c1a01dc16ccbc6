import FoundationEssentials
import TandemModel

/// Which models a comparison runs, and under which Pythons.
struct ComparisonPythons {
  /// The models, in the report's order.
  private(set) var models: [ExecutionModel]
  /// The interpreters of Python's models.
  private(set) var interpreters: [PythonInterpreter] = []
  /// Runs Python's models; nil when none is to run.
  private(set) var runner: PythonModel?
  /// Models that are left out, and why.
  private(set) var omitted: [Omission] = []

  /// Chooses the models, and finds the interpreters that they need.
  ///
  /// - Parameters:
  ///   - kind: What one item does.
  ///   - options: How to compare.
  /// - Throws: `CompareError`; `PoolError` when programs can't be started here; `CancellationError`.
  init(for kind: Workload.Kind, options: CompareOptions) async throws {
    let all = ExecutionModel.allCases
    models = options.models.map { chosen in all.filter(chosen.contains) } ?? all
    switch kind {
    case .swift:
      if let python = options.models?.first(where: \.isPython) {
        throw CompareError(
          .invalidArgument, "\(python.rawValue) can't run Swift; leave it out of the models")
      }
      models.removeAll(where: \.isPython)
    case .pythonFunction:
      if let wrong = options.models?.first(where: { !$0.isPython }) {
        throw CompareError(
          .invalidArgument,
          "\(wrong.rawValue) can't run a Python function; its models begin with 'python-'")
      }
      models.removeAll { !$0.isPython }
      omitted.append(Omission(what: "Swift's models", why: "the work is a Python function"))
    default: break
    }
    guard models.contains(where: \.isPython) else { return }
    let runner = try PythonModel(launcher: SupervisedLauncher())
    let found = try await Self.interpreters(runner, named: options.pythonInterpreters)
    interpreters = found.usable
    guard !interpreters.isEmpty else {
      guard case .pythonFunction = kind else {
        if options.models?.contains(where: \.isPython) == true {
          throw CompareError(.notFound, found.reason)
        }
        models.removeAll(where: \.isPython)
        omitted.append(Omission(what: "Python's models", why: found.reason))
        return
      }
      throw CompareError(.notFound, found.reason)
    }
    self.runner = runner
    for interpreter in interpreters {
      for model in models where model.isPython && !interpreter.supports(model) {
        omitted.append(
          Omission(
            what: "\(model.rawValue) (\(interpreter.version))", why: "this Python does not have it")
        )
      }
    }
  }

  /// Asks whether a Python function is there and can be called, before anything is run.
  ///
  /// - Parameter kind: What one item does.
  /// - Returns: How many calls the file of arguments is for; nil without one.
  /// - Throws: `CompareError`, `CancellationError`.
  mutating func settle(_ kind: Workload.Kind) async throws -> Int? {
    guard let runner, case .pythonFunction(let path, let name, let arguments) = kind else {
      return nil
    }
    let work = PythonWork.function(path: path, name: name, arguments: arguments)
    var calls: Int?
    for (position, interpreter) in interpreters.enumerated() {
      do {
        let described = try await runner.describe(
          interpreter.path, work: work, timeout: .seconds(60))
        interpreters[position] = described.interpreter
        calls = calls ?? described.arguments
      } catch let error as PythonError {
        throw CompareError(error)
      }
    }
    return calls
  }

  /// The interpreters to use: all that were named, or the first usable one on the path.
  private static func interpreters(
    _ runner: PythonModel, named names: [String]
  ) async throws -> (usable: [PythonInterpreter], reason: String) {
    let path = ProcessInfo.processInfo.environment["PATH"]
    guard names.isEmpty else {
      let entries = try await runner.entries(
        for: names.map { PythonSearch.resolve($0, path: path) })
      for entry in entries {
        if case .failure(let error) = entry.outcome { throw CompareError(.notFound, error.message) }
      }
      return (entries.compactMap(\.interpreter), "")
    }
    let entries = try await runner.entriesUntilUsable(in: PythonSearch.onPath(path))
    let failures = entries.compactMap { entry -> String? in
      if case .failure(let error) = entry.outcome { error.message } else { nil }
    }
    let reason =
      failures.isEmpty
      ? "there is no python3 on PATH: install one, or name one with --python-interpreter"
      : "no Python on PATH can be used (\(failures.joined(separator: "; "))): name one with "
        + "--python-interpreter"
    return (entries.compactMap(\.interpreter), reason)
  }
}
