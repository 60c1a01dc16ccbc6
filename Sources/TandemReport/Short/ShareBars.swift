import TandemModel
import TandemText

/// At most five bars that add up: where a time went.
struct ShareBars: Section {
  /// What the time is of.
  var title: String
  /// The parts; those without seconds are left out.
  var shares: [StateShare]

  /// The most bars.
  static let most = 5
  /// Parts of less than this share are folded into one, if there are several.
  private static let leastShare = 0.01
  private static let barWidths = 10...40

  /// The section's lines; none without seconds.
  func lines(width: Int) -> [StyledLine] {
    var parts = Dictionary(shares.map { ($0.state, $0.seconds) }, uniquingKeysWith: +)
      .filter { $0.value > 0 }
      .map { (label: $0.key.label, seconds: $0.value, ink: $0.key.ink, place: $0.key.position) }
      .sorted { ($1.seconds, $0.place) < ($0.seconds, $1.place) }
    let whole = parts.reduce(0) { $0 + $1.seconds }
    guard whole > 0, whole.isFinite else { return [] }
    let large = parts.prefix { $0.seconds >= Self.leastShare * whole }.count
    let kept = max(1, min(large, parts.count > Self.most ? Self.most - 1 : Self.most))
    if parts.count - kept > 1 {
      let rest = parts[kept...].reduce(0) { $0 + $1.seconds }
      parts = parts.prefix(kept) + [("other", rest, .plain, Int.max)]
    }
    let column = SecondsColumn(parts.map(\.seconds))
    let secondsWidth = column.texts.map { TextWidth.columns(of: $0) }.max() ?? 0
    let widest = (parts.map { TextWidth.columns(of: $0.label) }.max() ?? 0) + 2
    let labelWidth = min(widest, max(8, width - 2 - secondsWidth - 10))
    let room = width - 2 - labelWidth - secondsWidth - 10
    let barWidth = min(max(room, Self.barWidths.lowerBound), Self.barWidths.upperBound)
    var lines = StyledLine.wrapped(title, after: "", ink: .heading, width: width)
    let note = " · each moment is split among the workers in progress then"
    if lines[0].width + TextWidth.columns(of: note) <= width { lines[0].append(note, .faint) }
    for (part, seconds) in zip(parts, column.texts) {
      let label = TextWidth.shortened(part.label, to: labelWidth - 2)
      var line = StyledLine("  " + label.padding(to: labelWidth))
      line.append(
        String(repeating: " ", count: secondsWidth - TextWidth.columns(of: seconds)) + seconds)
      let percent = FigureText.percent(part.seconds / whole)
      line.append(
        String(repeating: " ", count: max(0, 8 - TextWidth.columns(of: percent))) + percent, .strong
      )
      line.append("  ")
      line.append(Bar.text(share: part.seconds / whole, width: min(barWidth, room)), part.ink)
      lines.append(line)
    }
    return lines
  }
}
