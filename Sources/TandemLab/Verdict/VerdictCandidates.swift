package import TandemModel

/// The models that a verdict chooses among, in the user's own language.
package struct VerdictCandidates: Sendable {
  /// The schedule that is judged.
  package var schedule: Schedule
  /// The fastest model that runs workers as threads; nil when none ran.
  package var threads: AnalysedCell?
  /// The fastest model that runs workers as processes; nil when none ran.
  package var processes: AnalysedCell?
  /// The same work without workers; nil when it wasn't run.
  package var serial: AnalysedCell?
  /// Whether the models are Python's.
  package var python: Bool

  /// Finds the candidates.
  ///
  /// A Python function is judged under Python. Work that is built in is judged in Swift where any
  /// of Swift's threads or processes ran, and otherwise under Python. Runs that overlap are judged
  /// where there are any; serial work is the same on every schedule.
  ///
  /// - Parameters:
  ///   - cells: the cells of all schedules.
  ///   - work: what was run.
  package init(among cells: [AnalysedCell], work: WorkSummary) {
    let ran = cells.filter(\.ran)
    func isWorker(_ cell: AnalysedCell) -> Bool {
      cell.result.model.isUsableThreads || cell.result.model.isProcesses
    }
    let inSwift = ran.contains { isWorker($0) && !$0.result.model.isPython }
    let python = work.kind == .pythonFunction || (!inSwift && ran.contains(where: isWorker))
    self.init(among: ran, python: python)
  }

  /// Finds the candidates of one language.
  ///
  /// - Parameters:
  ///   - ran: the cells that ran.
  ///   - python: whether to look at Python's models.
  package init(among ran: [AnalysedCell], python: Bool) {
    let own = ran.filter { $0.result.model.isPython == python }
    func fastest(_ schedule: Schedule, _ belongs: (ExecutionModel) -> Bool) -> AnalysedCell? {
      PairsToTellApart.fastest(
        of: own.filter { $0.result.schedule == schedule && belongs($0.result.model) })
    }
    let overlaps =
      fastest(.allAtOnce, { $0.isUsableThreads || $0.isProcesses }) != nil
    schedule = overlaps ? .allAtOnce : .oneAtATime
    threads = fastest(schedule, \.isUsableThreads)
    processes = fastest(schedule, \.isProcesses)
    let isSerial = { (model: ExecutionModel) in model.workerKind == .none }
    serial =
      fastest(schedule, isSerial) ?? fastest(.oneAtATime, isSerial) ?? fastest(.allAtOnce, isSerial)
    self.python = python
  }

  /// The faster one of threads and processes; nil when neither ran.
  package var best: AnalysedCell? {
    PairsToTellApart.fastest(of: [threads, processes].compactMap { $0 })
  }
}
