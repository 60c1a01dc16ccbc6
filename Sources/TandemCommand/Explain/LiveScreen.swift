import Glibc
import TandemModel
import TandemReport

/// A screen of the terminal's that is drawn again and again while a program runs (console_codes(4)).
///
/// It is the terminal's second screen, so that what was on it before is there again afterwards.
struct LiveScreen: Sendable {
  /// What is watched.
  let command: String

  /// Goes to the second screen; pairs with `close`.
  func open() { write("\u{1B}[?1049h\u{1B}[?25l") }

  /// Goes back to the first screen.
  func close() { write("\u{1B}[?25h\u{1B}[?1049l") }

  /// Draws what the workers did since the last time.
  ///
  /// - Parameter moment: what they did.
  func show(_ moment: LiveMoment) {
    let stream = StandardStream.error
    let style = TerminalReport.Style(color: false, width: stream.columns ?? 80)
    let text = LiveText(moment, command: command, style: style, height: stream.rows ?? 24)
    // Each line is cleared to its end, and then what is left below.
    let lines = text.lines.map { $0 + "\u{1B}[K" }.joined(separator: "\r\n")
    write("\u{1B}[H" + lines + "\u{1B}[J")
  }

  /// A screen that can't be drawn is no reason to stop watching.
  private func write(_ text: String) { try? StandardStream.error.write(Array(text.utf8)) }
}
