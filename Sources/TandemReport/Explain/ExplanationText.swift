package import TandemModel

/// What `tandem explain` prints: what was seen of a program, for a terminal or a pipe.
///
/// The same values give the same text. Colour adds escape sequences and nothing else.
package struct ExplanationText: Sendable {
  /// The report.
  package let report: ExplainReport
  /// What each worker did when; nil when it wasn't kept.
  package let timeline: ObservedTimeline?
  /// How it is laid out.
  package let style: TerminalReport.Style
  /// Whether the meanings of the numbers are left out.
  package let isBrief: Bool

  /// Makes a renderer.
  ///
  /// - Parameters:
  ///   - report: What was seen.
  ///   - timeline: What each worker did when; without it, no timeline is drawn.
  ///   - style: How it is laid out.
  ///   - isBrief: Whether the meanings of the numbers are left out.
  package init(
    report: ExplainReport, timeline: ObservedTimeline?, style: TerminalReport.Style,
    isBrief: Bool = false
  ) {
    self.report = report
    self.timeline = timeline
    self.style = style
    self.isBrief = isBrief
  }

  /// The whole text, ending in a line feed.
  package var text: String {
    let width = style.width
    let sections: [[StyledLine]] = [
      ProgramSection(report: report).lines(width: width),
      ProgramSection.headline(of: report, width: width),
      TimeSection(report: report).lines(width: width),
      timeline.map { TimelineSection(report: report, timeline: $0).lines(width: width) } ?? [],
      WorkerSection(report: report).lines(width: width),
      GILSection(report: report).lines(width: width),
      LockSection(report: report).lines(width: width),
      isBrief ? [] : ExplanationLegend(report: report).lines(width: width),
      FindingSection(findings: report.findings).lines(width: width),
      LeftOutSection(omitted: report.omitted, heading: "What could not be seen")
        .lines(width: width),
      CostSection(report: report).lines(width: width),
      SourceSection(report: report).lines(width: width),
    ]
    return Self.joined(sections, color: style.color)
  }

  /// Sections with an empty line between them.
  static func joined(_ sections: [[StyledLine]], color: Bool) -> String {
    sections.filter { !$0.isEmpty }
      .map { $0.map { $0.rendered(color: color) + "\n" }.joined() }
      .joined(separator: "\n")
  }
}
