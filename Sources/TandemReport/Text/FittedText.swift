/// Text that is cut where a sentence or a clause ends.
enum FittedText {
  /// As many whole sentences as fit, or clauses of the first, or its beginning.
  ///
  /// - Parameters:
  ///   - text: The text.
  ///   - lines: The most lines.
  ///   - width: The columns of a line.
  /// - Returns: The text, or less of it with an ellipsis at the end.
  static func text(_ text: String, lines: Int, width: Int) -> String {
    let safe = TextWidth.sanitized(text)
    func fits(_ text: String) -> Bool {
      TextWidth.wrapped(text, to: max(10, width)).count <= max(1, lines)
    }
    if fits(safe) { return safe }
    let words = safe.split(separator: " ", omittingEmptySubsequences: false)
    var cut = ""
    var sentence: String?
    var clause: String?
    var depth = 0
    for word in words {
      // What stands in parentheses may go, but not half of it.
      if depth == 0, word.hasPrefix("("), !cut.isEmpty { clause = cut }
      let longer = cut.isEmpty ? String(word) : cut + " " + word
      if !fits(longer + " …") { break }
      cut = longer
      depth += word.count { $0 == "(" } - word.count { $0 == ")" }
      if depth > 0 { continue }
      switch word.last {
      case ".": sentence = cut
      // What follows a semicolon stands for itself too.
      case ";": sentence = String(cut.dropLast())
      case ",", ":": clause = String(cut.dropLast())
      default: break
      }
    }
    return (sentence ?? clause ?? cut) + " …"
  }
}
