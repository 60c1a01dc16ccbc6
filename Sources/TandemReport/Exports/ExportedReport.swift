import TandemModel
import TandemText

/// A report that becomes a table for programs, and a short text for an issue.
package protocol ExportedReport: Sendable {
  /// Its runs, or its workers.
  var csv: CSVTable { get }
  /// The answer, what shows it, what was found and how sure that is, in Markdown.
  var markdown: String { get }
}

/// The parts of a report in Markdown, from the top.
struct MarkdownReport {
  /// The command that made it, such as `tandem explain`.
  var tool: String
  /// What was run.
  var command: String
  /// What is said beside that.
  var facts: [String]
  /// The answer.
  var answer: String
  /// What is said beside the answer; empty for nothing.
  var aside = ""
  /// Tables and blocks that show it.
  var evidence: [String] = []
  /// What was found.
  var findings: [Finding] = []
  /// How sure it is.
  var sure: [String]
  /// What was not seen, or left out.
  var unseen: [String] = []
  /// The version that measured it.
  var version: String

  /// The most findings, and the most things that were not seen.
  private static let mostFindings = 3
  private static let mostUnseen = 3

  /// The text, ending in a line feed.
  var text: String {
    var blocks = [
      "**\(MarkdownText.sentence(answer))**\n",
      aside.isEmpty ? "" : MarkdownText.sentence(aside) + "\n",
      "`\(tool)` \(MarkdownText.name(command))"
        + facts.map { " · \(MarkdownText.sentence($0))" }.joined() + "\n",
    ]
    blocks += evidence
    blocks.append(findingList)
    blocks.append(
      "How sure: "
        + (sure + ["Tandem \(version)"]).map(MarkdownText.sentence).joined(separator: "; ") + ".\n")
    if !unseen.isEmpty {
      let rest = unseen.count - Self.mostUnseen
      let named =
        unseen.prefix(Self.mostUnseen) + (rest > 0 ? ["\(FigureText.count(rest)) more"] : [])
      blocks.append("Left out: " + named.map(MarkdownText.sentence).joined(separator: "; ") + ".\n")
    }
    return blocks.filter { !$0.isEmpty }.joined(separator: "\n")
  }

  private var findingList: String {
    let mattering = findings.filter { !$0.isMinor }.prefix(Self.mostFindings)
    return mattering.map { finding in
      let gain = finding.potentialGain.flatMap { gain in
        gain.seconds > 0
          ? " (could save at most \(FigureText.duration(gain.seconds)) of \(FigureText.duration(gain.wallSeconds)))"
          : nil
      }
      let advice = finding.advice.isEmpty ? "" : " " + MarkdownText.sentence(finding.advice)
      return "- " + MarkdownText.sentence(finding.claim + (gain ?? "")) + advice + "\n"
    }.joined()
  }
}
