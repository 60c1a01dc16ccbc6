/// How a report is laid out.
package struct ReportStyle: Sendable, Equatable {
  /// The narrowest layout; below it, lines are as wide as this.
  package static let narrowest = 40

  /// Whether escape sequences for colour are written.
  package var color: Bool
  /// The columns of the terminal.
  package var width: Int

  /// Makes a style.
  ///
  /// - Parameters:
  ///   - color: whether escape sequences for colour are written; off for pipes and files.
  ///   - width: the columns that no line exceeds; at least `narrowest` are used.
  package init(color: Bool, width: Int = 100) {
    self.color = color
    self.width = max(Self.narrowest, width)
  }

  /// Joins sections with an empty line between them; those without lines are left out.
  func text(of sections: [any Section]) -> String {
    sections.map { $0.lines(width: width) }.filter { !$0.isEmpty }
      .map { $0.map { $0.rendered(color: color) + "\n" }.joined() }
      .joined(separator: "\n")
  }
}
