import FoundationEssentials
import TandemModel
import TandemSystem
import TandemText

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
  /// What crosses between processes with a Python function, an entry an interpreter.
  private(set) var crossings: [PythonCrossing] = []
  /// Whether the user named the models.
  private let areChosen: Bool

  /// Chooses the models, and finds the interpreters that they need.
  ///
  /// - Parameters:
  ///   - kind: What one item does.
  ///   - options: How to compare.
  ///   - time: What is left of the time budget.
  /// - Throws: `CompareError`; `PoolError` when programs can't be started here; `CancellationError`.
  init(for kind: Workload.Kind, options: CompareOptions, time: BudgetLeft) async throws {
    let all = ExecutionModel.allCases
    areChosen = options.models != nil
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
      let chosen = areChosen
      models.removeAll { !$0.isPython || (!chosen && !$0.isUsualForFunctions) }
      omitted.append(Omission(what: "Swift's models", why: "the work is a Python function"))
    default:
      // The lesson is about bare threads and processes.
      if !areChosen { models.removeAll { $0.isPythonPool || $0.isAsyncio } }
    }
    guard models.contains(where: \.isPython) else { return }
    let runner = try PythonModel(launcher: SupervisedLauncher())
    let found = try await Self.interpreters(
      runner, named: options.pythonInterpreters, time: time)
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
  }

  /// Asks whether a Python function is there and can be called, before anything is run.
  ///
  /// - Parameters:
  ///   - kind: What one item does.
  ///   - items: How many calls were asked for.
  ///   - time: What is left of the time budget.
  /// - Returns: How many calls the file of arguments or the generator is for; nil without either.
  /// - Throws: `CompareError`, `CancellationError`.
  mutating func settle(
    _ kind: Workload.Kind, items: Int?, time: BudgetLeft
  ) async throws -> Int? {
    guard let runner, let work = kind.pythonFunction else { return nil }
    var calls: Int?
    for position in interpreters.indices {
      do {
        let described = try await runner.describe(
          interpreters[position].path, work: work, items: items, timeout: time.left)
        calls = calls ?? described.arguments
        interpreters[position] = described.interpreter
      } catch let error as PythonError {
        throw time.error(error)
      }
    }
    return calls
  }

  /// Calls a Python function a few times, to find out what crosses between processes with it.
  ///
  /// That is before anything is timed. Then it leaves out the models that can't run.
  ///
  /// - Parameters:
  ///   - kind: What one item does.
  ///   - items: How many calls there will be; nil when that isn't known yet.
  ///   - workers: How many workers there will be, as far as that is known.
  ///   - time: What is left of the time budget.
  /// - Throws: `CompareError`, `CancellationError`.
  mutating func cross(
    _ kind: Workload.Kind, items: Int?, workers: Int, time: BudgetLeft
  ) async throws {
    if let runner, let work = kind.pythonFunction {
      for position in interpreters.indices {
        do {
          let crossing = try await runner.crossing(
            of: work, workers: workers, items: items, interpreter: interpreters[position],
            timeout: time.left)
          interpreters[position].work?.refused = crossing.refused
          interpreters[position].work?.chunkWanted = crossing.chunkWanted
          crossings.append(crossing)
        } catch let error as PythonError {
          // Where the work fails, the models do as well, and say how.
          if error.code == .timedOut { throw time.error(error) }
        }
      }
    }
    leaveOut()
  }

  /// Says which models can't run under which interpreters.
  private mutating func leaveOut() {
    for interpreter in interpreters {
      let isAsync = interpreter.work?.isAsync == true
      var reasons: [(reason: String, models: [String])] = []
      for model in models where model.isPython {
        guard let reason = interpreter.reasonAgainst(model) else { continue }
        // Nobody misses what isn't for this work, nor a package that isn't there.
        if !areChosen, isAsync ? model.isPythonPool : model.isAsyncio { continue }
        if !areChosen, model == .pythonJoblib, !interpreter.hasJoblib { continue }
        if let index = reasons.firstIndex(where: { $0.reason == reason }) {
          reasons[index].models.append(model.rawValue)
        } else {
          reasons.append((reason, [model.rawValue]))
        }
      }
      omitted += reasons.map {
        Omission(
          what: "\(FigureText.list($0.models)) (\(interpreter.version))", why: $0.reason)
      }
    }
  }

  /// How long an interpreter may take to describe itself.
  private static let mostToStart = Duration.seconds(10)

  /// The interpreters to use: all that were named, or the first usable one on the path.
  private static func interpreters(
    _ runner: PythonModel, named names: [String], time: BudgetLeft
  ) async throws -> (usable: [PythonInterpreter], reason: String) {
    let path = ProcessInfo.processInfo.environment["PATH"]
    guard names.isEmpty else {
      let entries = try await runner.entries(
        for: names.map { PythonSearch.resolve($0, path: path) },
        timeout: time.left(atMost: mostToStart))
      for entry in entries {
        if case .failure(let error) = entry.outcome { throw CompareError(.notFound, error.message) }
      }
      return (entries.compactMap(\.interpreter), "")
    }
    let entries = try await runner.entriesUntilUsable(
      in: PythonSearch.onPath(path), timeout: time.left(atMost: mostToStart))
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

extension ExecutionModel {
  /// Whether a function of the user's is run under it when nobody names the models: as Python's programs
  /// use workers, with the interpreter's own start method.
  fileprivate var isUsualForFunctions: Bool {
    switch self {
    case .pythonSerial, .pythonThreadPool, .pythonProcessPool, .pythonMultiprocessingPool,
      .pythonInterpreterPool, .pythonJoblib, .pythonAsyncio, .pythonAsyncioThreads:
      true
    default: false
    }
  }
}
