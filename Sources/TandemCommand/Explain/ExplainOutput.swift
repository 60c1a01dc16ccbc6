import ArgumentParser
import TandemLab
import TandemModel
import TandemReport

/// What to print, and where.
struct ExplainOutput: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      Write the report as JSON (schema tandem.explain/1, with --vs tandem.explain-vs/1) to a file, or \
      to standard output for '-'.
      """, valueName: "file"), completion: .file())
  var json: String?

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "Write the report to a file instead of to standard error, or to standard output for '-'.",
      valueName: "file"), completion: .file())
  var output: String?

  @Flag(help: "Leave out what each number means.")
  var brief = false

  @Flag(help: "Print only the line with concurrency and parallelism, or with --vs the difference.")
  var quiet = false

  /// Refuses what doesn't go together.
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

  /// Writes what was seen of a program.
  ///
  /// - Parameters:
  ///   - explained: what was seen.
  ///   - files: where it goes.
  /// - Throws: what writing to a file throws.
  func write(_ explained: Explained, to files: Files) throws {
    try files.json?.write(Array(try JSONReport.encode(explained.report)))
    try write(to: files) { style in
      quiet
        ? explained.report.headline + "\n"
        : ExplanationText(
          report: explained.report, timeline: explained.timeline, style: style, isBrief: brief
        ).text
    }
  }

  /// Writes what made one of two programs take longer.
  ///
  /// - Parameters:
  ///   - first: what was seen of the first program.
  ///   - second: what was seen of the second.
  ///   - difference: what the difference between them is.
  ///   - files: where it goes.
  /// - Throws: what writing to a file throws.
  func write(
    _ first: Explained, _ second: Explained, _ difference: ExplainDifference, to files: Files
  ) throws {
    try files.json?.write(Array(try JSONReport.encode(difference)))
    try write(to: files) { style in
      quiet ? difference.sentence + "\n" : VersusText(difference, style: style).text
    }
  }

  /// Writes a text for people: to standard error, where nothing of the program's output is, or to the
  /// file that was asked for.
  private func write(
    to files: Files, _ text: (TerminalReport.Style) -> String
  ) throws {
    if let file = files.text, !file.isStandardOutput {
      return try file.write(Array(text(TerminalReport.Style(color: false, width: 100)).utf8))
    }
    let stream = files.text == nil ? StandardStream.error : .output
    let style = TerminalReport.Style(color: stream.wantsColor, width: stream.columns ?? 100)
    let bytes = Array(text(style).utf8)
    if let file = files.text { return try file.write(bytes) }
    // When nobody reads standard error any more, there is nobody to be told of that either.
    try? stream.write(bytes)
  }
}
