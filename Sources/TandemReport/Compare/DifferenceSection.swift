import TandemModel
import TandemText

/// Where the differences between models come from.
struct DifferenceSection: Section {
  /// The report.
  var report: CompareReport
  /// What its interpreters are called.
  var interpreters: InterpreterNames

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
    lines +=
      DifferenceColumn(difference, unknown: report.unknownLabel(of: difference)).map {
        DifferenceBars(column: $0, indent: 4).lines(width: width)
      }
      ?? [StyledLine("    parts: \(FigureText.notMeasured)", .faint)]
    if !difference.sentence.isEmpty {
      lines += StyledLine.wrapped(difference.sentence, after: "    ", width: width)
    }
    return lines
  }

  /// Such as `python-threads took 1.92 × as long as python-processes-fork (1.90–1.94), 1.02 s more:`.
  func headline(of difference: Difference) -> String {
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
}
