import ArgumentParser
import TandemLab
import TandemModel
import TandemReport
import TandemSystem

/// `tandem show`: prints a report that was saved as JSON, or compares two.
struct Show: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print a report that --json saved, make a page of it, or compare two.",
    usage: """
      tandem show [<options>] <file>
      tandem show [<options>] <before> <after> [--fail-if-slower <per cent>]
      """,
    discussion: """
      It reads what 'tandem compare', 'tandem explain' (also with --vs and --sweep) and 'tandem doctor' \
      write with --json. The exit code is 65 for a file that is no such report, and 66 for one that can't \
      be read.

      Of two results of the same kind, it says whether the second is faster or slower, by how much, and \
      how sure that is: of comparisons for the model that the first one recommends, of sweeps for the value \
      that was best in the first, of --vs for both commands. The runs of two results are not paired, so what \
      else changed on the machine in between counts as a change too; a line says where machines, versions, \
      commands, items or workers differ. Of 'tandem explain', it needs results with --cost-runs: one run each \
      is no difference.

      With two results, or with --fail-if-slower, the exit code is 2 for whatever can't be compared.
      """)

  @Argument(
    help: ArgumentHelp("The file, or '-' for standard input.", valueName: "file"),
    completion: .file())
  var file: String

  @Argument(
    help: ArgumentHelp("A later result, to compare it with the first.", valueName: "after"),
    completion: .file())
  var after: String?

  @Option(
    name: .customLong("fail-if-slower"), parsing: .unconditional,
    help: ArgumentHelp(
      """
      End with exit code 1 when the second result is shown to be slower by more than this, such as 5%: \
      when the whole interval of 95 % is past it, or with three to five runs every run. It is 0 when that \
      isn't so, or isn't shown, and 2 when the results can't tell: with fewer than three runs, other \
      numbers of items, or programs that ended differently.
      """, valueName: "per cent"))
  var failIfSlower: String?

  @Flag(help: "Print everything, rather than the answer.")
  var details = false

  @OptionGroup var page: PageOption

  @OptionGroup var tables: TableOptions

  func validate() throws {
    for (name, path) in [("--html", page.html)] + tables.named {
      guard let path, path != "-", path == file || path == after else { continue }
      throw ValidationError("\(name) can't write over the report itself, '\(path)'")
    }
    if page.html != nil, details {
      throw ValidationError("--details is for text; a page has everything")
    }
    try tables.check(beside: [("--html", page.html)])
  }

  func run() throws {
    if after != nil || failIfSlower != nil {
      return try ResultComparison(show: self).run()
    }
    let destination = try page.open()
    let tables = try tables.open()
    let result = try SavedResult(file)
    if let destination {
      guard let drawn = result.report as? any DigestedReport else {
        throw ExitReason.wrongData(
          "tandem: can't make a page of \(result.name): it has nothing to draw")
      }
      try destination.writePage(of: drawn, isSaved: true)
    }
    if !tables.isEmpty {
      guard let exported = result.report as? any ExportedReport else {
        throw ExitReason.wrongData("tandem: can't make a table of \(result.name): it has no runs")
      }
      try tables.write(exported)
    }
    if destination != nil || !tables.isEmpty { return }
    try StandardStream.output.writeReport(result.saved, details: details)
  }
}

extension StandardStream {
  /// Writes a saved report.
  ///
  /// - Parameters:
  ///   - report: The report.
  ///   - details: Whether everything is written.
  /// - Throws: An exit code, after a line on standard error, when it can't be written.
  func writeReport(_ report: any TerminalReport, details: Bool) throws {
    do throws(Errno) {
      try write(report.terminalText(textOptions(details: details, source: .file)))
    } catch {
      // A reader may stop early, as head(1) does.
      if error != .brokenPipe {
        throw ExitReason.unusableFile("tandem: can't write the report: \(error)")
      }
    }
  }
}
