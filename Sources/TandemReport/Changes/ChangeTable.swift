import TandemModel
import TandemText

/// Each figure before and after.
struct ChangeTable: Section {
  /// What changed.
  var change: ResultChange
  /// Whether no row is left out.
  var hasAllRows = false

  /// The most rows, unless all are wanted.
  private static let mostRows = 8

  /// The rows that are shown: the first ones, and those that the answer is of.
  private var shown: [Int] {
    if hasAllRows || change.rows.count <= Self.mostRows { return Array(change.rows.indices) }
    let others = change.rows.indices.filter { !change.counting.contains($0) }
    return (change.counting + others.prefix(Self.mostRows - change.counting.count)).sorted()
  }

  /// The table.
  var table: TextTable {
    let columns = ["before", "after", "ratio", "95 % interval", "change"].map {
      TextTable.Column(heading: [$0], group: 0)
    }
    return TextTable(
      labelHeading: change.isPerItem ? "an item each" : "", columns: columns,
      rows: shown.map { row(change.rows[$0], counts: change.counting.contains($0)) })
  }

  private func row(_ row: RunChange, counts: Bool) -> TextTable.Row {
    let label = (counts ? "▶ " : "  ") + TextWidth.sanitized(row.label)
    if let why = row.why {
      return TextTable.Row(
        label: label,
        content: .message(TextWidth.truncated(TextWidth.sanitized(why), to: 120), .faint))
    }
    let isTold = min(row.beforeRuns, row.afterRuns) > 1
    return TextTable.Row(
      label: label, ink: counts ? .strong : .plain,
      content: .cells([
        .text(text(row.before, of: row), .plain), .text(text(row.after, of: row), .plain),
        .text(row.ratio.map { FigureText.ratio($0) + "×" } ?? "", ink(row)),
        .text(interval(row), .faint), .text(isTold ? word(row.shown) : "", ink(row)),
      ]))
  }

  private func text(_ value: Double?, of row: RunChange) -> String {
    switch row.unit {
    case .seconds: FigureText.duration(value)
    case .average: FigureText.ratio(value)
    }
  }

  private func interval(_ row: RunChange) -> String {
    if let interval = row.ratioCI95 { return FigureText.range(interval.low, interval.high) }
    return row.beforeRuns == row.afterRuns
      ? FigureText.count(row.beforeRuns, "run") + " each"
      : "\(FigureText.count(row.beforeRuns)) and \(FigureText.count(row.afterRuns, "run"))"
  }

  private func word(_ shown: RunComparison.Shown) -> String {
    switch shown {
    case .larger: "slower"
    case .smaller: "faster"
    case .same: "the same"
    case .undecided: "not shown"
    }
  }

  private func ink(_ row: RunChange) -> Ink {
    switch row.shown {
    case .larger: .bad
    case .smaller: .good
    case .same, .undecided: .plain
    }
  }

  /// The section's lines.
  func lines(width: Int) -> [StyledLine] {
    if change.rows.isEmpty { return [] }
    let hidden = change.rows.count - shown.count
    return table.lines(width: width)
      + (hidden > 0 ? [StyledLine("  and \(FigureText.count(hidden)) more", .faint)] : [])
  }
}
