public import TandemModel

extension CompareReport {
  /// The report as `tandem compare` prints it.
  ///
  /// - Parameters:
  ///   - width: the columns that no line exceeds; at least 40 are used.
  ///   - color: whether escape sequences for colour are written.
  /// - Returns: text of several lines, ending in a line feed.
  public func terminalText(width: Int = 100, color: Bool = false) -> String {
    CompareText(self, style: ReportStyle(color: color, width: width)).text
  }
}

extension ExplainReport {
  /// The report as `tandem explain` prints it.
  ///
  /// A report that was read from JSON has no timeline, and none is drawn.
  ///
  /// - Parameters:
  ///   - width: the columns that no line exceeds; at least 40 are used.
  ///   - color: whether escape sequences for colour are written.
  ///   - isBrief: whether the meanings of the numbers are left out, and findings whose cure could save next
  ///     to nothing.
  /// - Returns: text of several lines, ending in a line feed.
  public func terminalText(
    width: Int = 100, color: Bool = false, isBrief: Bool = false
  ) -> String {
    ExplainText(
      report: self, timeline: timeline, style: ReportStyle(color: color, width: width),
      isBrief: isBrief
    ).text
  }
}

extension ExplainDifference {
  /// The difference as `tandem explain --vs` prints it.
  ///
  /// - Parameters:
  ///   - width: the columns that no line exceeds; at least 40 are used.
  ///   - color: whether escape sequences for colour are written.
  /// - Returns: text of several lines, ending in a line feed.
  public func terminalText(width: Int = 100, color: Bool = false) -> String {
    ExplainDifferenceText(self, style: ReportStyle(color: color, width: width)).text
  }
}

extension ExplainSweep {
  /// The sweep as `tandem explain --sweep` prints it.
  ///
  /// - Parameters:
  ///   - width: the columns that no line exceeds; at least 40 are used.
  ///   - color: whether escape sequences for colour are written.
  /// - Returns: text of several lines, ending in a line feed.
  public func terminalText(width: Int = 100, color: Bool = false) -> String {
    ExplainSweepText(self, style: ReportStyle(color: color, width: width)).text
  }
}

extension DoctorReport {
  /// The report as `tandem doctor` prints it.
  ///
  /// - Parameters:
  ///   - width: the columns that no line exceeds; at least 40 are used.
  ///   - color: whether escape sequences for colour are written.
  /// - Returns: text of several lines, ending in a line feed.
  public func terminalText(width: Int = 100, color: Bool = false) -> String {
    DoctorText(self, style: ReportStyle(color: color, width: width)).text
  }
}
