import Glibc
import Synchronization
import TandemModel
import TandemReport

/// Lines of the terminal that are redrawn in place while a program runs (console_codes(4)).
///
/// It uses neither the terminal's alternate screen nor a hidden cursor: if Tandem is killed, the last
/// lines remain and nothing has to be reset.
final class LiveScreen: Sendable {
  /// What is watched.
  private let command: String
  private let descriptor: CInt
  /// The lines above the cursor that were drawn, and how wide the terminal was.
  private let drawn = Mutex((lines: 0, columns: 0))

  /// Gets ready.
  ///
  /// - Parameters:
  ///   - command: what is watched.
  ///   - terminal: where to draw.
  init(command: String, terminal: LiveTerminal) {
    self.command = command
    descriptor = terminal.descriptor
    // After a stop, the shell may have written below; that must not be overwritten.
    signal(SIGCONT) { _ in hasGoneOn.store(true, ordering: .relaxed) }
  }

  private var terminal: LiveTerminal { LiveTerminal(descriptor: descriptor) }

  /// Erases what was drawn.
  func close() {
    drawn.withLock { drawn in
      guard drawn.lines > 0, canDrawOver(drawn.columns) else { return }
      write("\u{1B}[\(drawn.lines)A\r\u{1B}[J")
      drawn.lines = 0
    }
  }

  /// Draws what the workers did since the last time, unless the job is in the background.
  ///
  /// - Parameter moment: what they did.
  func show(_ moment: LiveMoment) {
    guard terminal.isInForeground else { return }
    let size = terminal.size
    // A line that fills its row would be wrapped by some terminals and not by others.
    let style = ReportStyle(color: false, width: max(1, size.columns - 1))
    let lines = LiveText(moment, command: command, style: style, height: size.rows - 1).lines
      .prefix(max(1, size.rows - 1))
    drawn.withLock { drawn in
      let back = drawn.lines > 0 && canDrawOver(drawn.columns) ? "\u{1B}[\(drawn.lines)A" : ""
      write(back + "\r" + lines.map { $0 + "\u{1B}[K\r\n" }.joined() + "\u{1B}[J")
      drawn = (lines.count, size.columns)
    }
  }

  /// Whether what was drawn is still in place: no other job had the terminal meanwhile, and its lines
  /// were not rewrapped.
  private func canDrawOver(_ columns: Int) -> Bool {
    !hasGoneOn.exchange(false, ordering: .relaxed) && terminal.isInForeground
      && terminal.size.columns == columns
  }

  /// Writes what it can: a screen that can't be drawn doesn't end the watching.
  private func write(_ text: String) {
    var bytes = StandardStream.bytes(of: text)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count <= 0 { return }
      bytes = bytes.dropFirst(count)
    }
  }
}

/// Whether this process was stopped and continued; a handler can't have a context.
private let hasGoneOn = Atomic<Bool>(false)
