package import TandemModel

/// What `tandem compare` prints: a report as text for a terminal or a pipe.
///
/// The same report gives the same text. Colour adds escape sequences and nothing else.
package struct CompareText: Sendable {
  /// The report.
  package let report: CompareReport
  /// How it is laid out.
  package let style: ReportStyle

  /// Makes a renderer.
  ///
  /// - Parameters:
  ///   - report: What was found.
  ///   - style: How it is laid out.
  package init(_ report: CompareReport, style: ReportStyle) {
    self.report = report
    self.style = style
  }

  /// The whole text, ending in a line feed.
  package var text: String {
    let interpreters = InterpreterNames(report.runs)
    let sections: [any Section] =
      [HeaderSection(report: report, interpreters: interpreters)]
      + ModelSection.sections(of: report, interpreters: interpreters)
      + [
        CompareLegend(report: report),
        NotMeasuredSection(report: report, interpreters: interpreters),
        PoolSection(report: report, interpreters: interpreters),
        PythonPoolSection(report: report, interpreters: interpreters),
        CrossingSection(report: report, interpreters: interpreters),
        WatchedSection(report: report, interpreters: interpreters),
        SweepSection(report: report, interpreters: interpreters),
        DifferenceSection(report: report, interpreters: interpreters),
        FindingSection(findings: report.findings),
        OmissionSection(omitted: report.omitted),
        VerdictSection(verdict: report.verdict),
        CodeSection(code: report.code),
      ]
    return style.text(of: sections)
  }
}
