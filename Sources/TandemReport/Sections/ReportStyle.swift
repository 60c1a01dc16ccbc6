/// How a report is laid out.
package struct ReportStyle: Sendable, Equatable {
  /// The narrowest layout; below it, lines are as wide as this.
  package static let narrowest = 40

  /// The narrowest layout whose ASCII may still be wider than the terminal.
  private static let narrowestASCII = 24

  /// Whether escape sequences for colour are written.
  package var color: Bool
  /// The columns of the terminal.
  package var width: Int
  /// Whether every character is ASCII.
  package var ascii: Bool

  /// Makes a style.
  ///
  /// - Parameters:
  ///   - color: whether escape sequences for colour are written; off for pipes and files.
  ///   - width: the columns that no line exceeds; at least `narrowest` are used.
  ///   - ascii: whether every character is ASCII, for locales that aren't UTF-8.
  package init(color: Bool, width: Int = 100, ascii: Bool = false) {
    self.color = color
    self.width = max(Self.narrowest, width)
    self.ascii = ascii
  }

  /// Joins sections with an empty line between them; those without lines are left out.
  ///
  /// - Parameter sections: the sections, from the top.
  /// - Returns: the text, ending in a line feed.
  func text(of sections: [any Section]) -> String {
    var layout = width
    while true {
      let groups = sections.map { $0.lines(width: layout) }.filter { !$0.isEmpty }
      // The layout leaves room for signs that are wider in ASCII, such as `...`.
      let widest = !ascii ? 0 : groups.joined().map { Self.widthInASCII(of: $0) }.max() ?? 0
      if widest <= width || layout <= Self.narrowestASCII {
        return groups.map { lines in
          lines.map { $0.rendered(color: color, ascii: ascii) + "\n" }.joined()
        }.joined(separator: "\n")
      }
      layout = max(Self.narrowestASCII, layout - (widest - width))
    }
  }

  /// The columns that a line takes in ASCII; 0 for one that is as wide as it was laid out.
  private static func widthInASCII(of line: StyledLine) -> Int {
    let text = line.rendered(color: false, ascii: true)
    let width = TextWidth.columns(of: text)
    return width > TextWidth.columns(of: line.rendered(color: false)) ? width : 0
  }
}

extension TextOptions {
  /// The report's style.
  var style: ReportStyle { ReportStyle(color: color, width: width, ascii: ascii) }
}
