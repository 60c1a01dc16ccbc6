import ArgumentParser
import TandemModel
import TandemReport

/// What to print, and where.
struct ExplainOutput: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      Write the report as JSON to a file, or to standard output for '-' (schema tandem.explain/1, with \
      --vs tandem.explain-vs/1, with --sweep tandem.explain-sweep/1).
      """, valueName: "file"), completion: .file())
  var json: String?

  @OptionGroup var page: PageOption

  @OptionGroup var trace: TraceOption

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "Write the report to a file, or to standard output for '-' (default: standard error).",
      valueName: "file"), completion: .file())
  var output: String?

  @Flag(
    help: "Print everything: all figures, each worker, all findings, what the numbers mean.")
  var details = false

  @Flag(
    help: "Print one line only: concurrency and parallelism, or with --vs or --sweep the answer.")
  var quiet = false

  /// Whether the report goes where every slice of the workers' time can be drawn.
  var keepsSlices: Bool { json != nil || page.html != nil }

  /// Given by the Python module, whose user can't give options to the command.
  @Flag(help: .hidden)
  var forPythonModule = false

  /// Rejects options that exclude each other.
  ///
  /// - Throws: `ValidationError`.
  func check() throws {
    if let json, json == output {
      throw ValidationError("--json and --output can't both write to '\(json)'")
    }
    try page.check(beside: [("--json", json), ("--output", output)])
    try trace.check(beside: [("--json", json), ("--html", page.html), ("--output", output)])
    try Limits.check(quiet: quiet, details: details)
  }

  /// Where everything goes.
  struct Files {
    var json: ReportDestination?
    var page: ReportDestination?
    var trace: TraceDestination?
    /// Nil for standard error.
    var text: ReportDestination?
  }

  /// Opens the files.
  ///
  /// - Returns: the files.
  /// - Throws: an exit code, after a line on standard error, for one that can't be written.
  func open() throws -> Files {
    Files(
      json: try json.map { try ReportDestination($0) }, page: try page.open(),
      trace: try trace.open(),
      text: try output.map { try ReportDestination($0, what: "the report") })
  }

  /// Writes the report on one program.
  ///
  /// - Parameters:
  ///   - report: The report.
  ///   - files: Where it goes.
  /// - Throws: What writing to a file throws.
  func write(_ report: ExplainReport, to files: Files) throws {
    try files.json?.write(Array(try JSONReport.encode(report)))
    try files.page?.writePage(of: report)
    try write(report, or: report.headline, to: files)
    // Last, because the rest of the report doesn't depend on it.
    try files.trace?.finish()
  }

  /// Writes the report on two programs.
  ///
  /// - Parameters:
  ///   - difference: The report.
  ///   - files: Where it goes.
  /// - Throws: What writing to a file throws.
  func write(_ difference: ExplainDifference, to files: Files) throws {
    try files.json?.write(Array(try JSONReport.encode(difference)))
    try files.page?.writePage(of: difference)
    try write(difference, or: difference.sentence, to: files)
  }

  /// Writes the report on one program with several values of a variable.
  ///
  /// - Parameters:
  ///   - sweep: The report.
  ///   - files: Where it goes.
  /// - Throws: What writing to a file throws.
  func write(_ sweep: ExplainSweep, to files: Files) throws {
    try files.json?.write(Array(try JSONReport.encode(sweep)))
    try files.page?.writePage(of: sweep)
    try write(sweep, or: sweep.sentence, to: files)
  }

  private var source: TextOptions.Source { forPythonModule ? .pythonModule : .command }

  /// Writes a report to standard error, or to the file that was asked for.
  private func write(
    _ report: some TerminalReport, or line: String, to files: Files
  ) throws {
    func bytes(_ options: TextOptions) -> [UInt8] {
      StandardStream.bytes(of: quiet ? line + "\n" : report.terminalText(options))
    }
    if let file = files.text, !file.isStandardOutput {
      return try file.write(
        bytes(TextOptions(details: details, ascii: !StandardStream.isUTF8, source: source)))
    }
    let stream = files.text == nil ? StandardStream.error : .output
    let text = bytes(stream.textOptions(details: details, source: source))
    if let file = files.text { return try file.write(text) }
    // A closed standard error leaves no place to report it.
    try? stream.write(text)
  }
}
