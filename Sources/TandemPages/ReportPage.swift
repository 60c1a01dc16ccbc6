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
    let answer = TextWidth.sanitized(digest.answer)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let words = Words(
      states: ReportDigest.stateLabels, short: ReportDigest.stateWords, commands: digest.commands,
      names: digest.names, ownNames: digest.ownNames,
      sure: digest.sure, seed: digest.seed.map(String.init),
      commandLine: commandLine.map(ReportDigest.commandLine))
    return try PageTemplate(PageFiles.document).filled([
      "version": .text(TandemVersion.current), "title": .text("\(answer) · \(digest.tool)"),
      "tool": .text(digest.tool), "command": .text(TextWidth.sanitized(digest.command)),
      "answer": .text(answer),
      "reason": .text(TextWidth.sanitized(digest.reason)),
      "facts": .text(digest.facts.map(Self.apart).joined(separator: " · ")),
      "text": .text(report.terminalText(TextOptions(details: true, source: .file))),
      "data": .json(try JSONReport.encode(report, isIndented: false)),
      "words": .json(try encoder.encode(words)), "style": .own(PageFiles.style),
      "code": .own(PageFiles.code),
    ])
  }

  /// A fact that is isolated (UAX #9), so that a name from right to left turns nothing beside it.
  private static func apart(_ fact: String) -> String {
    "\u{2068}\(TextWidth.sanitized(fact))\u{2069}"
  }
}

/// The words of a page, for its code.
private struct Words: Encodable {
  var states: [String: String]
  var short: [String: String]
  var commands: [String]
  var names: [[String]]
  var ownNames: [[String]]
  var sure: [String]
  /// As text: JavaScript's numbers don't hold all of its digits.
  var seed: String?
  var commandLine: String?

  enum CodingKeys: String, CodingKey {
    case states, short, commands, names, sure, seed
    case ownNames = "own_names"
    case commandLine = "command_line"
  }
}
