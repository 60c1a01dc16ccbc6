import Glibc

/// The terminal for a live screen: the controlling terminal, or else standard error if it is a terminal.
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

  /// Which of a command's output streams lead to this terminal; nil for none.
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

  /// Rows and columns; 24 and 80 when the terminal doesn't report them.
  var size: (rows: Int, columns: Int) {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_row > 0, size.ws_col > 0 else {
      return (24, 80)
    }
    return (Int(size.ws_row), Int(size.ws_col))
  }

  /// Makes the terminal this process's standard error, to which reports go.
  func becomeStandardError() {
    if descriptor != STDERR_FILENO { dup2(descriptor, STDERR_FILENO) }
  }

  /// The terminal behind a descriptor that leads to one.
  init(descriptor: CInt) { self.descriptor = descriptor }
}
