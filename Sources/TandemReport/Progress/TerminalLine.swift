import Synchronization
import TandemSystem

/// One line on standard error that is drawn again and again, and taken away at the end.
///
/// Nothing is written where standard error is no terminal, or can't erase a line, or while the job is in
/// the background.
package final class TerminalLine: Sendable {
  private let terminal: Terminal?
  private let state = Mutex((isShown: false, isClosed: false))

  /// Makes a line.
  ///
  /// - Parameter isWanted: whether to show anything at all.
  package init(isWanted: Bool = true) {
    terminal = isWanted && Terminal.canBeDrawnOn ? Terminal(2) : nil
  }

  /// Whether there is a terminal to show it on.
  package var isAble: Bool { terminal != nil }

  /// Shows a text in place of what was shown before.
  ///
  /// - Parameter text: gives the text for a number of columns.
  package func show(_ text: (Int) -> String) {
    guard let terminal, terminal.isInForeground else { return }
    // A line that fills its row would be wrapped by some terminals.
    let width = max(0, (terminal.size?.columns ?? Self.usualColumns) - 1)
    state.withLock { state in
      if state.isClosed { return }
      state.isShown = true
      Self.write("\r\u{1B}[K" + Self.fitted(text, to: width))
    }
  }

  /// Takes the line away; the next `show` brings it back.
  package func clear() {
    guard let terminal else { return }
    state.withLock { state in
      // In the background, the row is another job's by now.
      if state.isShown, terminal.isInForeground { Self.write("\r\u{1B}[K") }
      state.isShown = false
    }
  }

  /// Takes the line away for good.
  package func close() {
    clear()
    state.withLock { $0.isClosed = true }
  }

  private static let usualColumns = 80

  /// A text in the locale's signs, which may be wider than the ones that it was laid out with.
  private static func fitted(_ text: (Int) -> String, to width: Int) -> String {
    if Terminal.takesUTF8 { return text(width) }
    var layout = width
    while true {
      let line = ASCIIText.of(text(layout))
      let excess = line.count - width
      if excess <= 0 || layout <= 0 { return String(line.prefix(width)) }
      layout -= excess
    }
  }

  /// Writes what there is room for; a terminal that is gone doesn't matter.
  private static func write(_ text: String) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      guard let count = StandardError.write(Array(bytes.prefix(4096))) else {
        StandardError.waitForRoom(milliseconds: -1)
        continue
      }
      bytes = bytes.dropFirst(count)
    }
  }

  /// Writes a whole line for a file, where nothing can be drawn again.
  ///
  /// - Parameter line: the line.
  package static func writeLine(_ line: String) {
    write((Terminal.takesUTF8 ? line : ASCIIText.of(line)) + "\n")
  }
}
