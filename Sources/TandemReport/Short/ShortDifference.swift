import TandemModel
import TandemText

/// The short form of two programs side by side.
struct ShortDifference {
  /// Both programs, and the difference.
  var difference: ExplainDifference
  /// Where it comes from.
  var source: TextOptions.Source

  /// The most figures.
  private static let mostFigures = 6

  /// The sections.
  var section: ShortReport {
    let sentence = FirstSentence(difference.sentence)
    return ShortReport(
      above: [
        PairSection(difference: difference),
        AnswerSection(
          answer: sentence.first, isDecided: isDecided, aside: sentence.rest),
        figures,
        WhySection(
          title: "Where the wall time differs, second minus first, in one observed run of each",
          column: DifferenceColumn(
            whole: difference.differenceSeconds, parts: difference.parts,
            residual: difference.residualSeconds, most: ShareBars.most)),
      ],
      findings: ShortFindings(findings: findings),
      below: [
        SureSection(
          parts: sure, unseen: ShortCompare.unseen(difference.first.omitted),
          more: SureSection.more(source))
      ])
  }

  private var isDecided: Bool {
    [.larger, .smaller].contains(difference.comparisons[.wall]?.shown)
      && (difference.first.exit == difference.second.exit
        || difference.first.exit == nil || difference.second.exit == nil)
  }

  /// What the runs take.
  var figures: RunFigureSection {
    let main: Set<RunFigure> = [.wall, .cpu, .user, .system, .voluntarySwitches, .minorFaults]
    return RunFigureSection(
      comparisons: Array(
        difference.comparisons.filter { main.contains($0.figure) }.prefix(Self.mostFigures)),
      repeated: difference.repeated, base: "first", value: "second")
  }

  /// What was found in the difference and in either program, what could save most first.
  var findings: [Finding] {
    Self.sorted(
      difference.findings + Self.about("The first", difference.first)
        + Self.about("The second", difference.second))
  }

  /// How many runs there were, and what follows from that.
  var sure: [String] {
    let pairs = difference.comparisons[.wall]?.pairs ?? 0
    var parts: [String] = []
    if difference.repeated.areUnobserved {
      parts.append("\(FigureText.count(pairs, "timed run")) of each, in turns")
      if pairs > 1 { parts.append(SureSection.pairedRatios) }
      if pairs < 6 { parts.append("an interval of 95 % needs six") }
    } else {
      parts.append("one observed run of each")
    }
    if let reason = difference.repeated.reason { parts.append(SureSection.clause(reason)) }
    return parts + ShortExplain.sure(difference.second).prefix(1)
  }

  /// Those that could save most first, and those of which that isn't known last.
  private static func sorted(_ findings: [Finding]) -> [Finding] {
    findings.enumerated().sorted {
      (-($0.element.potentialGain?.seconds ?? -1), $0.offset)
        < (-($1.element.potentialGain?.seconds ?? -1), $1.offset)
    }.map(\.element)
  }

  /// The findings about one program, which say so.
  private static func about(_ name: String, _ report: ExplainReport) -> [Finding] {
    report.findings.map { finding in
      var finding = finding
      finding.claim = "\(name): \(finding.claim)"
      return finding
    }
  }
}

extension ExplainReport {
  /// The command line that --vs was given, which a shell runs.
  var shellLine: String? {
    command.count == 3 && command[0] == "/bin/sh" && command[1] == "-c"
      ? TextWidth.sanitized(command[2]) : nil
  }
}

/// Two commands, and how they ended.
struct PairSection: Section {
  /// The programs.
  var difference: ExplainDifference

  /// The section's lines.
  func lines(width: Int) -> [StyledLine] {
    var lines = [StyledLine("tandem explain --vs", .heading)]
    for (name, report) in [("first", difference.first), ("second", difference.second)] {
      let command = report.shellLine ?? report.briefCommand
      let shell = report.shellLine == nil ? [] : ["through /bin/sh"]
      let end = ([report.endText] + report.pythonTexts + shell).joined(separator: " · ")
      let room = width - 14 - TextWidth.columns(of: end)
      let isOneLine = TextWidth.columns(of: command) <= room
      lines += StyledLine.wrapped(
        TextWidth.truncated(command, to: width - 10)
          + (isOneLine ? "  (\(end))" : ""),
        after: "  " + name.padding(to: 8), .faint, ink: ProgramSection.ink(of: report.exit),
        width: width)
      if !isOneLine {
        lines += StyledLine.wrapped(end, after: "  " + "".padding(to: 8), width: width)
      }
    }
    return lines
  }
}

/// A text's first sentence, and the others.
struct FirstSentence {
  /// The first one.
  let first: String
  /// What follows; empty for nothing.
  let rest: String

  /// Divides a text.
  init(_ text: String) {
    guard let end = text.firstRange(of: ". ") else {
      (first, rest) = (text, "")
      return
    }
    first = String(text[..<end.lowerBound]) + "."
    rest = String(text[end.upperBound...])
  }
}
