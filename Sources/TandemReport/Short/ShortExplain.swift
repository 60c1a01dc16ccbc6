import TandemModel
import TandemText

/// The short form of what was seen of a program.
struct ShortExplain {
  /// The report.
  var report: ExplainReport
  /// Whether it was read from a file.
  var isSaved: Bool

  /// The sections.
  var section: ShortReport {
    ShortReport(
      above: [RunSection(report: report), answer, whatEachDid, why],
      findings: ShortFindings(findings: report.findings),
      below: [
        cost,
        SureSection(
          parts: Self.sure(report), unseen: ShortCompare.unseen(report.omitted),
          more: SureSection.more(isSaved: isSaved)),
      ])
  }

  private var answer: any Section {
    // A report of an earlier version has no answer: its figures are the next best.
    guard let sentence = report.sentence else { return HeadlineSection(report: report) }
    return AnswerSection(
      answer: sentence, isDecided: report.standstills.allSatisfy(\.isOver))
  }

  /// The timeline, or who waits for whom where the program doesn't go on.
  private var whatEachDid: any Section {
    if report.standstills.contains(where: { !$0.isOver }) {
      return StandstillSection(report: report, most: 1, mostWaits: 6)
    }
    guard let timeline = report.timeline else { return LineSection(lines: []) }
    return ShortTimeline(report: report, timeline: timeline)
  }

  private var why: any Section {
    ShareBars(
      title: "Where \(FigureText.duration(report.wallSeconds)) went", shares: report.wallShares)
  }

  /// What observing cost, where that was asked for.
  private var cost: any Section {
    report.observer.cost == nil ? LineSection(lines: []) : CostSection(report: report)
  }

  /// Where the figures come from.
  static func sure(_ report: ExplainReport) -> [String] {
    let sources = report.sources
    var parts: [String] = []
    switch sources.switches {
    case .exact:
      parts.append("every context switch was recorded")
      if sources.lostSeconds > 0 {
        parts.append(
          "but in \(FigureText.duration(sources.lostSeconds)) records were lost")
      }
    case .sampled:
      parts.append("sampled from /proc: short lives and short waits are missing")
    }
    if let share = sources.attributedShare {
      parts.append("\(FigureText.percent(share)) of the waiting was looked into")
    }
    if let starts = CostSection(report: report).briefStarts { parts.append(starts) }
    return parts
  }
}

/// What was run, how long it took and how it ended.
struct RunSection: Section {
  /// The report.
  var report: ExplainReport

  /// The most columns of a command.
  private static let mostColumns = 180

  private var timeText: String {
    report.exit == nil ? "watched for \(report.endText)" : report.endText
  }

  /// The CPUs, where they are fewer than the machine's.
  private var machine: [String] {
    let machine = report.machine
    return machine.cpuQuota != nil || machine.cpusAllowed < machine.cpusOnline
      ? [machine.cpuText] : []
  }

  /// The version of Python, where there is one.
  private var pythons: [String] {
    let versions = Set(report.gil.compactMap(\.version))
    return versions.count == 1 ? versions.map { "Python \(TextWidth.sanitized($0))" } : []
  }

  /// The section's lines.
  func lines(width: Int) -> [StyledLine] {
    let command = TextWidth.truncated(
      report.briefCommand, to: min(Self.mostColumns, 2 * width - 40))
    var lines = StyledLine.wrapped(
      command, after: "tandem explain  ", .heading, ink: .strong, width: width)
    lines += StyledLine.joined(
      [timeText, report.startedText] + pythons + machine, after: "  ",
      ink: ProgramSection.ink(of: report.exit),
      width: width)
    if let launcher = ProgramSection.launcherText(report) {
      lines += StyledLine.wrapped(
        launcher, after: "  launcher: ", .faint, ink: .faint, width: width)
    }
    if let left = ProgramSection.leftText(report) {
      lines += StyledLine.wrapped(left, after: "  ", ink: .notice, width: width)
    }
    return lines
  }
}
