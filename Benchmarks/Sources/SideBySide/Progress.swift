import Foundation

/// What goes on, on standard error.
enum Progress {
  /// Shows a line in place of the one before; nil takes it away.
  ///
  /// Silent unless it is a terminal.
  static func show(_ line: String?) {
    guard isatty(2) == 1 else { return }
    write("\r\u{1B}[K" + (line ?? ""))
  }

  /// Writes text.
  static func write(_ text: String) {
    FileHandle.standardError.write(Data(text.utf8))
  }
}
