public import TandemModel

extension CompareReport {
  /// The report as `tandem compare` prints it.
  ///
  /// - Parameters:
  ///   - width: the columns that no line exceeds; at least 40 are used.
  ///   - color: whether escape sequences for colour are written.
  /// - Returns: text of several lines, ending in a line feed.
  public func terminalText(width: Int = 100, color: Bool = false) -> String {
    TerminalReport(self, style: .init(color: color, width: width)).text
  }
}
