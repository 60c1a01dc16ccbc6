/// How wide text is on a terminal, and how it is cut, padded and wrapped to a number of columns.
package enum TextWidth {
  /// The columns that a text takes.
  ///
  /// - Parameter text: One line without control characters.
  /// - Returns: 2 for a wide East Asian character or an emoji, 0 for a combining mark on its own,
  ///   else 1, summed over the characters.
  package static func columns(of text: some StringProtocol) -> Int {
    text.reduce(0) { $0 + columns(of: $1) }
  }

  /// Cuts a text in the middle, where names differ least: `python-p…orkserver`.
  ///
  /// - Parameters:
  ///   - text: One line.
  ///   - width: The most columns that the result may take.
  /// - Returns: The text itself when it fits.
  package static func shortened(_ text: String, to width: Int) -> String {
    if columns(of: text) <= width { return text }
    if width <= 1 { return width == 1 ? "…" : "" }
    let back = taking(width / 2, from: text.reversed()).reversed()
    let front = taking(width - 1 - width / 2, from: text)
    return String(front) + "…" + String(back)
  }

  /// Cuts a text at its end: `python-proce…`.
  ///
  /// - Parameters:
  ///   - text: One line.
  ///   - width: The most columns that the result may take.
  /// - Returns: The text itself when it fits.
  package static func truncated(_ text: String, to width: Int) -> String {
    if columns(of: text) <= width { return text }
    if width <= 1 { return width == 1 ? "…" : "" }
    return String(taking(width - 1, from: text)) + "…"
  }

  /// Breaks a text into lines at its spaces, but not between a number and its unit; a word wider
  /// than a line is cut.
  ///
  /// - Parameters:
  ///   - text: One or more lines; line feeds are kept.
  ///   - width: The most columns of a line, at least 1.
  /// - Returns: At least one line; no line ends in a space.
  package static func wrapped(_ text: String, to width: Int) -> [String] {
    let width = max(1, width)
    var lines: [String] = []
    for paragraph in text.split(separator: "\n", omittingEmptySubsequences: false) {
      // A traceback's indentation means something: it is kept.
      let indent = String(paragraph.prefix { $0 == " " }.prefix(width / 2))
      let before = lines.count
      var line = indent
      var isEmpty = true
      for word in words(of: paragraph) {
        var word = word
        if !isEmpty, columns(of: line) + 1 + columns(of: word) > width {
          lines.append(line)
          line = indent
          isEmpty = true
        }
        if !isEmpty { line += " " }
        while columns(of: line) + columns(of: word) > width {
          let head = taking(max(1, width - columns(of: line)), from: word)
          // A character wider than the line still has to go somewhere.
          let cut = head.isEmpty ? String(word.prefix(1)) : String(head)
          lines.append(line + cut)
          word = String(word.dropFirst(cut.count))
          line = indent
        }
        line += word
        isEmpty = word.isEmpty
      }
      // A word that was cut may end exactly where its line does.
      if !isEmpty || lines.count == before { lines.append(isEmpty ? "" : line) }
    }
    return lines
  }

  private static let units: Set<String> = [
    "ns", "µs", "ms", "s", "B", "KiB", "MiB", "GiB", "TiB", "%", "×",
  ]

  /// The words of a line; a number and the unit behind it are one.
  private static func words(of line: Substring) -> [String] {
    var words: [String] = []
    for word in line.split(separator: " ") {
      let bare = String(word.prefix { !",.;:)".contains($0) })
      if let last = words.last?.last, last.isNumber, units.contains(bare) {
        words[words.count - 1] += " " + word
      } else {
        words.append(String(word))
      }
    }
    return words
  }

  /// Removes what would act on a terminal instead of being shown on it.
  ///
  /// Python's own tracebacks are coloured (3.13 and newer), and a file name may hold anything.
  ///
  /// - Parameters:
  ///   - text: Text that somebody else wrote.
  ///   - keepsLines: Whether line feeds stay; otherwise they become spaces.
  /// - Returns: The text without escape sequences (ECMA-48, section 5.4); tabs become spaces,
  ///   other control and invisible formatting characters U+FFFD.
  package static func sanitized(_ text: String, keepsLines: Bool = false) -> String {
    var result = String.UnicodeScalarView()
    var scalars = text.unicodeScalars.makeIterator()
    var pending: Unicode.Scalar?
    while let scalar = pending ?? scalars.next() {
      pending = nil
      switch scalar {
      case "\u{1B}":
        pending = skipEscape(&scalars)
      case "\n":
        result.append(keepsLines ? "\n" : " ")
      case "\r":
        break
      case "\t":
        result.append(contentsOf: "    ".unicodeScalars)
      case "\u{200D}":
        result.append(scalar)  // Joins emoji.
      default:
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: result.append("\u{FFFD}")
        default: result.append(scalar)
        }
      }
    }
    return String(result)
  }

  /// Reads to the end of an escape sequence, and gives back a scalar that isn't part of it.
  private static func skipEscape(
    _ scalars: inout String.UnicodeScalarView.Iterator
  ) -> Unicode.Scalar? {
    guard let kind = scalars.next() else { return nil }
    switch kind {
    case "[":  // Control sequence: ends with a byte of 0x40…0x7E.
      while let scalar = scalars.next() {
        if (0x40...0x7E).contains(scalar.value) { return nil }
        if scalar.value < 0x20 { return scalar }
      }
      return nil
    case "]", "P", "X", "^", "_":  // Strings: end with BEL or ESC \.
      while let scalar = scalars.next() {
        if scalar == "\u{07}" { return nil }
        if scalar == "\n" { return scalar }
        if scalar == "\u{1B}" {
          _ = scalars.next()
          return nil
        }
      }
      return nil
    case "\n":
      return kind
    default:  // Two-character sequences.
      return nil
    }
  }

  private static func taking(_ width: Int, from text: some Sequence<Character>) -> [Character] {
    var taken: [Character] = []
    var used = 0
    for character in text {
      used += columns(of: character)
      if used > width { break }
      taken.append(character)
    }
    return taken
  }

  private static func columns(of character: Character) -> Int {
    guard let first = character.unicodeScalars.first else { return 0 }
    if first.isASCII { return 1 }
    let isEmoji =
      first.properties.isEmojiPresentation || character.unicodeScalars.contains("\u{FE0F}")
    if isEmoji || isWide(first) { return 2 }
    switch first.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format, .control: return 0
    default: return 1
    }
  }

  /// Whether a scalar is Wide or Fullwidth (Unicode Standard Annex 11), by its blocks.
  private static func isWide(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF,
      0xA000...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
      0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x20000...0x3FFFD:
      true
    default: false
    }
  }
}
