import TandemText

/// One line about what a report of an earlier version doesn't have.
struct UnrecordedSection: Section {
  /// The keys.
  var keys: [String]

  /// The line; none when nothing is missing.
  func lines(width: Int) -> [StyledLine] {
    if keys.isEmpty { return [] }
    let lead = "Missing   "
    let about = "an earlier Tandem saved this, and didn't record "
    // As many as fit into the line, the others as a number.
    for shown in stride(from: keys.count, through: 1, by: -1) {
      let rest = keys.count - shown
      let names = keys.prefix(shown) + (rest > 0 ? ["\(FigureText.count(rest)) more"] : [])
      let text = about + TextWidth.sanitized(names.joined(separator: ", "))
      if TextWidth.columns(of: text) <= width - TextWidth.columns(of: lead) {
        return StyledLine.wrapped(text, after: lead, .notice, ink: .faint, width: width)
      }
    }
    return StyledLine.wrapped(
      "\(about)\(FigureText.count(keys.count, "key"))", after: lead, .notice, ink: .faint,
      width: width)
  }
}

extension SavedReport: TerminalReport {
  /// The report as it was printed, and what is missing in it.
  package func terminalText(_ options: TextOptions) -> String {
    let text = report.terminalText(options)
    let missing = options.style.text(of: [UnrecordedSection(keys: unrecorded)])
    if missing.isEmpty { return text }
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    // What is missing matters more than how to see more, which stands at the end.
    if !options.details, lines.count == ShortReport.mostLines { lines.removeLast() }
    return lines.map { $0 + "\n" }.joined() + missing
  }
}
