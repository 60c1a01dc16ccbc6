package import TandemModel
import TandemText

/// The models that a verdict chooses among, in the user's own language.
package struct VerdictCandidates: Sendable {
  /// The schedule that is judged.
  package var schedule: Schedule
  /// The fastest model that runs workers as threads; nil when none ran.
  package var threads: AnalysedCell?
  /// The fastest model that runs workers as processes; nil when none ran.
  package var processes: AnalysedCell?
  /// All of these models on that schedule, the fastest first.
  package var workers: [AnalysedCell]
  /// The same work without workers; nil when it wasn't run.
  package var serial: AnalysedCell?
  /// Whether the models are Python's.
  package var python: Bool
  /// What there is to say of interpreters that were measured and are not judged; nil when there are none.
  package var otherInterpreters: String?

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
  /// All of them run under one interpreter, since threads of one against processes of another would tell
  /// interpreters apart. It is the one of the fastest workers, of those that ran both threads and
  /// processes if any did.
  ///
  /// - Parameters:
  ///   - ran: the cells that ran.
  ///   - python: whether to look at Python's models.
  package init(among ran: [AnalysedCell], python: Bool) {
    let all = ran.filter { $0.result.model.isPython == python }
    let workers = all.filter { $0.result.model.isUsableThreads || $0.result.model.isProcesses }
    let schedule: Schedule =
      workers.contains { $0.result.schedule == .allAtOnce } ? .allAtOnce : .oneAtATime
    self.schedule = schedule
    let judged = Self.interpreter(of: workers.filter { $0.result.schedule == schedule })
    let own = all.filter { $0.result.interpreter == judged }
    func fastest(_ schedule: Schedule, _ belongs: (ExecutionModel) -> Bool) -> AnalysedCell? {
      own.filter { $0.result.schedule == schedule && belongs($0.result.model) }.fastest
    }
    threads = fastest(schedule, \.isUsableThreads)
    processes = fastest(schedule, \.isProcesses)
    self.workers = own.filter {
      $0.result.schedule == schedule
        && ($0.result.model.isUsableThreads || $0.result.model.isProcesses)
    }.sorted { ($0.result.medianSeconds ?? .infinity) < ($1.result.medianSeconds ?? .infinity) }
    let isSerial = { (model: ExecutionModel) in model.workerKind == .none }
    serial =
      fastest(schedule, isSerial) ?? fastest(.oneAtATime, isSerial) ?? fastest(.allAtOnce, isSerial)
    self.python = python
    otherInterpreters = Self.note(
      on: workers.filter { $0.result.schedule == schedule && $0.result.interpreter != judged },
      judged: judged)
  }

  /// The interpreter that is judged; nil for Swift.
  private static func interpreter(of workers: [AnalysedCell]) -> InterpreterSummary? {
    let both = workers.filter { cell in
      let own = workers.filter { $0.result.interpreter == cell.result.interpreter }
      return own.contains { $0.result.model.isUsableThreads }
        && own.contains { $0.result.model.isProcesses }
    }
    return (both.isEmpty ? workers : both).fastest?.result.interpreter
  }

  private static func note(
    on others: [AnalysedCell], judged: InterpreterSummary?
  ) -> String? {
    guard let judged, let best = others.fastest else { return nil }
    return """
      judged under \(judged.name), where the fastest workers ran that can be compared; the best under \
      another interpreter was \(best.result.label) with \(FigureText.duration(best.result.medianSeconds ?? 0))
      """
  }

  /// The faster one of threads and processes; nil when neither ran.
  package var best: AnalysedCell? {
    [threads, processes].compactMap { $0 }.fastest
  }
}
