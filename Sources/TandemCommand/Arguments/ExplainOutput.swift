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

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "Write the report to a file, or to standard output for '-' (default: standard error).",
      valueName: "file"), completion: .file())
  var output: String?

  @Flag(
    help: """
      Omit the explanation of the numbers, and findings whose cure could save less than 5 % of the time.
      """)
  var brief = false

  @Flag(
    help: "Print one line only: concurrency and parallelism, or with --vs or --sweep the answer.")
  var quiet = false

  /// Rejects options that exclude each other.
  ///
  /// - Throws: `ValidationError`.
  func check() throws {
    if let json, json == output {
      throw ValidationError("--json and --output can't both write to '\(json)'")
    }
  }

  /// Where everything goes.
  struct Files {
    var json: ReportDestination?
    /// Nil for standard error.
    var text: ReportDestination?
  }

  /// Opens the files.
  ///
  /// - Returns: the files.
  /// - Throws: an exit code, after a line on standard error, for one that can't be written.
  func open() throws -> Files {
    Files(
      json: try json.map { try ReportDestination($0) },
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
    try write(to: files) { style in
      quiet
        ? report.headline + "\n"
        : report.terminalText(width: style.width, color: style.color, isBrief: brief)
    }
  }

  /// Writes the report on two programs.
  ///
  /// - Parameters:
  ///   - difference: The report.
  ///   - files: Where it goes.
  /// - Throws: What writing to a file throws.
  func write(_ difference: ExplainDifference, to files: Files) throws {
    try files.json?.write(Array(try JSONReport.encode(difference)))
    try write(to: files) { style in
      quiet
        ? difference.sentence + "\n"
        : difference.terminalText(width: style.width, color: style.color)
    }
  }

  /// Writes the report on one program with several values of a variable.
  ///
  /// - Parameters:
  ///   - sweep: The report.
  ///   - files: Where it goes.
  /// - Throws: What writing to a file throws.
  func write(_ sweep: ExplainSweep, to files: Files) throws {
    try files.json?.write(Array(try JSONReport.encode(sweep)))
    try write(to: files) { style in
      quiet
        ? sweep.sentence + "\n" : sweep.terminalText(width: style.width, color: style.color)
    }
  }

  /// Writes text to standard error, or to the file that was asked for.
  private func write(
    to files: Files, _ text: (ReportStyle) -> String
  ) throws {
    if let file = files.text, !file.isStandardOutput {
      return try file.write(Array(text(ReportStyle(color: false, width: 100)).utf8))
    }
    let stream = files.text == nil ? StandardStream.error : .output
    let style = ReportStyle(color: stream.wantsColor, width: stream.columns ?? 100)
    let bytes = Array(text(style).utf8)
    if let file = files.text { return try file.write(bytes) }
    // A closed standard error leaves no place to report it.
    try? stream.write(bytes)
  }
}
