/// The meanings of a report's figures, as compare and explain print them.
enum LegendLines {
  /// A heading, and a line for each meaning: its name, and what it is.
  static func lines(
    of meanings: [(name: String, text: String)], nameWidth: Int, width: Int
  ) -> [StyledLine] {
    [.heading("What the numbers mean")]
      + meanings.flatMap { name, text in
        StyledLine.wrapped(
          text, after: "  " + name.padding(to: nameWidth), ink: .faint, width: width)
      }
  }
}
