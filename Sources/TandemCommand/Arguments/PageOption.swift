import ArgumentParser
import TandemPages
import TandemReport

/// Where the report goes as a page.
struct PageOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      Write the report as one page to a file, or to standard output for '-': for a browser, with every \
      figure as a picture. It needs no network and no other file.
      """, valueName: "file"), completion: .file())
  var html: String?

  /// Opens the file.
  ///
  /// - Returns: it; nil when no page is wanted.
  /// - Throws: an exit code, after a line on standard error, when it can't be written.
  func open() throws -> ReportDestination? {
    try html.map { try ReportDestination($0, what: "the page") }
  }

  /// Rejects a page that would be written over something else.
  ///
  /// - Parameter others: The other options that write, each with its name.
  /// - Throws: `ValidationError`.
  func check(beside others: [(name: String, path: String?)]) throws {
    guard let html else { return }
    if let other = others.first(where: { $0.path == html }) {
      throw ValidationError("\(other.name) and --html can't both write to '\(html)'")
    }
  }
}

extension ReportDestination {
  /// Writes a report as a page.
  ///
  /// - Parameters:
  ///   - report: The report.
  ///   - isSaved: Whether it was read from a file, and the command line that made it isn't known.
  /// - Throws: What writing throws.
  func writePage(of report: some DigestedReport, isSaved: Bool = false) throws {
    let line = ["tandem"] + CommandLine.arguments.dropFirst()
    try write(try ReportPage.bytes(of: report, commandLine: isSaved ? nil : line))
  }
}
