import TandemModel
import TandemText

/// Where the differences between models come from.
struct DifferenceSection: Section {
  /// The report.
  var report: CompareReport
  /// What its interpreters are called.
  var interpreters: InterpreterNames

  private static let barWidth = 20

  /// The section's lines; none when no pair was told apart.
  func lines(width: Int) -> [StyledLine] {
    if report.differences.isEmpty { return [] }
    var lines: [StyledLine] = [.heading("Why the times differ")]
    lines += StyledLine.wrapped(
      "Wall time by cause, means over paired runs: the slower model loses █ and saves ░. Parts add up"
        + " to the difference; the residual is the timed difference minus the observed one."
        + sources,
      after: "  ", ink: .faint, width: width)
    for schedule in Schedule.allCases {
      let differences = report.differences.filter { $0.schedule == schedule }
      if differences.isEmpty { continue }
      lines += [StyledLine(), StyledLine("  \(schedule.title)", .strong)]
      for (index, difference) in differences.enumerated() {
        if index > 0 { lines.append(StyledLine()) }
        lines += self.lines(of: difference, width: width)
      }
    }
    return lines
  }

  /// Where the parts come from, when any are from watched runs.
  private var sources: String {
    let kinds = Set(report.differences.map(\.partsFrom))
    if !kinds.contains(.observed) { return "" }
    let seen = " Parts are “observed” in separate runs that aren't timed"
    return kinds.contains(.reported)
      ? seen + ", or “reported” by the workers of the timed runs."
      : seen + "."
  }

  private func lines(of difference: Difference, width: Int) -> [StyledLine] {
    var lines = StyledLine.wrapped(
      headline(of: difference), after: "  ", ink: .strong, width: width)
    lines += column(of: difference, width: width)
    if !difference.sentence.isEmpty {
      lines += StyledLine.wrapped(difference.sentence, after: "    ", width: width)
    }
    return lines
  }

  private func headline(of difference: Difference) -> String {
    let interval =
      difference.ratioCI95.map { interval in
        FigureText.range(interval.low, interval.high)
      } ?? "n=\(difference.n), no interval"
    let more = difference.wallDifferenceSeconds
    let amount = FigureText.duration(abs(more)) + (more < 0 ? " less" : " more")
    let source =
      report.differences.contains { $0.partsFrom == .observed }
      ? (difference.partsFrom == .observed ? ", observed" : ", reported") : ""
    return "\(name(of: difference.slower)) took \(FigureText.ratio(difference.ratio)) × as long as"
      + " \(name(of: difference.faster)) (\(interval)), \(amount)\(source):"
  }

  private func name(of side: Difference.Side) -> String {
    side.model.rawValue + interpreters.suffix(forPath: side.interpreter)
  }

  private func column(of difference: Difference, width: Int) -> [StyledLine] {
    guard let column = DifferenceColumn(difference) else {
      return [StyledLine("    parts: \(FigureText.notMeasured)", .faint)]
    }
    let numberWidth = column.entries.map { TextWidth.columns(of: $0.number) }.max() ?? 0
    let largest = column.entries.map { abs($0.seconds) }.max() ?? 0
    let unit = column.scale.unit
    let widest = column.entries.map { TextWidth.columns(of: $0.label) }.max() ?? 0
    let labelWidth = min(widest, max(8, width - numberWidth - 12))
    return column.entries.map { entry in
      var line = StyledLine("    ")
      let isPart = entry.label != "residual"
      let label = TextWidth.shortened(entry.label, to: labelWidth).padding(to: labelWidth + 2)
      line.append(label, isPart ? .plain : .faint)
      let blank = numberWidth - TextWidth.columns(of: entry.number)
      line.append(String(repeating: " ", count: blank) + "\(entry.number) \(unit)  ")
      let room = min(Self.barWidth, width - line.width)
      line.append(
        bar(entry.seconds, of: largest, width: room), entry.seconds < 0 ? .good : .bad)
      return line
    }
  }

  private func bar(_ seconds: Double, of largest: Double, width: Int) -> String {
    guard largest > 0, width > 0 else { return "" }
    if seconds >= 0 { return Bar.text(share: seconds / largest, width: width) }
    // Light shades have no eighths: whole columns, at least one.
    let columns = max(1, Int((-seconds / largest * Double(width)).rounded()))
    return String(repeating: "░", count: columns)
  }
}
