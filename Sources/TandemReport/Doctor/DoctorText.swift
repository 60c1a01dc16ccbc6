package import TandemModel

/// What `tandem doctor` prints: each check with what was found, and below each "no" why and what mends it.
///
/// The same report gives the same text. Colour adds escape sequences and nothing else.
package struct DoctorText: Sendable {
  /// The report.
  package let report: DoctorReport
  /// How it is laid out.
  package let style: ReportStyle

  /// Makes a renderer.
  ///
  /// - Parameters:
  ///   - report: what was found.
  ///   - style: how it is laid out.
  package init(_ report: DoctorReport, style: ReportStyle) {
    self.report = report
    self.style = style
  }

  /// The whole text, ending in a line feed.
  package var text: String {
    let areas = DoctorCheck.Area.allCases.map { area in
      let checks = report.checks.filter { $0.area == area }
      let lines = checks.isEmpty ? [] : [.heading(area.heading)] + checks.flatMap(lines(of:))
      return LineSection(lines: lines)
    }
    return style.text(of: [LineSection(lines: [headline])] + areas + [LineSection(lines: summary)])
  }

  private var headline: StyledLine {
    var line = StyledLine("Tandem \(TextWidth.sanitized(report.tandemVersion))", .strong)
    line.append(" · Linux \(TextWidth.sanitized(report.machine.kernel))", .faint)
    return line
  }

  // MARK: Checks

  /// The column in which values begin: behind the longest title, but no further than the middle.
  private var valueColumn: Int {
    let widest = report.checks.map { TextWidth.columns(of: TextWidth.sanitized($0.title)) }.max()
    return min(4 + (widest ?? 0) + 2, style.width / 2)
  }

  private func lines(of check: DoctorCheck) -> [StyledLine] {
    let title = TextWidth.sanitized(check.title)
    let column = valueColumn
    let value = TextWidth.wrapped(
      TextWidth.sanitized(check.value), to: max(10, style.width - column))
    var lines = value.enumerated().map { index, part in
      var line = StyledLine()
      if index == 0 {
        line.append("  \(check.answer.mark) ", check.answer.ink)
        line.append(TextWidth.truncated(title, to: column - 5))
      }
      line.pad(to: column)
      line.append(part, .strong)
      return line
    }
    if let cause = check.cause {
      lines += StyledLine.wrapped(cause, after: "      why   ", .faint, width: style.width)
    }
    if let remedy = check.remedy {
      lines += StyledLine.wrapped(
        remedy, after: "      fix   ", .faint, ink: .notice, width: style.width)
    }
    return lines
  }

  // MARK: Summary

  private var summary: [StyledLine] {
    let counts = [DoctorCheck.Answer.yes, .partly, .no].map { answer in
      (answer, report.checks.count { $0.answer == answer })
    }
    if counts.allSatisfy({ $0.0 == .yes || $0.1 == 0 }) {
      return [StyledLine("✓ Everything that Tandem needs is available.", .good)]
    }
    var line = StyledLine()
    for (answer, count) in counts where count > 0 {
      if line.width > 0 { line.append("  ") }
      line.append("\(answer.mark) \(count) \(answer.word)", answer.ink)
    }
    return [line]
  }
}

extension DoctorCheck.Area {
  /// The heading of its section.
  fileprivate var heading: String {
    switch self {
    case .cpus: "CPUs"
    case .observing: "Observing threads and processes"
    case .workers: "Starting workers"
    case .python: "Python"
    }
  }
}

extension DoctorCheck.Answer {
  /// A sign that tells it without colour.
  fileprivate var mark: String {
    switch self {
    case .yes: "✓"
    case .partly: "!"
    case .no: "✗"
    }
  }

  /// How the summary calls it.
  fileprivate var word: String {
    switch self {
    case .yes: "available"
    case .partly: "limited"
    case .no: "missing"
    }
  }

  /// What it is, from which its colour follows.
  fileprivate var ink: Ink {
    switch self {
    case .yes: .good
    case .partly: .notice
    case .no: .bad
    }
  }
}
