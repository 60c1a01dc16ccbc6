import Testing

@testable import TandemReport

@Suite struct FittedTextTests {
  @Test(arguments: [
    ("One. Two and more of it.", "One."),
    ("It is long; what follows is longer.", "It is long."),
    ("Others used it (a program; another).", "Others used it."),
    ("A (b) took 3.13 s (one; two); and B longer.", "A took 3.13 s."),
    ("Nowhere ends anything here at all", "Nowhere ends anything here at all"),
    ("It fits.", "It fits."),
  ])
  func endsWithASentence(text: String, fitted: String) {
    #expect(FittedText.text(text, lines: 1, width: 23) == fitted)
  }

  @Test(arguments: [20, 30, 40], [1, 2, 3])
  func fitsWhereTheFirstSentenceDoes(width: Int, lines: Int) {
    let text = String(repeating: "Some words (of). ", count: 12)
    let fitted = FittedText.text(text, lines: lines, width: width)
    #expect(TextWidth.wrapped(fitted, to: width).count <= lines)
  }
}
