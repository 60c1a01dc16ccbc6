import TandemModel

/// The code that does what the verdict says, ready to paste: no indentation, nothing wrapped.
struct CodeSection: Section {
  /// The code; nil when there is none.
  var code: PastedCode?

  /// The section's lines; none without code.
  func lines(width: Int) -> [StyledLine] {
    guard let code else { return [] }
    return [StyledLine("The code, ready to paste:", .faint), StyledLine()]
      + code.lines.map { StyledLine($0) }
  }
}
