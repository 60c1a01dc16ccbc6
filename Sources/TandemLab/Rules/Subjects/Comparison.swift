package import TandemModel

/// Timed models as rules judge them.
package struct Comparison: Sendable {
  /// The machine.
  package var machine: MachineSummary
  /// What was run.
  package var work: WorkSummary
  /// Every model on every schedule, including those that failed.
  package var results: [ModelResult]
  /// The differences that are reported.
  package var differences: [Difference]
  /// Whether the machine got slower or faster while it was measured; nil when there are too few blocks to tell.
  package var drift: Drift?
  /// The same work over several numbers of workers; nil when there was one number.
  package var sweep: Sweep?
  /// One watched run of each model that was watched from outside.
  package var watched: [WatchedModel]
  /// The CPU time of the same items with several workers, for each model that has them.
  package var cpuTimes: [CPUTimeOfItems]
  /// What crosses between processes with a Python function, an entry an interpreter.
  package var crossings: [PythonCrossing]

  /// Makes a comparison.
  ///
  /// - Parameters:
  ///   - machine: the machine.
  ///   - work: what was run.
  ///   - results: every model on every schedule.
  ///   - differences: the differences that are reported.
  ///   - drift: whether the machine drifted.
  ///   - sweep: the same work over several numbers of workers.
  ///   - watched: the models that were watched from outside.
  ///   - cpuTimes: the CPU time of the same items with several workers.
  ///   - crossings: what crosses between processes with a Python function.
  package init(
    machine: MachineSummary, work: WorkSummary, results: [ModelResult],
    differences: [Difference] = [], drift: Drift? = nil, sweep: Sweep? = nil,
    watched: [WatchedModel] = [], cpuTimes: [CPUTimeOfItems] = [],
    crossings: [PythonCrossing] = []
  ) {
    self.machine = machine
    self.work = work
    self.results = results
    self.differences = differences
    self.drift = drift
    self.sweep = sweep
    self.watched = watched
    self.cpuTimes = cpuTimes
    self.crossings = crossings
  }

  /// The models that ran.
  package var ran: [ModelResult] {
    results.filter { $0.error == nil && $0.medianSeconds != nil }
  }

  /// The models that ran on a schedule.
  ///
  /// - Parameter schedule: the schedule.
  /// - Returns: their results, in order.
  package func ran(on schedule: Schedule) -> [ModelResult] {
    ran.filter { $0.schedule == schedule }
  }

  /// The fastest of some models that ran on a schedule.
  ///
  /// - Parameters:
  ///   - schedule: the schedule.
  ///   - interpreter: the interpreter; nil for Swift models.
  ///   - belongs: whether a model is looked at.
  /// - Returns: the one with the least median wall time; nil when none ran.
  package func fastest(
    on schedule: Schedule, interpreter: InterpreterSummary?,
    where belongs: (ExecutionModel) -> Bool
  ) -> ModelResult? {
    ran(on: schedule)
      .filter { $0.interpreter == interpreter && belongs($0.model) }
      .min { ($0.medianSeconds ?? .infinity) < ($1.medianSeconds ?? .infinity) }
  }

  /// What ran the workers: nil for Swift, and each interpreter once.
  package var runtimes: [InterpreterSummary?] {
    var seen: [InterpreterSummary?] = []
    for result in ran where !seen.contains(result.interpreter) { seen.append(result.interpreter) }
    return seen
  }

  /// What the work is like under one runtime.
  ///
  /// - Parameter interpreter: the interpreter; nil for Swift.
  /// - Returns: its profile.
  package func profile(under interpreter: InterpreterSummary?) -> WorkProfile {
    WorkProfile(of: work, results: ran, interpreter: interpreter)
  }
}

/// A model, and one of its watched runs.
package struct WatchedModel: Sendable {
  /// The model's figures.
  package var result: ModelResult
  /// The run, as observed from outside.
  package var program: ExplainReport

  /// Pairs them.
  ///
  /// - Parameters:
  ///   - result: the model's figures.
  ///   - program: one of its watched runs.
  package init(result: ModelResult, program: ExplainReport) {
    self.result = result
    self.program = program
  }
}
