package import TandemModel
import TandemText

/// What `tandem explain --vs` prints: two programs side by side, and what the difference is made of.
///
/// The same values give the same text. Colour adds escape sequences and nothing else.
package struct ExplainDifferenceText: Sendable {
  /// Both programs, and the difference.
  package let difference: ExplainDifference
  /// How it is laid out.
  package let style: ReportStyle

  /// Makes a renderer.
  ///
  /// - Parameters:
  ///   - difference: Both programs, and the difference.
  ///   - style: How it is laid out.
  package init(_ difference: ExplainDifference, style: ReportStyle) {
    self.difference = difference
    self.style = style
  }

  /// The whole text, ending in a line feed.
  package var text: String {
    let width = style.width
    return style.text(of: [
      LineSection(
        lines: ProgramSection.title("two programs, side by side", difference.first, width: width)),
      LineSection(lines: program("first", difference.first, width: width)),
      LineSection(lines: program("second", difference.second, width: width)),
      LineSection(lines: states(width: width)),
      RunFigureSection(
        comparisons: difference.comparisons, repeated: difference.repeated, base: "first",
        value: "second"),
      LineSection(lines: answer(width: width)),
      FindingSection(findings: difference.findings, heading: "Findings about the difference"),
      FindingSection(findings: difference.first.findings, heading: "Findings about the first"),
      FindingSection(findings: difference.second.findings, heading: "Findings about the second"),
    ])
  }

  private func program(_ name: String, _ report: ExplainReport, width: Int) -> [StyledLine] {
    let lead = "  " + name.padding(to: 8)
    let indent = String(repeating: " ", count: lead.count)
    return StyledLine.wrapped(
      report.commandText, after: lead, .faint, ink: .strong, width: width)
      + StyledLine.wrapped(report.endText, after: indent, width: width)
      + HeadlineSection(report: report, lead: indent).lines(width: width)
  }

  // MARK: The table

  private func states(width: Int) -> [StyledLine] {
    guard let column = ExplainDifferenceColumn(difference) else { return [] }
    let columns = [
      TextTable.Column(heading: ["first"], group: 0),
      TextTable.Column(heading: ["second"], group: 0),
      TextTable.Column(heading: ["difference"], group: 0),
      TextTable.Column(heading: [], group: 0, isBar: true),
    ]
    let largest = column.rows.map { abs($0.difference) }.max() ?? 0
    let rows = (column.rows + [column.total]).enumerated().map { index, row in
      let isTotal = index == column.rows.count
      let isMore = row.difference > 0
      let ink: Ink = row.difference == 0 ? .faint : isMore ? .bad : .good
      return TextTable.Row(
        label: row.label, ink: isTotal ? .strong : .plain,
        content: .cells([
          .text(column.text(row.first), isTotal ? .strong : .plain),
          .text(column.text(row.second), isTotal ? .strong : .plain),
          .text(column.signed(row.difference), ink),
          .bar(isTotal || largest == 0 ? nil : abs(row.difference) / largest, ink),
        ]))
    }
    let table = TextTable(labelHeading: "", columns: columns, rows: rows)
    return StyledLine.wrapped(
      "· wall time of one observed run each; CPU time is another figure, below",
      after: "Where the wall time went ", .heading, ink: .faint, width: width)
      + table.lines(width: width)
  }

  // MARK: The answer

  private func answer(width: Int) -> [StyledLine] {
    StyledLine.wrapped(difference.sentence, after: "▶ ", .good, ink: .strong, width: width)
      + (difference.repeated.reason.map {
        StyledLine.wrapped($0, after: "  ", ink: .faint, width: width)
      } ?? [])
  }
}

/// The parts of two wall times, rounded so that each column adds up, and so does each row.
struct ExplainDifferenceColumn {
  /// A row, in steps of the last decimal.
  struct Row {
    /// What the time went to.
    var label: String
    /// Of the first program.
    var first: Double
    /// Of the second.
    var second: Double
    /// The second's minus the first's.
    var difference: Double { second - first }
  }

  /// The unit and decimals of every number.
  let scale: DurationScale
  /// The states, and what the parts don't tell.
  let rows: [Row]
  /// The wall times.
  let total: Row

  /// Lays out two programs; nil when a number isn't finite.
  init?(_ difference: ExplainDifference) {
    let (first, second) = (difference.first, difference.second)
    let whole = max(first.wallSeconds, second.wallSeconds)
    guard whole.isFinite, first.wallSeconds.isFinite, second.wallSeconds.isFinite else {
      return nil
    }
    let (before, after) = (first.wallSecondsByState, second.wallSecondsByState)
    var labels: [String] = []
    var lines: [(Double, Double)] = []
    for state in WorkerState.observed {
      let pair = (before[state, default: 0], after[state, default: 0])
      guard pair.0.isFinite, pair.1.isFinite else { return nil }
      if pair == (0, 0) { continue }
      labels.append(state.label)
      lines.append(pair)
    }
    let missing = (
      first.wallSeconds - lines.reduce(0) { $0 + $1.0 },
      second.wallSeconds - lines.reduce(0) { $0 + $1.1 }
    )
    if max(abs(missing.0), abs(missing.1)) > 1e-6 * whole {
      labels.append("not accounted for")
      lines.append(missing)
    }
    let scale = DurationScale(for: whole)
    let step = scale.unitOfLastPlace / scale.perSecond
    let left = DifferenceColumn.apportioned(lines.map { $0.0 / step })
    let right = DifferenceColumn.apportioned(lines.map { $0.1 / step })
    self.scale = scale
    self.rows = labels.indices.map { Row(label: labels[$0], first: left[$0], second: right[$0]) }
      .filter { $0.first != 0 || $0.second != 0 }
    self.total = Row(
      label: "wall time", first: left.reduce(0, +), second: right.reduce(0, +))
  }

  /// A time as it is printed; empty for none.
  func text(_ steps: Double) -> String {
    steps == 0 ? "" : number(steps) + " \(scale.unit)"
  }

  /// A difference as it is printed, with its sign.
  func signed(_ steps: Double) -> String {
    steps == 0 ? "" : (steps > 0 ? "+" : "") + text(steps)
  }

  private func number(_ steps: Double) -> String {
    FigureText.number(steps * scale.unitOfLastPlace, decimals: scale.decimals)
  }
}
