import TandemModel
import TandemText

/// The columns for which what is drawn in a block is laid out.
private let blockWidth = 100

extension CompareReport {
  /// The comparison in Markdown.
  package var markdown: String {
    let short = ShortCompare(report: self, source: .file)
    let ranking = ModelRanking(self)
    let header = WorkSection(report: self, ranking: ranking)
    let (models, hidden) = ranking.table(width: blockWidth, most: 12)
    return MarkdownReport(
      tool: "tandem compare", command: header.workText, facts: header.facts,
      answer: short.answerText(ranking), aside: verdict.reason,
      evidence: [
        MarkdownText.table(models, hasNames: true),
        hidden > 0 ? "and \(FigureText.count(hidden, "more model"))\n" : "",
        code.map { MarkdownText.block($0.lines, language: $0.language) } ?? "",
      ],
      findings: findings, sure: short.sure, unseen: short.leftOut, version: tandemVersion
    ).text
  }
}

extension ExplainReport {
  /// What was seen of a program, in Markdown.
  package var markdown: String {
    let short = ShortExplain(report: self, source: .file)
    let run = RunSection(report: self)
    let drawn = short.whatEachDid.lines(width: blockWidth).map { $0.rendered(color: false) }
    return MarkdownReport(
      tool: "tandem explain", command: briefCommand, facts: run.facts,
      answer: sentence ?? headline,
      evidence: [
        drawn.isEmpty ? "" : MarkdownText.block(drawn),
        MarkdownText.table(Self.table(of: wallShares), hasNames: false),
      ],
      findings: short.findings, sure: ShortExplain.sure(self),
      unseen: ShortCompare.unseen(omitted), version: tandemVersion
    ).text
  }

  /// Where a wall time went, the most first.
  private static func table(of shares: [StateShare]) -> TextTable {
    let parts = shares.filter { $0.seconds > 0 }.sorted { $0.seconds > $1.seconds }
    let whole = parts.reduce(0) { $0 + $1.seconds }
    let columns = ["wall time", "share"].map { TextTable.Column(heading: [$0], group: 0) }
    return TextTable(
      labelHeading: "where it went", columns: columns,
      rows: parts.map { part in
        TextTable.Row(
          label: part.state.label,
          content: .cells([
            .text(FigureText.duration(part.seconds), .plain),
            .text(FigureText.percent(part.seconds / whole), .plain),
          ]))
      })
  }
}

extension ExplainDifference {
  /// Two programs side by side, in Markdown.
  package var markdown: String {
    let short = ShortDifference(difference: self, source: .file)
    let answer = FirstSentence(sentence)
    return MarkdownReport(
      tool: "tandem explain --vs", command: first.shellLine ?? first.briefCommand,
      facts: ["first: \(first.endText)", "second: \(second.endText)"],
      answer: answer.first, aside: answer.rest,
      evidence: [
        "second: \(MarkdownText.name(second.shellLine ?? second.briefCommand))\n",
        MarkdownText.table(short.figures.table, hasNames: false),
      ],
      findings: short.findings, sure: short.sure, unseen: ShortCompare.unseen(first.omitted),
      version: first.tandemVersion
    ).text
  }
}

extension ExplainSweep {
  /// A program with several values, in Markdown.
  package var markdown: String {
    let short = ShortSweep(sweep: self, source: .file)
    let answer = FirstSentence(sentence)
    return MarkdownReport(
      tool: "tandem explain --sweep", command: briefCommand, facts: [placeText],
      answer: answer.first, aside: answer.rest,
      evidence: [MarkdownText.table(short.table, hasNames: true)],
      findings: findings, sure: short.sure,
      unseen: ShortCompare.unseen(points.first?.report.omitted ?? []), version: tandemVersion
    ).text
  }
}
