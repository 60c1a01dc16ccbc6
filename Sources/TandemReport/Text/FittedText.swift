/// Text that is made to fit by leaving out what follows a whole sentence, never by cutting one.
enum FittedText {
  /// As many whole sentences as fit, and at least the first.
  ///
  /// What stands before a semicolon is a sentence too. Where the first alone doesn't fit, what it has in
  /// parentheses is left out; it may then still take more lines than there should be.
  ///
  /// - Parameters:
  ///   - text: The text.
  ///   - lines: The lines that there should be at most.
  ///   - width: The columns of a line.
  /// - Returns: The text, or less of it.
  static func text(_ text: String, lines: Int, width: Int) -> String {
    let safe = TextWidth.sanitized(text)
    func fits(_ text: String) -> Bool {
      TextWidth.wrapped(text, to: max(10, width)).count <= max(1, lines)
    }
    if fits(safe) { return safe }
    let beginnings = beginnings(of: safe)
    return beginnings.last(where: fits) ?? withoutParentheses(beginnings.first ?? safe)
  }

  /// The text up to the end of each sentence, outside of parentheses.
  private static func beginnings(of text: String) -> [String] {
    var beginnings: [String] = []
    var depth = 0
    for index in text.indices {
      switch text[index] {
      case "(": depth += 1
      case ")": depth -= 1
      case ".", ";":
        let next = text.index(after: index)
        guard depth == 0, next == text.endIndex || text[next] == " " else { continue }
        beginnings.append(text[..<index] + ".")
      default: continue
      }
    }
    return beginnings
  }

  /// The text without what stands in parentheses, and the space before each.
  private static func withoutParentheses(_ text: String) -> String {
    var kept = ""
    var depth = 0
    for character in text {
      if character == "(" {
        if depth == 0, kept.last == " " { kept.removeLast() }
        depth += 1
      }
      if depth == 0 { kept.append(character) }
      if character == ")" { depth = max(0, depth - 1) }
    }
    return kept
  }
}
