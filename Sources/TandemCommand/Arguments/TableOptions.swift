import ArgumentParser
import TandemReport

/// Where the report goes as a table, and as text for an issue.
struct TableOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      Write the answer, a table and the findings as Markdown to a file, or to standard output for '-', to be \
      pasted into an issue.
      """, valueName: "file"), completion: .file())
  var markdown: String?

  @Option(
    help: ArgumentHelp(
      """
      Write the runs, or of one observed program its workers, as comma-separated values to a file, or to \
      standard output for '-'.
      """, valueName: "file"), completion: .file())
  var csv: String?

  /// The options and the files that they name.
  var named: [(name: String, path: String?)] { [("--markdown", markdown), ("--csv", csv)] }

  /// Rejects two options that would write to the same place.
  ///
  /// - Parameter others: The other options that write, each with its name.
  /// - Throws: `ValidationError`.
  func check(beside others: [(name: String, path: String?)]) throws {
    let all = (others + named).compactMap { name, path in path.map { (name, $0) } }
    for (index, one) in all.enumerated() {
      if let other = all[..<index].first(where: { $0.1 == one.1 }) {
        throw ValidationError("\(other.0) and \(one.0) can't both write to '\(one.1)'")
      }
    }
  }

  /// Where the tables go.
  struct Files {
    /// The text for an issue.
    var markdown: ReportDestination?
    /// The table.
    var csv: ReportDestination?

    /// Whether nothing was asked for.
    var isEmpty: Bool { markdown == nil && csv == nil }

    /// Whether standard output then holds nothing else of Tandem's.
    var hasStandardOutput: Bool {
      markdown?.isStandardOutput == true || csv?.isStandardOutput == true
    }

    /// Writes a report.
    ///
    /// - Parameter report: The report.
    /// - Throws: What writing throws.
    func write(_ report: some ExportedReport) throws {
      try markdown?.write(Array(report.markdown.utf8))
      try csv?.write(Array(report.csv.text.utf8))
    }
  }

  /// Opens the files.
  ///
  /// - Returns: them.
  /// - Throws: an exit code, after a line on standard error, for one that can't be written.
  func open() throws -> Files {
    Files(
      markdown: try markdown.map { try ReportDestination($0, what: "the Markdown") },
      csv: try csv.map { try ReportDestination($0, what: "the table") })
  }
}
