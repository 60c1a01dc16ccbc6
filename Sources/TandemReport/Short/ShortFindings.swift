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
    var lines: [StyledLine] = [heading]
    var shown = 0
    for finding in mattering.prefix(Self.most) {
      var next = self.lines(of: finding, width: width)
      // The last line of the room says how many are left.
      let rest = shown + 1 < mattering.count ? 1 : 0
      if lines.count + next.count + rest > room {
        if shown > 0 { break }
        // What was found matters more than what to do about it.
        next = claim(of: finding, width: width)
        if lines.count + next.count + rest > room { break }
      }
      lines += next
      shown += 1
    }
    let hidden = mattering.count - shown
    if hidden > 0 {
      lines += StyledLine.wrapped(
        "\(FigureText.count(hidden, shown == 0 ? "finding" : "more finding")): --details",
        after: "  ",
        ink: .faint,
        width: width)
    }
    return lines
  }

  /// Bounds on what each could save don't add up, which only several of them need to say.
  private var heading: StyledLine {
    let bounds = findings.filter { !$0.isMinor && ($0.potentialGain?.seconds ?? 0) > 0 }
    var line = StyledLine.heading("Findings")
    if bounds.count > 1 { line.append(" · savings overlap", .faint) }
    return line
  }

  private func lines(of finding: Finding, width: Int) -> [StyledLine] {
    let lines = claim(of: finding, width: width)
    if finding.advice.isEmpty { return lines }
    let rest = max(1, Self.mostLines * perLine(width) - lines.count)
    return lines
      + StyledLine.wrapped(
        FittedText.text(finding.advice, lines: rest, width: width - 6), after: "    → ", .good,
        width: width)
  }

  /// The claim, and what its cure could bring, which always has its place.
  private func claim(of finding: Finding, width: Int) -> [StyledLine] {
    let gain = finding.potentialGain.map { " (\(Self.text(of: $0)))" } ?? ""
    let inner = width - 4
    let both = inner * 2 * perLine(width)
    let claimWidth = both - TextWidth.columns(of: gain) - inner / 4
    let claim = FittedText.text(
      finding.claim, lines: 1, width: min(max(inner, claimWidth), both))
    return StyledLine.wrapped(claim + gain, after: "  ● ", .notice, width: width)
  }

  /// How many lines stand for one at the full width.
  private func perLine(_ width: Int) -> Int {
    max(1, (ShortReport.fullWidth + width - 1) / max(1, width))
  }

  /// Such as `could save at most 1.20 s of 3.40 s`.
  private static func text(of gain: PotentialGain) -> String {
    if gain.seconds <= 0 { return "could save no time" }
    return """
      could save at most \(FigureText.duration(gain.seconds)) of \(FigureText.duration(gain.wallSeconds))
      """
  }
}
