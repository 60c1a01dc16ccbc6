package import TandemModel
import TandemText

/// Two saved results, before and after.
package struct ChangeReport: TerminalReport {
  /// A saved result.
  package struct Side: Sendable, Equatable {
    /// The file that it was read from.
    package var file: String
    /// What it says in words.
    package var digest: ReportDigest

    /// Makes a side.
    package init(file: String, digest: ReportDigest) {
      self.file = file
      self.digest = digest
    }
  }

  /// What changed.
  package var change: ResultChange
  /// The first result.
  package var before: Side
  /// The second.
  package var after: Side

  /// Makes a report.
  package init(change: ResultChange, before: Side, after: Side) {
    self.change = change
    self.before = before
    self.after = after
  }

  /// The report as `tandem show` prints it; with details, the table has every row.
  package func terminalText(_ options: TextOptions) -> String {
    options.style.text(of: [section(hasAllRows: options.details)])
  }

  private func section(hasAllRows: Bool) -> ShortReport {
    ShortReport(
      above: [
        ChangeHeader(before: before, after: after),
        AnswerSection(answer: change.answer, isDecided: isDecided, aside: change.aside),
        UnlikeSection(clauses: change.unlike),
        ChangeTable(change: change, hasAllRows: hasAllRows),
        why,
      ],
      findings: ShortFindings(findings: []),
      below: [
        CheckSection(check: change.check),
        SureSection(
          parts: sure, unseen: [],
          more: "tandem show FILE prints either; with --details the table has every row"),
      ])
  }

  private var isDecided: Bool {
    change.counting.contains { change.rows[$0].shown != .undecided }
  }

  /// The parts of the difference of two observed runs.
  private var why: any Section {
    guard let observed = change.observed else { return LineSection(lines: []) }
    return WhySection(
      title: "Where the wall time differs, after minus before, in one observed run of each",
      column: DifferenceColumn(
        whole: observed.differenceSeconds, parts: observed.parts,
        residual: observed.residualSeconds, most: ShareBars.most))
  }

  /// What the intervals know, and what they don't.
  var sure: [String] {
    var parts = [
      """
      the runs of two results are not paired: an interval doesn't know what else changed in between
      """
    ]
    let timed = change.rows.filter { $0.unit == .seconds && $0.why == nil }
    if timed.contains(where: { $0.ratioCI95 == nil }) {
      parts.append("an interval of 95 % needs six runs of each")
    }
    if change.margin > 1 {
      parts.append("less than \(FigureText.setting(share: change.margin - 1)) counts as the same")
    }
    return parts
  }
}

/// Which files were compared, and what is in them.
private struct ChangeHeader: Section {
  var before: ChangeReport.Side
  var after: ChangeReport.Side

  /// The most columns of a file's name.
  private static let mostOfFile = 40

  func lines(width: Int) -> [StyledLine] {
    [.heading("tandem show  before and after")]
      + [("before", before), ("after", after)].flatMap { name, side in
        let file = TextWidth.shortened(TextWidth.sanitized(side.file), to: Self.mostOfFile)
        let what = "\(side.digest.tool) \(TextWidth.sanitized(side.digest.command))"
        return StyledLine.wrapped(
          TextWidth.truncated("\(file) · \(what)", to: 2 * width - 24),
          after: "  " + name.padding(to: 8), .faint, width: width)
      }
  }
}

/// In what the two are not alike, which may be why they differ.
private struct UnlikeSection: Section {
  var clauses: [String]

  /// The most that are named.
  private static let most = 5

  func lines(width: Int) -> [StyledLine] {
    if clauses.isEmpty { return [] }
    let rest = clauses.count - Self.most
    let named = clauses.prefix(Self.most) + (rest > 0 ? ["\(FigureText.count(rest)) more"] : [])
    return StyledLine.wrapped(
      TextWidth.sanitized(
        "\(FigureText.list(Array(named))) differ: the times may differ because of that"),
      after: "Warning   ", .bad, ink: .notice, width: width)
  }
}

/// What a check gives.
private struct CheckSection: Section {
  var check: SlowerCheck?

  func lines(width: Int) -> [StyledLine] {
    guard let check else { return [] }
    return StyledLine.wrapped(
      TextWidth.sanitized("\(check.resultText): \(check.reason)"), after: "Check     ", .strong,
      ink: check.outcome == .notSlower ? .good : .bad, width: width)
  }
}

extension SlowerCheck {
  /// What it gives, in a word or two.
  package var resultText: String {
    switch outcome {
    case .slower: "failed"
    case .notSlower: "passed"
    case .impossible: "not possible"
    }
  }
}
