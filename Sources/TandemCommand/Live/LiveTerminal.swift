import Glibc
import TandemReport
import TandemSystem

/// The terminal of a full-screen view: the controlling terminal, or else standard error if it is one.
enum LiveTerminal {
  /// The terminal; nil when there is none.
  ///
  /// - Returns: the terminal, with a descriptor that stays open as long as the process lives.
  static func open() -> Terminal? { Terminal.controlling() ?? Terminal(STDERR_FILENO) }

  /// Why nothing can be drawn on it, and what to do instead; nil where it can be.
  static var refusal: String? {
    let remedy = "leave out --live: the report comes at the end"
    // Not left open: this is asked before gaps among the standard streams are filled.
    guard let size = size else { return "--live needs a terminal; \(remedy)" }
    if !Terminal.canBeDrawnOn {
      let kind = getenv("TERM").map { String(cString: $0) } ?? ""
      return """
        --live can't draw on a terminal of the kind '\(kind)' (TERM); set TERM to what it is, or \(remedy)
        """
    }
    let least = LiveFrame.least
    guard size.rows >= least.rows, size.columns >= least.columns else {
      return """
        --live needs \(least.columns) columns and \(least.rows) rows, and this terminal has \
        \(size.columns) and \(size.rows); enlarge it, or \(remedy)
        """
    }
    return nil
  }

  /// What a terminal is taken for that doesn't report its rows and columns.
  static let usualSize = (rows: 24, columns: 80)

  /// Rows and columns; nil when there is no terminal.
  private static var size: (rows: Int, columns: Int)? {
    if let descriptor = try? Descriptor.open("/dev/tty", .readWrite),
      let terminal = Terminal(descriptor.rawValue)
    {
      return terminal.size ?? usualSize
    }
    return Terminal(STDERR_FILENO).map { $0.size ?? usualSize }
  }
}
