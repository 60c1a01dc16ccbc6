import TandemModel
import TandemText

/// The short form of what was seen of a program.
struct ShortExplain {
  /// The report.
  var report: ExplainReport
  /// Where it comes from.
  var source: TextOptions.Source

  /// The sections.
  var section: ShortReport {
    ShortReport(
      above: [RunSection(report: report), answer, whatEachDid, why],
      findings: ShortFindings(findings: findings),
      below: [
        cost,
        SureSection(
          parts: Self.sure(report), unseen: ShortCompare.unseen(report.omitted),
          more: SureSection.more(source)),
      ])
  }

  private var answer: any Section {
    // A report of an earlier version has no answer: its figures are the next best.
    guard let sentence = report.sentence else { return HeadlineSection(report: report) }
    return AnswerSection(
      answer: sentence, isDecided: report.standstills.allSatisfy(\.isOver))
  }

  /// The timeline, or who waits for whom where the program doesn't go on.
  var whatEachDid: any Section {
    if standsStill {
      return StandstillSection(
        report: report, most: 1, mostWaits: 6, saysHowToEnd: source != .file)
    }
    guard let timeline = report.timeline else { return LineSection(lines: []) }
    return ShortTimeline(report: report, timeline: timeline)
  }

  private var standsStill: Bool { report.standstills.contains { !$0.isOver } }

  /// The share of the wall time in which a program stands still that leaves nothing to divide.
  private static let nearlyAll = 0.9

  private var why: any Section {
    // All of that time went to the waits that are listed.
    if report.standstills.contains(where: {
      $0.isWholeProgram && !$0.isOver && $0.seconds >= Self.nearlyAll * report.wallSeconds
    }) {
      return LineSection(lines: [])
    }
    return ShareBars(
      title: "Where \(FigureText.duration(report.wallSeconds)) went", shares: report.wallShares)
  }

  /// The findings; that the program stands still is said above them, so only why is left of that.
  var findings: [Finding] {
    if !standsStill { return report.findings }
    return report.findings.map { finding in
      guard finding.rule == "stands-still", let colon = finding.claim.firstRange(of: ": ") else {
        return finding
      }
      var finding = finding
      finding.claim = "Why: \(finding.claim[colon.upperBound...])"
      return finding
    }
  }

  /// What observing cost, where that was asked for.
  private var cost: any Section {
    report.observer.cost == nil ? LineSection(lines: []) : CostSection(report: report)
  }

  /// The share of the waiting whose reason was seen from which on the rest isn't worth a word.
  private static let attributedEnough = 0.95
  /// The share up to which nothing can be inferred from it.
  private static let hardlyAttributed = 0.05

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
    if let share = sources.attributedShare, share < attributedEnough {
      parts.append(
        share < hardlyAttributed
          ? "hardly any of the waiting was looked into"
          : """
          the reason was seen for \(FigureText.percent(share)) of the waiting, and inferred from that \
          for the rest
          """)
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

  /// How long it took and how it ended, what it started, and on what.
  var facts: [String] { [timeText, report.startedText] + report.pythonTexts + machine }

  /// The section's lines.
  func lines(width: Int) -> [StyledLine] {
    let command = TextWidth.truncated(
      report.briefCommand, to: min(Self.mostColumns, 2 * width - 40))
    var lines = StyledLine.wrapped(
      command, after: "tandem explain  ", .heading, ink: .strong, width: width)
    lines += StyledLine.joined(
      facts, after: "  ", ink: ProgramSection.ink(of: report.exit), width: width)
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
