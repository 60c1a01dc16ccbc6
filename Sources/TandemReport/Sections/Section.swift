/// A part of a report: lines under a heading, with an empty line between it and the next one.
protocol Section {
  /// The section's lines, none of them wider than the terminal.
  ///
  /// - Parameter width: the columns of the terminal.
  /// - Returns: no line when there is nothing to show.
  func lines(width: Int) -> [StyledLine]
}

/// Lines that need no width, such as one sentence.
struct LineSection: Section {
  /// The lines.
  var lines: [StyledLine]

  /// The lines as they are.
  func lines(width: Int) -> [StyledLine] { lines }
}
