import TandemModel
import TandemText

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
      if let gain = finding.potentialGain {
        lines += StyledLine.wrapped(Self.text(of: gain), after: "    ", ink: .faint, width: width)
      }
      if !finding.advice.isEmpty {
        lines += StyledLine.wrapped(finding.advice, after: "    → ", .good, width: width)
      }
    }
    return lines
  }

  /// Such as `could save at most 1.20 s of 3.40 s: the time in which a worker waited for a lock`.
  private static func text(of gain: PotentialGain) -> String {
    if gain.seconds <= 0 { return "could save no time: \(gain.basis)" }
    return """
      could save at most \(FigureText.duration(gain.seconds)) of \
      \(FigureText.duration(gain.wallSeconds)): \(gain.basis)
      """
  }
}
