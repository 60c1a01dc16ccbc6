import FoundationEssentials
package import TandemReport
import TandemModel

/// A report as one page that needs nothing else: no network, no other file.
///
/// The page carries the report's JSON and the code that draws it. Without JavaScript it shows the answer and the
/// report's text.
package enum ReportPage {
  /// Makes a page.
  ///
  /// - Parameters:
  ///   - report: The report.
  ///   - commandLine: The command line that made it, so that others can repeat it; nil when it isn't known.
  /// - Returns: HTML, in UTF-8.
  /// - Throws: `EncodingError` when a number of the report isn't finite.
  package static func bytes(
    of report: some DigestedReport, commandLine: [String]? = nil
  ) throws -> [UInt8] {
    let digest = report.digest
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let words = Words(
      states: ReportDigest.stateLabels, short: ReportDigest.stateWords, commands: digest.commands,
      names: digest.names,
      sure: digest.sure, seed: digest.seed.map(String.init),
      commandLine: commandLine.map(ReportDigest.commandLine))
    return try PageTemplate(PageFiles.document).filled([
      "version": .text(TandemVersion.current), "title": .text("\(digest.answer) · \(digest.tool)"),
      "tool": .text(digest.tool), "command": .text(digest.command), "answer": .text(digest.answer),
      "facts": .text(digest.facts.joined(separator: " · ")),
      "text": .text(report.terminalText(TextOptions(details: true, source: .file))),
      "data": .json(try JSONReport.encode(report, isIndented: false)),
      "words": .json(try encoder.encode(words)), "style": .own(PageFiles.style),
      "code": .own(PageFiles.code),
    ])
  }
}

/// The words of a page, for its code.
private struct Words: Encodable {
  var states: [String: String]
  var short: [String: String]
  var commands: [String]
  var names: [[String]]
  var sure: [String]
  /// As text: JavaScript's numbers don't hold all of its digits.
  var seed: String?
  var commandLine: String?

  enum CodingKeys: String, CodingKey {
    case states, short, commands, names, sure, seed
    case commandLine = "command_line"
  }
}
