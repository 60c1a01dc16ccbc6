import ArgumentParser
import TandemModel
import TandemReport

/// What to print, and where.
struct OutputOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Write the report as JSON to a file, or to standard output for '-' (schema tandem.compare/1).",
      valueName: "file"))
  var json: String?

  @OptionGroup var page: PageOption

  @OptionGroup var tables: TableOptions

  @Flag(
    help: "Print everything: all figures, every model on every schedule, what the numbers mean.")
  var details = false

  @Flag(help: "Print only the verdict, and no progress.")
  var quiet = false

  /// Rejects options that exclude each other.
  ///
  /// - Throws: `ValidationError`.
  func check() throws {
    try Limits.check(quiet: quiet, details: details)
    try page.check(beside: [("--json", json)])
    try tables.check(beside: [("--json", json), ("--html", page.html)])
  }

  /// Writes the report for people.
  ///
  /// - Parameter report: The report.
  /// - Throws: What writing to standard output throws.
  func write(_ report: CompareReport) throws {
    let stream = StandardStream.output
    try stream.write(
      quiet
        ? "\(report.verdict.choice.rawValue): \(report.verdict.reason)\n"
        : report.terminalText(stream.textOptions(details: details)))
  }
}
