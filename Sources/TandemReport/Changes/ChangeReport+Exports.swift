import TandemModel
import TandemText

extension ChangeReport: ExportedReport {
  /// A row for each figure before and after.
  package var csv: CSVTable {
    CSVTable(
      header: [
        "what", "unit", "counts", "before", "after", "before_runs", "after_runs", "ratio",
        "ratio_low",
        "ratio_high", "shown", "why_not",
      ],
      rows: change.rows.enumerated().map { index, row in
        [
          .text(row.label), .text(row.unit == .seconds ? "s" : "average"),
          .flag(change.counting.contains(index)), .number(row.before), .number(row.after),
          .count(row.beforeRuns), .count(row.afterRuns), .number(row.ratio),
          .number(row.ratioCI95?.low), .number(row.ratioCI95?.high), .text(row.shown.rawValue),
          .text(row.why),
        ]
      })
  }

  /// The change in Markdown.
  package var markdown: String {
    let unlike =
      change.unlike.isEmpty
      ? "" : MarkdownText.sentence("Warning: \(FigureText.list(change.unlike)) differ.") + "\n"
    let check =
      change.check.map { MarkdownText.sentence("Check \($0.resultText): \($0.reason)") + ".\n" }
      ?? ""
    let files = [("before", before), ("after", after)].map { name, side in
      "\(name): \(MarkdownText.name(side.file)), \(MarkdownText.name(side.digest.command))"
    }
    let table = ChangeTable(change: change, hasAllRows: true).table
    return [
      "**\(MarkdownText.sentence(change.answer))**\n",
      change.aside.isEmpty ? "" : MarkdownText.sentence(change.aside) + "\n",
      files.joined(separator: "  \n") + "\n", unlike,
      // Values of a sweep are names; what is measured of a program is our words.
      MarkdownText.table(table, hasNames: change.kind == .sweep || change.kind == .compare), check,
      "How sure: \(sure.map(MarkdownText.sentence).joined(separator: "; ")).\n",
    ].filter { !$0.isEmpty }.joined(separator: "\n")
  }
}
