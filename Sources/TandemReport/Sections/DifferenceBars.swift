import TandemText

/// The parts of a difference as bars: what the slower one loses, and what it saves.
struct DifferenceBars: Section {
  /// The parts.
  var column: DifferenceColumn
  /// The columns before each line.
  var indent = 2

  private static let barWidth = 20

  /// A line a part.
  func lines(width: Int) -> [StyledLine] {
    let numberWidth = column.entries.map { TextWidth.columns(of: $0.number) }.max() ?? 0
    let largest = column.entries.map { abs($0.seconds) }.max() ?? 0
    let unit = column.scale.unit
    let widest = column.entries.map { TextWidth.columns(of: $0.label) }.max() ?? 0
    let labelWidth = min(widest, max(8, width - numberWidth - 8 - indent))
    return column.entries.map { entry in
      var line = StyledLine(String(repeating: " ", count: indent))
      let isPart = entry.label != "residual"
      let label = TextWidth.shortened(entry.label, to: labelWidth).padding(to: labelWidth + 2)
      line.append(label, isPart ? .plain : .faint)
      let blank = numberWidth - TextWidth.columns(of: entry.number)
      line.append(String(repeating: " ", count: blank) + "\(entry.number) \(unit)  ")
      let room = min(Self.barWidth, width - line.width)
      // What is printed as zero has no bar.
      line.append(
        bar(entry.isZero ? 0 : entry.seconds, of: largest, width: room),
        entry.seconds < 0 ? .good : .bad)
      return line
    }
  }

  private func bar(_ seconds: Double, of largest: Double, width: Int) -> String {
    guard largest > 0, width > 0, seconds != 0 else { return "" }
    if seconds >= 0 { return Bar.text(share: seconds / largest, width: width) }
    // Light shades have no eighths: whole columns, at least one.
    let columns = max(1, Int((-seconds / largest * Double(width)).rounded()))
    return String(repeating: "░", count: columns)
  }
}
