package import TandemModel
import TandemText

/// What `tandem explain --sweep` prints: a row for each value, and what it costs.
///
/// The same values give the same text. Colour adds escape sequences and nothing else.
package struct ExplainSweepText: Sendable {
  /// The sweep.
  package let sweep: ExplainSweep
  /// How it is laid out.
  package let style: ReportStyle

  /// Makes a renderer.
  ///
  /// - Parameters:
  ///   - sweep: The sweep.
  ///   - style: How it is laid out.
  package init(_ sweep: ExplainSweep, style: ReportStyle) {
    self.sweep = sweep
    self.style = style
  }

  /// The whole text, ending in a line feed.
  package var text: String {
    style.text(of: [
      LineSection(lines: header(width: style.width)),
      LineSection(lines: table(width: style.width)),
      LineSection(lines: answer(width: style.width)),
      FindingSection(findings: sweep.findings),
    ])
  }

  // MARK: The command

  private func header(width: Int) -> [StyledLine] {
    let values = sweep.points.map(\.value).joined(separator: ", ")
    let facts = [
      ("command", sweep.commandText, Ink.strong),
      ("variable", "\(sweep.variable) = \(values), \(sweep.placeText)", .plain),
      ("machine", "\(sweep.machine.cpuText) · Linux \(sweep.machine.kernel)", .plain),
    ]
    return StyledLine.wrapped(
      "\(sweep.tandemVersion) · one program with several values", after: "tandem explain ",
      .heading, ink: .faint, width: width)
      + [StyledLine()]
      + facts.flatMap { name, value, ink in
        StyledLine.wrapped(
          TextWidth.sanitized(value), after: "  " + name.padding(to: 11), .faint, ink: ink,
          width: width)
      }
      + sweep.points.filter { $0.report.exit != .code(0) }.flatMap { point in
        StyledLine.wrapped(
          "with \(sweep.variable)=\(point.value): \(point.report.endText)",
          after: "  " + "".padding(to: 11), ink: .bad, width: width)
      }
  }

  // MARK: The table

  private func table(width: Int) -> [StyledLine] {
    guard let first = sweep.points.first else { return [] }
    let isCounted = sweep.points.contains {
      $0.runs.instructions != nil && $0.runs.cycles != nil
    }
    var headings = [
      ["", "wall"], ["95 %", "interval"], ["speed-", "up"], ["CPU", "time"], ["in user", "mode"],
      ["in the", "kernel"], ["CPU", "factor"], ["paral-", "lelism"],
    ]
    if isCounted { headings += [["instr.", "factor"], ["cycles", "factor"]] }
    let columns = headings.enumerated().map { index, heading in
      TextTable.Column(heading: heading, group: index < 8 ? 0 : 1)
    }
    let rows = sweep.points.map { point in
      let isBest = point.value == sweep.best
      var cells: [TextTable.Cell] = [
        .text(FigureText.duration(point.medianSeconds), isBest ? .good : .plain),
        .text(interval(of: point), .faint),
        .text(times(point.comparisons[.wall]?.inverseRatio), .strong),
        .text(duration(.cpu, point), .plain), .text(duration(.user, point), .faint),
        .text(duration(.system, point), .faint),
        .text(
          times(point.comparisons[.cpu]?.ratio),
          point.comparisons[.cpu]?.shown == .larger ? .bad : .plain),
        .text(FigureText.ratio(point.parallelism), .plain),
      ]
      if isCounted {
        cells += [RunFigure.instructions, .cycles].map {
          .text(times(point.comparisons[$0]?.ratio), .plain)
        }
      }
      return TextTable.Row(
        label: TextWidth.sanitized(point.value), ink: isBest ? .good : .plain,
        content: .cells(cells))
    }
    let about = RunFigureSection.about(sweep.repeated, pairs: first.runs.count)
    let meaning = """
      Speed-up: wall time with \(sweep.variable)=\(first.value), divided by this one. CPU factor: this CPU \
      time, divided by the one with \(sweep.variable)=\(first.value). Both are medians over paired runs. \
      Parallelism: CPU time, divided by wall time.
      """
    return StyledLine.wrapped(
      about, after: "What a run takes ", .heading, ink: .faint, width: width)
      + TextTable(
        labelHeading: TextWidth.sanitized(sweep.variable), columns: columns, rows: rows
      ).lines(width: width)
      + StyledLine.wrapped(meaning, after: "  ", ink: .faint, width: width)
  }

  private func interval(of point: ExplainSweepPoint) -> String {
    guard let interval = point.ci95Seconds else { return "n=\(point.runs.count)" }
    return DurationScale(for: point.medianSeconds).range(interval.low, interval.high)
  }

  private func duration(_ figure: RunFigure, _ point: ExplainSweepPoint) -> String {
    let values = (point.runs[figure] ?? []).sorted()
    guard !values.isEmpty else { return FigureText.notMeasured }
    let middle = (values[(values.count - 1) / 2] + values[values.count / 2]) / 2
    return FigureText.duration(middle)
  }

  private func times(_ ratio: Double?) -> String {
    ratio.map { FigureText.ratio($0) + "×" } ?? ""
  }

  // MARK: The answer

  private func answer(width: Int) -> [StyledLine] {
    StyledLine.wrapped(sweep.sentence, after: "▶ ", .good, ink: .strong, width: width)
      + (sweep.repeated.reason.map {
        StyledLine.wrapped($0, after: "  ", ink: .faint, width: width)
      } ?? [])
  }
}

extension ExplainSweep {
  /// Where the values stand.
  var placeText: String {
    command.contains { $0.contains("{\(variable)}") }
      ? "in the arguments and the environment"
      : "in the environment only: no argument has {\(variable)}"
  }
}

extension RunComparison {
  /// Base ÷ value.
  var inverseRatio: Double? { ratio.map { 1 / $0 } }
}
