package import TandemModel

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
  package var budgetS: Double
  /// The seed of the order of runs and of the bootstrap.
  package var seed: UInt64

  /// Makes a plan.
  ///
  /// - Parameters:
  ///   - workload: the work.
  ///   - models: the models to run.
  ///   - modelsAreChosen: whether the user named them.
  ///   - schedules: when workers are started and joined.
  ///   - interpreters: the interpreters that Python's models run under.
  ///   - runs: timed runs of each model; nil for as many as the time budget allows.
  ///   - budgetS: how long the whole experiment may take, in seconds.
  ///   - seed: the seed of the order of runs and of the bootstrap.
  package init(
    workload: Workload, models: [ExecutionModel], modelsAreChosen: Bool, schedules: [Schedule],
    interpreters: [PythonInterpreter], runs: Int?, budgetS: Double, seed: UInt64
  ) {
    self.workload = workload
    self.models = models
    self.modelsAreChosen = modelsAreChosen
    self.schedules = schedules
    self.interpreters = interpreters
    self.runs = runs
    self.budgetS = budgetS
    self.seed = seed
  }

  /// The cells, in the order of the report: by schedule, then by interpreter, then by model.
  var cells: [Cell] {
    schedules.flatMap { schedule in
      models.filter { !$0.isPython }.map {
        Cell(model: $0, schedule: schedule, interpreter: nil)
      }
        + interpreters.flatMap { interpreter in
          models.filter { $0.isPython && interpreter.supports($0) }.map {
            Cell(model: $0, schedule: schedule, interpreter: interpreter)
          }
        }
    }
  }
}

/// One model on one schedule under one interpreter.
struct Cell: Sendable, Hashable {
  var model: ExecutionModel
  var schedule: Schedule
  var interpreter: PythonInterpreter?

  /// What a progress line calls it.
  var label: String {
    let version = interpreter.map { " (\($0.version))" } ?? ""
    return "\(model.rawValue)\(version), \(schedule.rawValue)"
  }

  /// What shares a memory run: the schedule makes no difference to it.
  var family: Cell { Cell(model: model, schedule: .allAtOnce, interpreter: interpreter) }
}
