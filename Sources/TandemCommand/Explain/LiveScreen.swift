import Glibc
import Synchronization
import TandemModel
import TandemReport

/// The terminal that a live screen is drawn on: the one that controls this process, or else standard
/// error, if that is a terminal.
struct LiveTerminal {
  /// An open descriptor; it is close-on-exec, or standard error.
  let descriptor: CInt

  /// Finds the terminal; nil when there is none.
  init?() {
    let controlling = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC)
    if controlling >= 0 {
      descriptor = controlling
    } else if isatty(STDERR_FILENO) == 1 {
      descriptor = STDERR_FILENO
    } else {
      return nil
    }
  }

  /// What of a command's output would be written on this terminal; nil when nothing would.
  var sharedOutput: String? {
    let shared = [(STDOUT_FILENO, "standard output"), (STDERR_FILENO, "standard error")]
      .filter { number, _ in
        // A terminal has the session that it controls (tcgetsid(3)).
        isatty(number) == 1 && tcgetsid(number) == tcgetsid(descriptor)
      }
    return shared.isEmpty ? nil : shared.map(\.1).joined(separator: " and ")
  }

  /// Whether this process may draw there: its job is in the foreground.
  var isInForeground: Bool { tcgetpgrp(descriptor) == getpgrp() }

  /// Rows and columns; what most terminals have when it doesn't say.
  var size: (rows: Int, columns: Int) {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_row > 0, size.ws_col > 0 else {
      return (24, 80)
    }
    return (Int(size.ws_row), Int(size.ws_col))
  }

  /// Makes the terminal this process's standard error, where reports go.
  func becomeStandardError() {
    if descriptor != STDERR_FILENO { dup2(descriptor, STDERR_FILENO) }
  }
}

/// Lines of the terminal's that are drawn again and again, in place, while a program runs
/// (console_codes(4)).
///
/// It takes neither the terminal's second screen nor its cursor: a Tandem that is killed leaves the last
/// lines and nothing that has to be mended.
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
    // What a shell has written meanwhile isn't to be drawn over.
    signal(SIGCONT) { _ in hasGoneOn.store(true, ordering: .relaxed) }
  }

  private var terminal: LiveTerminal { LiveTerminal(descriptor: descriptor) }

  /// Takes what was drawn away.
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

  /// Whether what was drawn is still where it was: nobody else had the terminal meanwhile, and its lines
  /// were not wrapped anew.
  private func canDrawOver(_ columns: Int) -> Bool {
    !hasGoneOn.exchange(false, ordering: .relaxed) && terminal.isInForeground
      && terminal.size.columns == columns
  }

  /// A screen that can't be drawn is no reason to stop watching.
  private func write(_ text: String) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count <= 0 { return }
      bytes = bytes.dropFirst(count)
    }
  }
}

extension LiveTerminal {
  /// The terminal behind a descriptor that is known to lead to one.
  fileprivate init(descriptor: CInt) { self.descriptor = descriptor }
}

/// Whether this process was stopped and goes on again; a handler can't have a context.
private let hasGoneOn = Atomic<Bool>(false)
