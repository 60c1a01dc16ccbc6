package import TandemModel
import TandemText

/// What an experiment shall run.
package struct ExperimentPlan: Sendable {
  /// The work.
  package var workload: Workload
  /// The models to run.
  package var models: [ExecutionModel]
  /// Whether the models were named by the user: then none is left out for taking long.
  package var modelsAreChosen: Bool
  /// When workers are started and joined.
  package var schedules: [Schedule]
  /// The interpreters that Python's models run under.
  package var interpreters: [PythonInterpreter]
  /// Timed runs of each model; nil for as many as the time budget allows.
  package var runs: Int?
  /// How long the whole experiment may take, in seconds.
  package var budgetSeconds: Double
  /// The seed of the order of runs and of the bootstrap.
  package var seed: UInt64
  /// The numbers of workers to run the same work over, ascending; nil for the workload's own.
  package var sweep: [Int]?
  /// What was found out by calling a Python function, an entry an interpreter; empty for other work.
  package var crossings: [PythonCrossing] = []

  /// Makes a plan.
  ///
  /// - Parameters:
  ///   - workload: the work.
  ///   - models: the models to run.
  ///   - modelsAreChosen: whether the user named them.
  ///   - schedules: when workers are started and joined.
  ///   - interpreters: the interpreters that Python's models run under.
  ///   - runs: timed runs of each model; nil for as many as the time budget allows.
  ///   - budgetSeconds: how long the whole experiment may take, in seconds.
  ///   - seed: the seed of the order of runs and of the bootstrap.
  ///   - sweep: the numbers of workers to run the same work over, ascending; nil for the workload's own.
  package init(
    workload: Workload, models: [ExecutionModel], modelsAreChosen: Bool, schedules: [Schedule],
    interpreters: [PythonInterpreter], runs: Int?, budgetSeconds: Double, seed: UInt64,
    sweep: [Int]? = nil
  ) {
    self.workload = workload
    self.models = models
    self.modelsAreChosen = modelsAreChosen
    self.schedules = schedules
    self.interpreters = interpreters
    self.runs = runs
    self.budgetSeconds = budgetSeconds
    self.seed = seed
    self.sweep = sweep
  }

  /// The cells, in the order of the report: by schedule, by interpreter, by model, by number of workers.
  var cells: [Cell] {
    schedules.flatMap { schedule in
      let families =
        models.filter { !$0.isPython }.map { Cell.Family(model: $0, interpreter: nil) }
        + interpreters.flatMap { interpreter in
          models.filter { $0.isPython && interpreter.supports($0) }.map {
            Cell.Family(model: $0, interpreter: interpreter)
          }
        }
      return families.flatMap { family in
        // Without workers there is nothing to sweep, and an event loop runs in one thread.
        let isOne = family.model == .pythonAsyncio
        let counts = family.model.workerKind == .none || isOne ? nil : sweep
        return (counts ?? [isOne ? 1 : workload.workers]).map {
          Cell(family: family, schedule: schedule, workers: $0, isOfSweep: counts != nil)
        }
      }
    }
  }
}

/// One model on one schedule under one interpreter with one number of workers.
struct Cell: Sendable, Hashable {
  /// What shares a memory run, and is left out as a whole.
  struct Family: Sendable, Hashable {
    var model: ExecutionModel
    var interpreter: PythonInterpreter?
  }

  var family: Family
  var schedule: Schedule
  /// How many workers share the items; for serial models, how many shares they are recorded in.
  var workers: Int
  /// Whether there are cells that differ from it only by their workers.
  var isOfSweep = false

  var model: ExecutionModel { family.model }
  var interpreter: PythonInterpreter? { family.interpreter }

  /// What a progress line calls it.
  var label: String {
    isOfSweep ? "\(nameWithoutWorkers), \(FigureText.count(workers, "worker"))" : nameWithoutWorkers
  }

  /// What it is called together with those that differ only by their workers.
  var nameWithoutWorkers: String {
    let version = interpreter.map { " (\($0.version))" } ?? ""
    return "\(model.rawValue)\(version), \(schedule.rawValue)"
  }
}
