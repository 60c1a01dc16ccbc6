public import TandemModel

extension ExplainReport {
  /// The report as `tandem explain` prints it.
  ///
  /// - Parameters:
  ///   - width: The columns that no line exceeds; at least 40 are used.
  ///   - color: Whether escape sequences for colour are written.
  ///   - isBrief: Whether the meanings of the numbers are left out.
  /// - Returns: Text of several lines, ending in a line feed.
  public func terminalText(
    width: Int = 100, color: Bool = false, isBrief: Bool = false
  ) -> String {
    ExplanationText(
      report: self, timeline: timeline, style: .init(color: color, width: width), isBrief: isBrief
    ).text
  }
}

extension ExplainDifference {
  /// Both programs as `tandem explain --vs` prints them.
  ///
  /// - Parameters:
  ///   - width: The columns that no line exceeds; at least 40 are used.
  ///   - color: Whether escape sequences for colour are written.
  /// - Returns: Text of several lines, ending in a line feed.
  public func terminalText(width: Int = 100, color: Bool = false) -> String {
    VersusText(self, style: .init(color: color, width: width)).text
  }
}
