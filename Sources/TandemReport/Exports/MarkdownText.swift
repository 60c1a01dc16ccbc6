/// Text in Markdown as GitHub renders it (GitHub Flavored Markdown, 0.29), with nobody's name acting as markup.
enum MarkdownText {
  /// The most columns of a name, and of a sentence.
  static let mostOfName = 100
  static let mostOfSentence = 500

  /// A sentence, which may have anybody's names in it.
  ///
  /// Words that a page would link (`@name`, `#1`, an address) or draw (`:name:`) become code, in which nothing is
  /// linked. Other signs of Markdown and HTML are escaped.
  ///
  /// - Parameter text: the sentence.
  /// - Returns: one line.
  static func sentence(_ text: String) -> String { withoutMarker(inline(text)) }

  /// The same within a line, where nothing is taken for a list or a heading.
  private static func inline(_ text: String) -> String {
    let safe = TextWidth.truncated(TextWidth.sanitized(text), to: mostOfSentence)
    let words = safe.split(separator: " ", omittingEmptySubsequences: true).map { word in
      isLinked(word) ? name(String(word)) : escaped(word)
    }
    return words.joined(separator: " ")
  }

  /// A name, as code.
  ///
  /// - Parameter text: the name; it is cut where it is very long.
  /// - Returns: a code span, or where its text has signs that end one or part a table, an element of HTML.
  static func name(_ text: String) -> String {
    let safe = TextWidth.shortened(TextWidth.sanitized(text), to: mostOfName)
    let isEmpty = safe.allSatisfy { $0 == " " }
    let isPlain =
      !isEmpty && safe.first != " " && safe.last != " "
      && !safe.contains { "`|\\".contains($0) }
    if isPlain { return "`\(safe)`" }
    let entities = safe.unicodeScalars.map { scalar in
      isPunctuation(scalar) ? "&#\(scalar.value);" : String(scalar)
    }
    return "<code>\(entities.joined())</code>"
  }

  /// Lines as they are, in a fence that none of them can end.
  ///
  /// - Parameters:
  ///   - lines: the lines.
  ///   - language: what they are, such as `python`.
  /// - Returns: the block, ending in a line feed.
  static func block(_ lines: [String], language: String = "text") -> String {
    let safe = lines.map { TextWidth.sanitized($0) }
    var longest = 0
    for line in safe {
      var run = 0
      for character in line {
        run = character == "`" ? run + 1 : 0
        longest = max(longest, run)
      }
    }
    let fence = String(repeating: "`", count: max(3, longest + 1))
    let kind = language.filter { $0.isASCII && $0.isLetter }
    return "\(fence)\(kind)\n\(safe.joined(separator: "\n"))\n\(fence)\n"
  }

  /// A table: its columns without the bars, and its rows.
  ///
  /// - Parameters:
  ///   - table: the table.
  ///   - hasNames: whether its labels are names rather than words of ours.
  /// - Returns: the table, ending in a line feed; nothing for one without rows.
  static func table(_ table: TextTable, hasNames: Bool) -> String {
    if table.rows.isEmpty { return "" }
    let columns = table.columns.indices.filter { !table.columns[$0].isBar }
    let heads = columns.map { table.columns[$0].heading.joined(separator: " ") }
    var lines = [
      line([table.labelHeading] + heads),
      "|" + ([":--"] + columns.map { _ in "--:" }).joined(separator: "|") + "|",
    ]
    for row in table.rows {
      let label = label(row.label, isName: hasNames)
      switch row.content {
      case .cells(let cells):
        let texts = columns.map { column in
          if case .text(let text, _) = cells[column] { return inline(text) }
          return ""
        }
        lines.append("| \(label) | " + texts.joined(separator: " | ") + " |")
      case .message(let text, _):
        let empty = columns.dropFirst().map { _ in "" }
        lines.append("| \(label) | " + ([inline(text)] + empty).joined(separator: " | ") + " |")
      case .heading:
        lines.append("| \(label) |" + columns.map { _ in "  |" }.joined())
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  // MARK: Signs

  private static func line(_ cells: [String]) -> String {
    "| " + cells.map(inline).joined(separator: " | ") + " |"
  }

  /// A label without the spaces that align it; the mark of the best stays.
  private static func label(_ text: String, isName: Bool) -> String {
    let isMarked = text.hasPrefix("▶ ")
    let bare = String(text.drop { $0 == " " || $0 == "▶" })
    let shown = isName ? name(bare) : inline(bare)
    return isMarked ? "▶ **\(shown)**" : shown
  }

  /// Whether a page would link or replace a part of the word.
  private static func isLinked(_ word: Substring) -> Bool {
    let lower = word.lowercased()
    return lower.contains("@") || lower.contains("#") || lower.contains("://")
      || lower.contains("www.") || lower.contains("gh-") || lower.contains(/:[a-z0-9_+\-]+:/)
      || lower.contains(/mailto:|xmpp:/)
  }

  private static func escaped(_ word: Substring) -> String {
    var result = ""
    for character in word {
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "|": result += "&#124;"
      case "`": result += "&#96;"
      case "$": result += "&#36;"
      case "\\", "*", "_", "~", "[", "]": result += "\\\(character)"
      default: result.append(character)
      }
    }
    return result
  }

  /// A line that doesn't begin as a list, a heading or a rule does.
  private static func withoutMarker(_ line: String) -> String {
    guard let first = line.first else { return line }
    if "-+=".contains(first) { return "\\" + line }
    let digits = line.prefix { $0.isASCII && $0.isNumber }
    let rest = line.dropFirst(digits.count)
    guard !digits.isEmpty, rest.first == "." || rest.first == ")",
      rest.dropFirst().first.map({ $0 == " " }) ?? true
    else { return line }
    return digits + "\\" + rest
  }

  private static func isPunctuation(_ scalar: Unicode.Scalar) -> Bool {
    scalar.isASCII && scalar.value > 0x20
      && !(scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
  }
}
