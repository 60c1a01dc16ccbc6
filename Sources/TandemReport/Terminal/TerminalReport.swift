package import TandemModel

/// What `tandem compare` prints: a report as text for a terminal or a pipe.
///
/// The same report gives the same text. Colour adds escape sequences and nothing else.
package struct TerminalReport: Sendable {
  /// How a report is laid out.
  package struct Style: Sendable, Equatable {
    /// The narrowest layout; below it, lines are as wide as this.
    package static let narrowest = 40

    /// Whether escape sequences for colour are written.
    package var color: Bool
    /// The columns of the terminal.
    package var width: Int

    /// Makes a style.
    ///
    /// - Parameters:
    ///   - color: Whether escape sequences for colour are written; off for pipes and files.
    ///   - width: The columns that no line exceeds; at least `narrowest` are used.
    package init(color: Bool, width: Int = 100) {
      self.color = color
      self.width = max(Self.narrowest, width)
    }
  }

  /// The report.
  package let report: CompareReport
  /// How it is laid out.
  package let style: Style

  /// Makes a renderer.
  ///
  /// - Parameters:
  ///   - report: What was found.
  ///   - style: How it is laid out.
  package init(_ report: CompareReport, style: Style) {
    self.report = report
    self.style = style
  }

  /// The whole text, ending in a line feed.
  package var text: String {
    let interpreters = InterpreterNames(report.runs)
    let width = style.width
    let sections: [[StyledLine]] =
      [HeaderSection(report: report, interpreters: interpreters).lines(width: width)]
      + ModelSection.tables(of: report, interpreters: interpreters, width: width)
      + [
        LegendSection(report: report).lines(width: width),
        NotMeasuredSection(report: report, interpreters: interpreters).lines(width: width),
        PoolSection(report: report, interpreters: interpreters).lines(width: width),
        WatchedSection(report: report, interpreters: interpreters).lines(width: width),
        SweepSection(report: report, interpreters: interpreters).lines(width: width),
        DifferenceSection(report: report, interpreters: interpreters).lines(width: width),
        FindingSection(findings: report.findings).lines(width: width),
        LeftOutSection(omitted: report.omitted).lines(width: width),
        VerdictSection(verdict: report.verdict).lines(width: width),
      ]
    return sections.filter { !$0.isEmpty }
      .map { $0.map { $0.rendered(color: style.color) + "\n" }.joined() }
      .joined(separator: "\n")
  }
}

/// What interpreters are called, briefly where that is unambiguous.
struct InterpreterNames {
  /// The interpreters in order of appearance.
  let all: [InterpreterSummary]

  /// Collects the interpreters of some runs.
  init(_ runs: [ModelResult]) {
    var seen: [InterpreterSummary] = []
    for run in runs {
      if let interpreter = run.interpreter, !seen.contains(interpreter) { seen.append(interpreter) }
    }
    all = seen
  }

  /// An interpreter's name, version and global lock; numbered when two would read the same.
  func name(of interpreter: InterpreterSummary) -> String {
    let twins = all.filter { Self.description(of: $0) == Self.description(of: interpreter) }
    guard twins.count > 1, let index = twins.firstIndex(of: interpreter) else {
      return Self.description(of: interpreter)
    }
    return Self.description(of: interpreter, number: index + 1)
  }

  /// What tells a model from the same model of another interpreter; empty when there is no other.
  func suffix(forPath path: String?) -> String {
    guard all.count > 1, let found = all.first(where: { $0.path == path }) else { return "" }
    return " (\(name(of: found)))"
  }

  private static func description(
    of interpreter: InterpreterSummary, number: Int? = nil
  ) -> String {
    let lock =
      switch interpreter.gilEnabled {
      case true?: "GIL on"
      case false?: "GIL off"
      case nil: "GIL unknown"
      }
    let name = "\(interpreter.implementation) \(interpreter.version)"
    return TextWidth.sanitized(name) + (number.map { " #\($0)" } ?? "") + ", \(lock)"
  }
}

extension StyledLine {
  /// A heading of a section.
  static func heading(_ text: String) -> StyledLine { StyledLine(text, .heading) }

  /// Lines of wrapped text behind a lead; later lines are indented to the text.
  ///
  /// - Parameters:
  ///   - text: What somebody else may have written; it is made harmless here.
  ///   - lead: What stands before the first line, such as a bullet.
  ///   - leadInk: What the lead is.
  ///   - ink: What the text is.
  ///   - width: The columns of a whole line.
  /// - Returns: At least one line.
  static func wrapped(
    _ text: String, after lead: String, _ leadInk: Ink = .plain, ink: Ink = .plain, width: Int
  ) -> [StyledLine] {
    let indent = TextWidth.columns(of: lead)
    let safe = TextWidth.sanitized(text, keepsLines: true)
    return TextWidth.wrapped(safe, to: max(10, width - indent)).enumerated().map { index, part in
      var line = StyledLine()
      line.append(index == 0 ? lead : String(repeating: " ", count: indent), leadInk)
      line.append(part, ink)
      return line
    }
  }
}
