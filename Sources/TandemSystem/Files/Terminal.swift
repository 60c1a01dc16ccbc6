internal import CTandemShims
internal import Glibc

/// A terminal behind an open descriptor.
package struct Terminal: Sendable {
  /// The descriptor; its owner keeps it open.
  package let descriptor: CInt

  /// The terminal behind a descriptor.
  ///
  /// - Parameter descriptor: an open descriptor; nil comes of one that leads to no terminal.
  package init?(_ descriptor: CInt) {
    guard isatty(descriptor) == 1 else { return nil }
    self.descriptor = descriptor
  }

  /// The terminal that controls this process's session (tty(4)); nil when there is none.
  ///
  /// - Returns: the terminal, with a descriptor that stays open as long as the process lives.
  package static func controlling() -> Terminal? {
    guard let opened = try? Descriptor.open("/dev/tty", .readWrite) else { return nil }
    return Terminal(opened.relinquish())
  }

  /// Whether it has rows and columns that can be drawn on again, as `TERM` says (terminfo(5)).
  package static var canBeDrawnOn: Bool {
    // SAFETY: the string is copied at once; nothing here changes the environment.
    let name = unsafe getenv("TERM").map { unsafe String(cString: $0) } ?? ""
    return !name.isEmpty && name != "dumb" && name != "unknown"
  }

  /// Whether text for people is written in UTF-8, as the locale says (setlocale(3)); in ASCII otherwise.
  ///
  /// The first of `LC_ALL`, `LC_CTYPE` and `LANG` that is set names the locale; without one it is `C`.
  package static let takesUTF8: Bool = {
    let variables: [String] = ["LC_ALL", "LC_CTYPE", "LANG"]
    // SAFETY: the strings are copied at once; nothing here changes the environment.
    let values = variables.compactMap { name in
      unsafe getenv(name).map { unsafe String(cString: $0) }
    }
    let name = values.first { !$0.isEmpty }?.lowercased() ?? "c"
    return name.contains("utf-8") || name.contains("utf8")
  }()

  /// Rows and columns; nil when it doesn't report them (ioctl_tty(2), `TIOCGWINSZ`).
  package var size: (rows: Int, columns: Int)? {
    var size = winsize()
    // SAFETY: the kernel fills in the struct.
    guard unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_row > 0, size.ws_col > 0
    else { return nil }
    return (Int(size.ws_row), Int(size.ws_col))
  }

  /// Whether this process may draw there: it isn't in the background of the session that the terminal
  /// controls (tcgetpgrp(3)).
  package var isInForeground: Bool {
    let group = tcgetpgrp(descriptor)
    // Another session's terminal has no background for this process.
    return group < 0 || group == getpgrp()
  }

  /// Whether a descriptor leads to the same terminal.
  ///
  /// - Parameter other: an open descriptor, or none.
  /// - Returns: whether both are controlled by one session, or are one device.
  package func isBehind(_ other: CInt) -> Bool {
    guard isatty(other) == 1 else { return false }
    let (mine, its) = (tcgetsid(descriptor), tcgetsid(other))
    if mine >= 0, its >= 0 { return mine == its }
    var (first, second) = (stat(), stat())
    // SAFETY: the kernel fills in the structs.
    return unsafe fstat(descriptor, &first) == 0 && fstat(other, &second) == 0
      && first.st_rdev == second.st_rdev
  }

  /// How a terminal takes keys and echoes them (termios(3)).
  package struct Mode: Sendable {
    var value: termios

    /// The same mode for drawing: keys come at once and aren't echoed; Ctrl-C and Ctrl-Z send signals.
    package var forDrawing: Mode {
      var mode = self
      // SAFETY: the struct is ours.
      unsafe tandem_terminal_mode(&mode.value)
      return mode
    }
  }

  /// The present mode.
  ///
  /// - Returns: the mode.
  /// - Throws: the error number of tcgetattr(3).
  package func mode() throws(Errno) -> Mode {
    var value = termios()
    // SAFETY: the struct is filled in.
    try Syscall.check { unsafe tcgetattr(descriptor, &value) }
    return Mode(value: value)
  }

  /// Sets a mode, also from the background.
  ///
  /// - Parameter mode: the mode.
  /// - Throws: the error number of tcsetattr(3).
  package func set(_ mode: Mode) throws(Errno) {
    var value = mode.value
    // SAFETY: the struct is only read.
    try Syscall.check { unsafe tandem_terminal_set(descriptor, &value) }
  }
}
