package import TandemModel

/// What `tandem explain --details` prints: what was seen of a program, for a terminal or a pipe.
///
/// The same values give the same text. Colour adds escape sequences and nothing else.
package struct ExplainText: Sendable {
  /// The report.
  package let report: ExplainReport
  /// What each worker did when; nil when it wasn't kept.
  package let timeline: ObservedTimeline?
  /// How it is laid out.
  package let style: ReportStyle

  /// Makes a renderer.
  ///
  /// - Parameters:
  ///   - report: What was seen.
  ///   - timeline: What each worker did when; without it, no timeline is drawn.
  ///   - style: How it is laid out.
  package init(
    report: ExplainReport, timeline: ObservedTimeline?, style: ReportStyle
  ) {
    self.report = report
    self.timeline = timeline
    self.style = style
  }

  /// The whole text, ending in a line feed.
  package var text: String {
    var sections: [any Section] = [
      ProgramSection(report: report), HeadlineSection(report: report),
      StandstillSection(report: report), TimeSection(report: report),
    ]
    if let timeline { sections.append(TimelineSection(report: report, timeline: timeline)) }
    sections += [
      WorkerSection(report: report), GILSection(report: report), LockSection(report: report),
      DataSection(report: report), ExplainLegend(report: report),
      FindingSection(findings: report.findings),
      OmissionSection(omitted: report.omitted, heading: "What could not be observed"),
      CostSection(report: report), SourceSection(report: report),
    ]
    return style.text(of: sections)
  }
}
