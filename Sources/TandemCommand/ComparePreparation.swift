import ArgumentParser
import Glibc
import TandemLab
import TandemModel

/// From options to a plan: finds the interpreters, asks about the function, chooses the defaults.
struct ComparePreparation {
  /// What to run.
  let plan: ExperimentPlan
  /// What runs Python's models; nil when none is to run.
  let python: PythonModel?
  /// What is left out before anything ran.
  let omitted: [Omission]

  /// Prepares.
  ///
  /// - Parameters:
  ///   - work: what to run.
  ///   - runs: how.
  ///   - machine: the machine.
  /// - Throws: an exit code after one line on standard error.
  init(work: WorkOptions, runs: RunOptions, machine: MachineSummary) async throws {
    let chosen = try runs.chosenModels()
    var models = chosen ?? ExecutionModel.allCases
    var omitted: [Omission] = []
    var items = work.items

    if work.python != nil {
      if let chosen, let wrong = chosen.first(where: { !$0.isPython }) {
        throw ExitReason.usage(
          "tandem: \(wrong.rawValue) can't run a Python function; its models begin with 'python-'")
      }
      models.removeAll { !$0.isPython }
      omitted.append(
        Omission(what: "Swift's models", why: "the work is a Python function"))
    }

    var python: PythonModel?
    var interpreters: [PythonInterpreter] = []
    if models.contains(where: \.isPython) {
      let runner = try PythonModel(launcher: SupervisedLauncher())
      let found = try await Self.interpreters(runner, runs)
      interpreters = found.usable
      if interpreters.isEmpty {
        guard work.python == nil, chosen?.contains(where: \.isPython) != true else {
          throw ExitReason.unusableFile("tandem: \(found.reason)")
        }
        models.removeAll(where: \.isPython)
        omitted.append(Omission(what: "Python's models", why: found.reason))
      } else {
        python = runner
      }
      for interpreter in interpreters {
        for model in models where model.isPython && !interpreter.supports(model) {
          omitted.append(
            Omission(
              what: "\(model.rawValue) (\(interpreter.version))",
              why: "this Python does not have it"))
        }
      }
    }

    let kind = try Self.kind(work)
    if let python, work.python != nil,
      let function = Workload(kind: kind, items: 1, workers: 1).forPython
    {
      for (position, interpreter) in interpreters.enumerated() {
        let described = try await Self.describe(
          python, interpreter.path, function)
        interpreters[position] = described.interpreter
        items = items ?? described.arguments
      }
    }
    let most = max(4, 2 * machine.effectiveCPUs)
    let usual = work.python == nil && work.work == .squares ? 100 : most
    let workers = work.sweep?.last ?? work.workers ?? usual
    let count =
      items ?? work.sweep.map { SharedItems.count(among: $0, atLeast: usual) } ?? workers
    guard work.workers == nil && work.sweep == nil || count >= workers else {
      let option = work.sweep == nil ? "--workers" : "--sweep"
      throw ExitReason.usage(
        "tandem: \(option) \(workers) is more than the \(count) calls: one each at least")
    }
    if work.sweep != nil, !models.contains(where: { $0.workerKind != .none }) {
      throw ExitReason.usage(
        "tandem: --sweep needs a model with workers, but --models names none")
    }
    plan = ExperimentPlan(
      workload: Workload(kind: kind, items: count, workers: min(workers, count)),
      models: models, modelsAreChosen: chosen != nil,
      schedules: (runs.schedule ?? (work.sweep == nil ? .both : .allAtOnce)).schedules,
      interpreters: interpreters, runs: runs.runs, budgetSeconds: runs.timeBudget,
      seed: runs.seed ?? UInt64.random(in: 1...999_999), sweep: work.sweep)
    self.python = python
    self.omitted = omitted
  }

  private static func kind(_ work: WorkOptions) throws -> Workload.Kind {
    if let specification = work.python {
      let arguments = work.args.map { PythonWork.Arguments.file($0) } ?? .indices
      guard
        case .function(let path, let name, _)? = PythonWork(
          function: specification, arguments: arguments)
      else {
        throw ExitReason.usage(
          "tandem: '\(specification)' names no function: write FILE:FUNCTION, such as work.py:crunch"
        )
      }
      return .pythonFunction(path: path, name: name, arguments: arguments)
    }
    let seconds = work.workTime ?? 0.02
    return switch work.work {
    case .squares: .squares(iterations: work.iterations ?? 10_000)
    case .cpu: .cpu(iterations: work.iterations, seconds: seconds)
    case .io: .io(seconds: seconds)
    case .mixed: .mixed(seconds: seconds)
    }
  }

  /// The interpreters to use: all that were named, or the first usable on the path.
  private static func interpreters(
    _ runner: PythonModel, _ runs: RunOptions
  ) async throws -> (usable: [PythonInterpreter], reason: String) {
    let path = getenv("PATH").map { String(cString: $0) }
    guard runs.pythonInterpreter.isEmpty else {
      let named = runs.pythonInterpreter.map { PythonSearch.resolve($0, path: path) }
      let entries = try await runner.entries(for: named)
      for entry in entries {
        if case .failure(let error) = entry.outcome {
          throw ExitReason.unusableFile("tandem: \(error.message)")
        }
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

  /// Asks whether the function is there and can be called, before anything is run.
  private static func describe(
    _ python: PythonModel, _ path: String, _ work: PythonWork
  ) async throws -> PythonModel.Description {
    do {
      return try await python.describe(path, work: work, timeout: .seconds(60))
    } catch let error as PythonError {
      if let traceback = error.traceback {
        try? StandardStream.error.write(Array(FailedRunLines.lines(traceback).utf8))
      }
      switch error.code {
      case .noSuchFile, .noSuchInterpreter:
        throw ExitReason.unusableFile("tandem: \(error.message)")
      default:
        throw ExitReason.usage("tandem: \(error.message)")
      }
    }
  }
}
