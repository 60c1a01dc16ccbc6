package import TandemModel

/// One timed run and the block that it was part of.
package struct TimedRun: Sendable, Equatable {
  /// The block's index; runs of one block are neighbours in time.
  package var block: Int
  /// What the run saw.
  package var record: RunRecord

  /// Makes a run.
  ///
  /// - Parameters:
  ///   - block: the block's index.
  ///   - record: what the run saw.
  package init(block: Int, record: RunRecord) {
    self.block = block
    self.record = record
  }

  /// The wall time, in seconds.
  package var wallSeconds: Double {
    record.endedNS > record.beganNS ? Double(record.endedNS - record.beganNS) / 1e9 : 0
  }
}

/// All that was measured of one model on one schedule under one interpreter.
package struct CellRuns: Sendable, Equatable {
  /// The execution model.
  package var model: ExecutionModel
  /// When workers were started and joined.
  package var schedule: Schedule
  /// The interpreter; nil for Swift models.
  package var interpreter: InterpreterSummary?
  /// Workers started in one run; 0 for serial models.
  package var workers: Int
  /// Why the model failed, a sentence; nil when it didn't.
  ///
  /// A failed model gets no figures.
  package var error: String?
  /// The timed runs that ended well, in order of running, without the warm-up.
  package var runs: [TimedRun]
  /// Runs that were watched from outside and ended well, in order of running; they aren't timed.
  package var watched: [WatchedRun]
  /// Memory of the workers, from a run that isn't timed.
  package var memory: MemorySummary
  /// What could not be measured for the cell as a whole, and why, a sentence each.
  package var notMeasured: [String]
  /// Whether it was not run any further because it is clearly slower than the fastest.
  package var isClearlySlower: Bool

  /// Makes a cell.
  ///
  /// - Parameters:
  ///   - model: the execution model.
  ///   - schedule: when workers were started and joined.
  ///   - interpreter: the interpreter; nil for Swift models.
  ///   - workers: workers started in one run; 0 for serial models.
  ///   - error: why the model failed; nil when it didn't.
  ///   - runs: the timed runs, in order of running.
  ///   - watched: the watched runs, in order of running.
  ///   - memory: memory of the workers.
  ///   - notMeasured: what could not be measured for the cell as a whole.
  ///   - isClearlySlower: whether it was not run any further for that.
  package init(
    model: ExecutionModel, schedule: Schedule, interpreter: InterpreterSummary? = nil,
    workers: Int, error: String? = nil, runs: [TimedRun] = [],
    watched: [WatchedRun] = [],
    memory: MemorySummary = MemorySummary(), notMeasured: [String] = [],
    isClearlySlower: Bool = false
  ) {
    self.model = model
    self.schedule = schedule
    self.interpreter = interpreter
    self.workers = workers
    self.error = error
    self.runs = runs
    self.watched = watched
    self.memory = memory
    self.notMeasured = notMeasured
    self.isClearlySlower = isClearlySlower
  }
}
