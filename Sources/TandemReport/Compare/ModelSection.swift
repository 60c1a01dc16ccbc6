import TandemModel
import TandemText

/// The table of one schedule, a model per row.
struct ModelSection: Section {
  /// The schedule.
  var schedule: Schedule
  /// The runs of this schedule, in the report's order.
  var runs: [ModelResult]
  /// What the interpreters are called.
  var interpreters: InterpreterNames
  /// The work's items, to say how many workers there were.
  var items: Int
  /// Whether each model has the workers that a sweep recommends for it.
  var isOfSweep = false

  /// One section a schedule that has runs, in the schedules' own order.
  static func sections(
    of report: CompareReport, interpreters: InterpreterNames
  ) -> [any Section] {
    if report.runs.isEmpty {
      return [LineSection(lines: [StyledLine("No run was timed.", .notice)])]
    }
    return Schedule.allCases.compactMap { schedule in
      let runs = report.runs.filter { $0.schedule == schedule }
      if runs.isEmpty { return nil }
      return ModelSection(
        schedule: schedule, runs: runs, interpreters: interpreters, items: report.work.items,
        isOfSweep: report.sweep != nil)
    }
  }

  /// The section's lines.
  func lines(width: Int) -> [StyledLine] {
    let title = StyledLine.wrapped(
      "· \(schedule.explanation)\(workersInTitle)", after: schedule.title + " ", .heading,
      ink: .faint, width: width)
    let figures = ModelColumn.columns(of: runs, width: width)
    let table = TextTable(
      labelHeading: "model", columns: figures.map(\.column), rows: rows(figures))
    return title + [StyledLine()] + table.lines(width: width) + outliers(width: width)
      + serverStarts(width: width)
  }

  private var workersInTitle: String {
    let numbers = Set(runs.map(\.workers).filter { $0 > 0 })
    let which =
      isOfSweep ? " · each with the number of workers that its sweep below recommends" : ""
    guard let number = numbers.first, numbers.count == 1 else { return which }
    return " · \(FigureText.count(number, "worker"))" + which
  }

  // MARK: Rows

  private func rows(_ figures: [ModelColumn]) -> [TextTable.Row] {
    var rows = runs.filter { $0.interpreter == nil }.map { row($0, figures) }
    for interpreter in interpreters.all {
      let own = runs.filter { $0.interpreter == interpreter }
      if own.isEmpty { continue }
      let name = "· \(interpreters.name(of: interpreter))"
      rows.append(TextTable.Row(label: name, ink: .faint, content: .heading))
      rows += own.map { row($0, figures) }
    }
    return rows
  }

  private func row(_ run: ModelResult, _ figures: [ModelColumn]) -> TextTable.Row {
    let label = run.model.rawValue
    if let error = run.error {
      let text = TextWidth.sanitized(error, keepsLines: true)
      return TextTable.Row(label: label, ink: .bad, content: .message("failed: \(text)", .bad))
    }
    return TextTable.Row(
      label: label, ink: run.model.ink, content: .cells(figures.map { $0.cell(run) }),
      note: allRuns(of: run))
  }

  /// Every timed run, where there are too few for an interval.
  private func allRuns(of run: ModelResult) -> String? {
    let finite = run.wallSeconds.filter(\.isFinite)
    guard run.ci95Seconds == nil, let widest = finite.max() else { return nil }
    let scale = DurationScale(for: run.medianSeconds ?? widest)
    let values = finite.map { scale.number($0) }.joined(separator: ", ")
    return "all runs: \(values) \(scale.unit)"
  }

  // MARK: Below the table

  private func outliers(width: Int) -> [StyledLine] {
    runs.flatMap { run in
      run.outliers.flatMap { outlier in
        let wall =
          run.wallSeconds.indices.contains(outlier.run) ? run.wallSeconds[outlier.run] : nil
        let text =
          "\(run.name(interpreters)): run \(outlier.run + 1) of \(run.n) took"
          + " \(FigureText.duration(wall)): an outlier, which is kept; cause: \(outlier.cause)"
        return StyledLine.wrapped(text, after: "  ! ", .notice, ink: .faint, width: width)
      }
    }
  }

  private func serverStarts(width: Int) -> [StyledLine] {
    let starts = runs.compactMap { run in
      run.serverStartSeconds.map { "\(run.name(interpreters)) \(FigureText.duration($0))" }
    }
    if starts.isEmpty { return [] }
    return StyledLine.wrapped(
      starts.joined(separator: ", "), after: "  server start: ", .faint, width: width)
  }
}

extension Schedule {
  /// The schedule's name in a heading.
  var title: String {
    switch self {
    case .oneAtATime: "One at a time"
    case .allAtOnce: "All at once"
    }
  }

  /// What it does.
  var explanation: String {
    switch self {
    case .oneAtATime: "start, join, next"
    case .allAtOnce: "start all, then join all"
    }
  }
}

extension ExecutionModel {
  /// The colour of a model follows from what its workers are.
  var ink: Ink {
    switch workerKind {
    case .none: .plain
    case .task: .task
    case .thread: .thread
    case .process: .process
    }
  }
}

extension ModelResult {
  /// The model's name, with its interpreter where there are several.
  func name(_ interpreters: InterpreterNames) -> String {
    model.rawValue + interpreters.suffix(forPath: interpreter?.path)
  }
}
