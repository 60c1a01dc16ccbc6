package import TandemModel

/// What `tandem explain` prints: what was seen of a program, for a terminal or a pipe.
///
/// The same values give the same text. Colour adds escape sequences and nothing else.
package struct ExplainText: Sendable {
  /// The report.
  package let report: ExplainReport
  /// What each worker did when; nil when it wasn't kept.
  package let timeline: ObservedTimeline?
  /// How it is laid out.
  package let style: ReportStyle
  /// Whether the meanings of the numbers are left out, and findings whose cure could save next to nothing.
  package let isBrief: Bool

  /// Makes a renderer.
  ///
  /// - Parameters:
  ///   - report: What was seen.
  ///   - timeline: What each worker did when; without it, no timeline is drawn.
  ///   - style: How it is laid out.
  ///   - isBrief: Whether the meanings of the numbers are left out.
  package init(
    report: ExplainReport, timeline: ObservedTimeline?, style: ReportStyle,
    isBrief: Bool = false
  ) {
    self.report = report
    self.timeline = timeline
    self.style = style
    self.isBrief = isBrief
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
      DataSection(report: report),
    ]
    if !isBrief { sections.append(ExplainLegend(report: report)) }
    sections += [
      FindingSection(findings: report.findings, isBrief: isBrief),
      OmissionSection(omitted: report.omitted, heading: "What could not be observed"),
      CostSection(report: report), SourceSection(report: report),
    ]
    return style.text(of: sections)
  }
}
