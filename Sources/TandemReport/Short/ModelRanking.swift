import TandemModel
import TandemText

/// The models by wall time, the best first.
struct ModelRanking: Section {
  /// What the interpreters are called.
  let interpreters: InterpreterNames
  /// The schedule that is judged: all at once where anything ran so; nil where nothing ran.
  let schedule: Schedule?
  /// Its models that ran, the fastest first.
  let ran: [ModelResult]
  /// Those that failed.
  let failed: [ModelResult]
  /// The one that the verdict recommends; nil when undecided, or when it isn't among them.
  let winner: ModelResult?
  /// The same work without workers; nil when it wasn't run.
  let serial: ModelResult?
  private let differences: [Difference]
  private let open: Verdict.OpenQuestion?
  private let isSwept: Bool
  private let mostRows: Int

  /// The most rows, and those beside code or a table of how the winner scales.
  private static let manyRows = 8
  private static let fewRows = 5
  /// The most rows beside code of more lines than this.
  private static let fewestRows = 3
  private static let longCode = 7

  /// Ranks the models of a report.
  init(_ report: CompareReport) {
    interpreters = InterpreterNames(report.runs)
    let schedule =
      report.runs.contains { $0.schedule == .allAtOnce }
      ? Schedule.allAtOnce : report.runs.first?.schedule
    let own = report.runs.filter { $0.schedule == schedule }
    let ran = own.filter { $0.error == nil && $0.medianSeconds?.isFinite == true }
      .enumerated().sorted {
        ($0.element.medianSeconds ?? 0, $0.offset) < ($1.element.medianSeconds ?? 0, $1.offset)
      }.map(\.element)
    let verdict = report.verdict
    let winner = ran.first {
      $0.model == verdict.model
        && (verdict.interpreter == nil || $0.interpreter?.path == verdict.interpreter)
    }
    let isPython = winner?.model.isPython ?? (report.work.kind == .pythonFunction)
    differences = report.differences.filter { $0.schedule == schedule }
    open = report.verdict.open
    self.schedule = schedule
    self.ran = ran
    self.winner = winner
    failed = own.filter { $0.error != nil }
    serial = (ran + report.runs.filter { $0.error == nil && $0.n > 0 }).first {
      $0.model.workerKind == .none && $0.model.isPython == isPython
        && (winner == nil || $0.interpreter == winner?.interpreter)
    }
    isSwept = report.sweep != nil
    let code = report.code?.lines.count ?? 0
    mostRows =
      code > Self.longCode
      ? Self.fewestRows
      : isSwept || code > 0 ? Self.fewRows : Self.manyRows
  }

  /// The difference that says why: the winner's to the same work without workers or to the next best.
  func difference(in differences: [Difference]) -> Difference? {
    let own = differences.filter { $0.schedule == schedule }
    guard let winner else { return own.first }
    func isWinner(_ side: Difference.Side) -> Bool {
      side.model == winner.model && side.interpreter == winner.interpreter?.path
    }
    let won = own.filter { isWinner($0.faster) }
    // Where none is about the winner, what sets the others of its language apart is the next best.
    return won.first { $0.slower.model.workerKind == .none }
      ?? won.filter { $0.slower.model.workerKind != winner.model.workerKind }
      .min { $0.ratio < $1.ratio }
      ?? won.min { $0.ratio < $1.ratio } ?? own.first { isWinner($0.slower) }
      ?? own.first { $0.faster.model.isPython == winner.model.isPython }
  }

  /// The section's lines.
  func lines(width: Int) -> [StyledLine] {
    // The line on how sure the answer is says so.
    if ran.isEmpty, failed.isEmpty { return [] }
    let (table, hidden) = table(width: width, most: mostRows)
    var lines = table.lines(width: width)
    if hidden > 0 {
      lines.append(
        StyledLine("  and \(FigureText.count(hidden, "more model"))", .faint))
    }
    return lines
  }

  /// The models as a table.
  ///
  /// - Parameters:
  ///   - width: The columns of the terminal.
  ///   - most: The most rows, of which the last one says how many are left.
  /// - Returns: The table, and how many models have no row.
  func table(width: Int, most: Int) -> (table: TextTable, hidden: Int) {
    let count = ran.count + failed.count
    // The last row says how many are left.
    let room = count > most ? most - 1 : most
    var shown = Array(ran.prefix(room))
    if let winner, !shown.contains(winner), !shown.isEmpty { shown[shown.count - 1] = winner }
    let shownFailed = failed.prefix(max(0, room - shown.count))
    let table = TextTable(
      labelHeading: "model", columns: columns(width: width).map(\.column),
      rows: shown.map { row($0, width: width) }
        + shownFailed.map { failure($0, width: width) })
    return (table, count - shown.count - shownFailed.count)
  }

  /// The ratio to the fastest as the sentences have it, over paired runs; nil where there is none.
  private func pairedRatio(_ run: ModelResult) -> Double? {
    guard let fastest = ran.first else { return nil }
    let (own, best) = (Self.side(run), Self.side(fastest))
    if let ratio = differences.first(where: { $0.slower == own && $0.faster == best })?.ratio {
      return ratio
    }
    guard let open, open.ratio > 0 else { return nil }
    return open.between == [own, best]
      ? open.ratio : open.between == [best, own] ? 1 / open.ratio : nil
  }

  private static func side(_ run: ModelResult) -> Difference.Side {
    Difference.Side(model: run.model, interpreter: run.interpreter?.path)
  }

  // MARK: Rows

  private func columns(width: Int) -> [ModelColumn] {
    let fastest = ran.first?.medianSeconds ?? 0
    let slowest = ran.last?.medianSeconds ?? 0
    let isTold = ran.contains { $0.ci95Seconds != nil }
    var columns = [
      ModelColumn(column: TextTable.Column(heading: ["wall"], group: 0)) {
        .text(FigureText.duration($0.medianSeconds), .strong)
      },
      ModelColumn(column: TextTable.Column(heading: [isTold ? "95 % interval" : "runs"], group: 0))
      { run in
        guard let median = run.medianSeconds, let interval = run.ci95Seconds else {
          return .text(isTold ? FigureText.count(run.n, "run") : FigureText.count(run.n), .faint)
        }
        return .text(DurationScale(for: median).range(interval.low, interval.high), .faint)
      },
      ModelColumn(column: TextTable.Column(heading: ["ratio"], group: 0)) { run in
        .text(
          fastest > 0
            ? FigureText.ratio(pairedRatio(run) ?? (run.medianSeconds ?? 0) / fastest) + "×" : "",
          .plain)
      },
      ModelColumn(column: TextTable.Column(heading: [], group: 0, isBar: true)) { run in
        .bar(slowest > 0 ? (run.medianSeconds ?? 0) / slowest : nil, run.model.ink)
      },
      ModelColumn(column: TextTable.Column(heading: ["CPUs used"], group: 0)) {
        .text(FigureText.ratio($0.parallelism), .plain)
      },
    ]
    if isSwept {
      columns.insert(
        ModelColumn(column: TextTable.Column(heading: ["workers"], group: 0)) {
          .text($0.workers > 0 ? FigureText.count($0.workers) : "", .plain)
        }, at: 0)
    }
    return columns
  }

  private func label(_ run: ModelResult, width: Int) -> String {
    let mark = run == winner ? "▶ " : "  "
    // Most Pythons are CPython, and the table's width is for the figures.
    let name = run.name(interpreters).replacing("(CPython ", with: "(")
    return mark + TextWidth.shortened(name, to: max(8, width / 2 - 4))
  }

  private func row(_ run: ModelResult, width: Int) -> TextTable.Row {
    TextTable.Row(
      label: label(run, width: width), ink: run == winner ? .good : run.model.ink,
      content: .cells(columns(width: width).map { $0.cell(run) }))
  }

  private func failure(_ run: ModelResult, width: Int) -> TextTable.Row {
    let error = TextWidth.sanitized(run.error ?? "", keepsLines: true)
    // The last line of a traceback says what happened.
    let line = error.split(separator: "\n").last.map(String.init) ?? error
    let start = 4 + TextWidth.columns(of: widestLabel(width: width))
    return TextTable.Row(
      label: label(run, width: width), ink: .bad,
      content: .message(
        TextWidth.truncated("failed: \(line)", to: max(10, width - start)), .bad))
  }

  private func widestLabel(width: Int) -> String {
    (ran + failed).map { label($0, width: width) }
      .max { TextWidth.columns(of: $0) < TextWidth.columns(of: $1) } ?? ""
  }
}
