package import TandemModel

/// What rules look at.
package struct RuleContext: Sendable {
  /// The machine.
  package var machine: MachineSummary
  /// What was run.
  package var work: WorkSummary
  /// Every model on every schedule, those that failed too.
  package var results: [ModelResult]
  /// The differences that are reported.
  package var differences: [Difference]
  /// Whether the machine got slower or faster while it was measured; nil when there are too few blocks to tell.
  package var drift: Drift?
  /// The same work over several numbers of workers; nil when there was one number.
  package var sweep: Sweep?
  /// The models that were watched from outside.
  package var watched: [WatchedModel]

  /// Makes a context.
  ///
  /// - Parameters:
  ///   - machine: the machine.
  ///   - work: what was run.
  ///   - results: every model on every schedule.
  ///   - differences: the differences that are reported.
  ///   - drift: whether the machine drifted.
  ///   - sweep: the same work over several numbers of workers.
  ///   - watched: the models that were watched from outside.
  package init(
    machine: MachineSummary, work: WorkSummary, results: [ModelResult],
    differences: [Difference] = [], drift: Drift? = nil, sweep: Sweep? = nil,
    watched: [WatchedModel] = []
  ) {
    self.machine = machine
    self.work = work
    self.results = results
    self.differences = differences
    self.drift = drift
    self.sweep = sweep
    self.watched = watched
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

  /// What the work is like under a runtime.
  ///
  /// - Parameter interpreter: the interpreter; nil for Swift.
  /// - Returns: its profile.
  package func profile(under interpreter: InterpreterSummary?) -> WorkProfile {
    WorkProfile(of: work, results: ran, interpreter: interpreter)
  }
}

extension ExecutionModel {
  /// Whether it runs workers as threads that a user would really choose: not under the lock that only shows what a GIL does.
  package var isUsableThreads: Bool {
    self != .swiftThreadsGlobalLock && (workerKind == .thread || workerKind == .task)
  }

  /// Whether it runs workers as processes.
  package var isProcesses: Bool { workerKind == .process }
}

extension InterpreterSummary {
  /// Whether only one of its threads can run Python code at a time.
  ///
  /// An interpreter that can't tell is one from before the lock could be turned off.
  package var hasGlobalLock: Bool { gilEnabled ?? true }
}
