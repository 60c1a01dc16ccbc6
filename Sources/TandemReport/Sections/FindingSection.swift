import TandemModel

/// What the rules found, and what to do about it.
struct FindingSection: Section {
  /// The findings.
  var findings: [Finding]
  /// What they are called together.
  var heading = "Findings"

  /// The section's lines; none when nothing was found.
  func lines(width: Int) -> [StyledLine] {
    if findings.isEmpty { return [] }
    var lines: [StyledLine] = [.heading(heading)]
    for finding in findings {
      lines += StyledLine.wrapped(finding.claim, after: "  ● ", .notice, width: width)
      let evidence = Evidence.untold(of: finding)
      if !evidence.isEmpty {
        let text = evidence.joined(separator: ", ")
        lines += StyledLine.wrapped(text, after: "    ", ink: .faint, width: width)
      }
      if !finding.advice.isEmpty {
        lines += StyledLine.wrapped(finding.advice, after: "    → ", .good, width: width)
      }
    }
    return lines
  }
}
