extension StyledLine {
  /// A heading of a section.
  static func heading(_ text: String) -> StyledLine { StyledLine(text, .heading) }

  /// Lines of wrapped text behind a lead; later lines are indented to the text.
  ///
  /// - Parameters:
  ///   - text: What somebody else may have written; it is made harmless here.
  ///   - lead: What stands before the first line, such as a bullet.
  ///   - leadInk: What the lead is.
  ///   - ink: What the text is.
  ///   - width: The columns of a whole line.
  /// - Returns: At least one line.
  static func wrapped(
    _ text: String, after lead: String, _ leadInk: Ink = .plain, ink: Ink = .plain, width: Int
  ) -> [StyledLine] {
    let indent = TextWidth.columns(of: lead)
    let safe = TextWidth.sanitized(text, keepsLines: true)
    return TextWidth.wrapped(safe, to: max(10, width - indent)).enumerated().map { index, part in
      var line = StyledLine()
      line.append(index == 0 ? lead : String(repeating: " ", count: indent), leadInk)
      line.append(part, ink)
      return line
    }
  }

  /// Parts with a dot between them, broken into lines where they meet.
  ///
  /// - Parameters:
  ///   - parts: The parts; one that is wider than a line is wrapped.
  ///   - lead: What stands before the first line; the others are indented to it.
  ///   - ink: What the parts are.
  ///   - width: The columns of a whole line.
  /// - Returns: At least one line; one that goes on ends in the dot.
  static func joined(
    _ parts: [String], after lead: String = "", ink: Ink, width: Int
  ) -> [StyledLine] {
    let indent = TextWidth.columns(of: lead)
    var rows: [String] = []
    for (index, part) in parts.enumerated() {
      let dot = index == parts.count - 1 ? 0 : 2
      if let row = rows.last,
        indent + TextWidth.columns(of: row) + 3 + TextWidth.columns(of: part) + dot <= width
      {
        rows[rows.count - 1] += " · " + part
      } else {
        if !rows.isEmpty { rows[rows.count - 1] += " ·" }
        rows.append(part)
      }
    }
    return rows.enumerated().flatMap { index, row in
      wrapped(
        row, after: index == 0 ? lead : String(repeating: " ", count: indent), .faint, ink: ink,
        width: width)
    }
  }
}

extension String {
  /// The text with spaces behind it up to a number of columns.
  func padding(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - TextWidth.columns(of: self)))
  }
}
