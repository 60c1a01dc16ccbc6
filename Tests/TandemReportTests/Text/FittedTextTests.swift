import Testing

@testable import TandemReport

@Suite struct FittedTextTests {
  @Test(arguments: [
    ("One. Two and more of it.", "One. …"),
    ("It is long; what follows is longer.", "It is long …"),
    ("Use processes, or something else.", "Use processes …"),
    ("Others used it (a program, another).", "Others used it …"),
    ("Nowhere ends anything here at all", "Nowhere ends anything …"),
    ("It fits.", "It fits."),
  ])
  func isCutWhereSomethingEnds(text: String, cut: String) {
    #expect(FittedText.text(text, lines: 1, width: 23) == cut)
  }

  @Test(arguments: [10, 20, 40], [1, 2, 3])
  func fits(width: Int, lines: Int) {
    let text = String(repeating: "some words (of a kind), and ", count: 12)
    let fitted = FittedText.text(text, lines: lines, width: width)
    #expect(TextWidth.wrapped(fitted, to: width).count <= lines)
  }
}
