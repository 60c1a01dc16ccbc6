import TandemModel

/// What was not run or not measured.
struct OmissionSection: Section {
  /// The entries.
  var omitted: [Omission]
  /// What they are called together.
  var heading = "Left out"

  /// The section's lines; none when nothing was left out.
  func lines(width: Int) -> [StyledLine] {
    if omitted.isEmpty { return [] }
    return [.heading(heading)]
      + omitted.flatMap {
        StyledLine.wrapped("\($0.what): \($0.why)", after: "  – ", .faint, width: width)
      }
  }
}
