import TandemModel
import TandemText

/// The findings that matter most, each with what to do and what that could bring.
struct ShortFindings: Section {
  /// The findings, most important first.
  var findings: [Finding]
  /// The lines that there is room for.
  var room = Int.max

  /// The most findings.
  private static let most = 3
  /// The most lines of one at the full width, of which the claim has two.
  private static let mostLines = 3

  /// The section's lines; none when nothing was found that matters.
  func lines(width: Int) -> [StyledLine] {
    let mattering = findings.filter { !$0.isMinor }
    if mattering.isEmpty { return [] }
    var lines: [StyledLine] = [.heading("Findings")]
    var shown = 0
    for finding in mattering.prefix(Self.most) {
      let next = self.lines(of: finding, width: width)
      // The last line of the room says how many are left.
      let rest = shown + 1 < mattering.count ? 1 : 0
      if shown > 0, lines.count + next.count + rest > room { break }
      lines += next
      shown += 1
    }
    let hidden = mattering.count - shown
    if hidden > 0 {
      lines += StyledLine.wrapped(
        "\(FigureText.count(hidden, "more finding")): --details", after: "  ", ink: .faint,
        width: width)
    }
    return lines
  }

  private func lines(of finding: Finding, width: Int) -> [StyledLine] {
    let perLine = max(1, (ShortReport.fullWidth + width - 1) / max(1, width))
    let gain = finding.potentialGain.map { " (\(Self.text(of: $0)))" } ?? ""
    let inner = width - 4
    // What it could bring always has its place; the claim gets the rest of two lines.
    let claimWidth = inner * 2 * perLine - TextWidth.columns(of: gain) - inner / 4
    let claim = FittedText.text(
      finding.claim, lines: 1, width: min(max(inner, claimWidth), inner * 2 * perLine))
    var lines = StyledLine.wrapped(claim + gain, after: "  ● ", .notice, width: width)
    if !finding.advice.isEmpty {
      let rest = max(1, Self.mostLines * perLine - lines.count)
      lines += StyledLine.wrapped(
        FittedText.text(finding.advice, lines: rest, width: inner - 2), after: "    → ", .good,
        width: width)
    }
    return lines
  }

  /// Such as `could save at most 1.20 s of 3.40 s`.
  private static func text(of gain: PotentialGain) -> String {
    if gain.seconds <= 0 { return "could save no time" }
    return """
      could save at most \(FigureText.duration(gain.seconds)) of \(FigureText.duration(gain.wallSeconds))
      """
  }
}
