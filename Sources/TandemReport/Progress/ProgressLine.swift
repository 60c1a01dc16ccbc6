package import TandemModel
import TandemText

/// The line that tells, while something runs, what it is and how long it will take.
package struct ProgressLine: Sendable, Equatable {
  /// What is running, such as `swift-threads, all at once`.
  package var running: String
  /// How much is done, in seconds or in items.
  package var done: Double
  /// How much there is in all, likewise; 0 when it isn't known.
  package var total: Double
  /// Seconds since it began.
  package var elapsedSeconds: Double
  /// Seconds that are probably left; nil when it isn't known.
  package var remainingSeconds: Double?
  /// How the models stand, the fastest first; empty before the first result.
  package var standings: [Standing]

  /// Makes a state.
  ///
  /// - Parameters:
  ///   - running: What is running.
  ///   - done: How much is done, in seconds or in items.
  ///   - total: How much there is in all, likewise; 0 when it isn't known.
  ///   - elapsedSeconds: Seconds since it began.
  ///   - remainingSeconds: Seconds that are probably left; nil when it isn't known.
  ///   - standings: How the models stand, the fastest first; empty before the first result.
  package init(
    running: String, done: Double, total: Double, elapsedSeconds: Double, remainingSeconds: Double?,
    standings: [Standing] = []
  ) {
    self.running = running
    self.done = done
    self.total = total
    self.elapsedSeconds = elapsedSeconds
    self.remainingSeconds = remainingSeconds
    self.standings = standings
  }

  /// The line, at most `width` columns, without a line feed and without escape sequences.
  ///
  /// With a first result it says what is best so far and how sure that is, instead of how far the runs are.
  /// Where there is no room, the elapsed time goes first, then the bar, then the end of the name.
  ///
  /// - Parameter width: The columns of the terminal.
  /// - Returns: The line; who writes it erases the rest of the terminal's line.
  package func text(width: Int) -> String {
    if let line = textSoFar(width: width) { return line }
    let bar = share.map { share in
      "▕" + Bar.text(share: share, width: Self.barWidth).padding(to: Self.barWidth) + "▏"
    }
    let name = TextWidth.sanitized(running)
    let candidates = [[percent, bar, name, elapsed, left], [percent, bar, name, left]]
    for candidate in candidates {
      let line = Self.joined(candidate)
      if TextWidth.columns(of: line) <= width { return line }
    }
    // The name gives way as long as some of it can be read.
    let frame = TextWidth.columns(of: Self.joined([percent, left])) + Self.separator.count
    if width - frame >= 8 {
      return Self.joined([percent, TextWidth.shortened(name, to: width - frame), left])
    }
    return TextWidth.truncated(Self.joined([percent, left]), to: max(0, width))
  }

  /// The same for a file, in which no line is drawn again: without the bar.
  package var plainText: String {
    Self.joined([
      percent.map { String($0.drop { $0 == " " }) }, TextWidth.sanitized(running), elapsed, left,
    ])
  }

  private var percent: String? { share.map { "\(padded(Int($0 * 100), to: 3)) %" } }

  private var elapsed: String? {
    elapsedSeconds.isFinite ? "\(Self.clock(elapsedSeconds)) elapsed" : nil
  }

  private var left: String? {
    remainingSeconds.flatMap { $0.isFinite ? "about \(Self.clock($0)) left" : nil }
  }

  /// The best so far, its nearest rival, and what is left; nil before the first result, and where there is
  /// no room for it.
  private func textSoFar(width: Int) -> String? {
    guard let best = standings.first else { return nil }
    func time(_ standing: Standing) -> String {
      let name = TextWidth.sanitized(standing.name)
      return "\(name) \(FigureText.duration(standing.medianSeconds))"
    }
    let rival = standings.dropFirst().first
    let range = rival.flatMap { rival -> String? in
      guard let least = rival.leastRatio, let greatest = rival.greatestRatio
      else { return nil }
      return " (\(FigureText.range(least, greatest)) times)"
    }
    let runs =
      if let rival, rival.runs != best.runs {
        "\(best.runs) and \(FigureText.count(rival.runs, "run"))"
      } else {
        FigureText.count(best.runs, "run") + (best.runs == 1 ? "" : " each")
      }
    let left = remainingSeconds.flatMap { $0.isFinite ? "\(Self.clock($0)) left" : nil }
    let now = "now \(TextWidth.sanitized(running))"
    let lead = "so far: \(time(best))"
    let both = rival.map { "\(lead), \(time($0))" } ?? lead
    let done = percent.map { "\($0.drop { $0 == " " }) done" }
    let candidates = [
      [both + (range ?? ""), runs, now, done, left], [both + (range ?? ""), runs, now, left],
      [both + (range ?? ""), runs, left],
      [both, runs, left], [both, left], [lead, left],
    ]
    return candidates.lazy.map { $0.compactMap(\.self).joined(separator: " · ") }
      .first { TextWidth.columns(of: $0) <= width }
  }

  private static let barWidth = 20
  private static let separator = "  "

  /// The share of the plan that is done, from 0 to 1; nil when the plan isn't known.
  private var share: Double? {
    guard total.isFinite, done.isFinite, total > 0 else { return nil }
    return max(0, min(1, done / total))
  }

  private static func joined(_ parts: [String?]) -> String {
    parts.compactMap(\.self).filter { !$0.isEmpty }.joined(separator: separator)
  }

  private func padded(_ number: Int, to width: Int) -> String {
    let text = String(number)
    return String(repeating: " ", count: max(0, width - text.count)) + text
  }

  /// Whole seconds, from a minute up with minutes.
  private static func clock(_ seconds: Double) -> String {
    let whole = Int(max(0, min(seconds.rounded(), 359_999)))
    if whole < 60 { return "\(whole) s" }
    let rest = whole % 60
    return "\(whole / 60) min \(rest < 10 ? "0" : "")\(rest) s"
  }
}
