public import TandemModel

/// A report that has a text for people.
///
/// The short form is at most 40 lines at 100 columns, read from the top: what was run, the answer, what
/// shows it, why, what was found, how sure that is. The long form has everything.
public protocol TerminalReport: Sendable {
  /// The report as the command prints it.
  ///
  /// - Parameter options: How it is laid out.
  /// - Returns: Text of several lines, ending in a line feed.
  func terminalText(_ options: TextOptions) -> String
}

extension TerminalReport {
  /// The report as the command prints it.
  ///
  /// - Parameters:
  ///   - width: The columns that no line exceeds; at least 40 are used.
  ///   - color: Whether escape sequences for colour are written.
  ///   - details: Whether everything is printed, rather than the answer in at most 40 lines.
  /// - Returns: Text of several lines, ending in a line feed.
  public func terminalText(
    width: Int = 100, color: Bool = false, details: Bool = false
  ) -> String {
    terminalText(TextOptions(width: width, color: color, details: details))
  }
}

extension CompareReport: TerminalReport {
  /// The report as `tandem compare` prints it.
  public func terminalText(_ options: TextOptions) -> String {
    options.details
      ? CompareText(self, style: options.style).text
      : options.style.text(of: [ShortCompare(report: self, source: options.source).section])
  }
}

extension ExplainReport: TerminalReport {
  /// The report as `tandem explain` prints it.
  public func terminalText(_ options: TextOptions) -> String {
    options.details
      ? ExplainText(report: self, timeline: timeline, style: options.style).text
      : options.style.text(of: [ShortExplain(report: self, source: options.source).section])
  }
}

extension ExplainDifference: TerminalReport {
  /// The difference as `tandem explain --vs` prints it.
  public func terminalText(_ options: TextOptions) -> String {
    options.details
      ? ExplainDifferenceText(self, style: options.style).text
      : options.style.text(of: [ShortDifference(difference: self, source: options.source).section]
      )
  }
}

extension ExplainSweep: TerminalReport {
  /// The sweep as `tandem explain --sweep` prints it.
  public func terminalText(_ options: TextOptions) -> String {
    options.details
      ? ExplainSweepText(self, style: options.style).text
      : options.style.text(of: [ShortSweep(sweep: self, source: options.source).section])
  }
}

extension DoctorReport: TerminalReport {
  /// The report as `tandem doctor` prints it, which has one form.
  public func terminalText(_ options: TextOptions) -> String {
    DoctorText(self, style: options.style).text
  }
}
