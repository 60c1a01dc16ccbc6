import Testing

@testable import TandemModel
@testable import TandemReport

/// What is printed where the locale isn't UTF-8.
@Suite struct ASCIITextTests {
  private static let names = ShortSamples.all.map(\.name)

  @Test(arguments: names, [false, true])
  func noByteIsAbove127(name: String, details: Bool) throws {
    let report = try #require(ShortSamples.named(name))
    for color in [false, true] {
      let text = report.terminalText(
        TextOptions(width: 100, color: color, details: details, ascii: true))
      #expect(text.utf8.allSatisfy { $0 < 0x80 })
    }
  }

  /// Every sign that Tandem itself writes has one in ASCII; a question mark stands for nothing of it.
  @Test(
    arguments: names.filter { !["long-names", "everything", "extremes", "busy"].contains($0) },
    [false, true])
  func everySignHasOne(name: String, details: Bool) throws {
    let report = try #require(ShortSamples.named(name))
    func questions(_ ascii: Bool) -> Int {
      report.terminalText(TextOptions(width: 200, details: details, ascii: ascii))
        .count { $0 == "?" }
    }
    #expect(questions(true) == questions(false))
  }

  @Test(arguments: [
    ("3.02 µs × 2", "3.02 us x 2"), ("a … b → c", "a ... b -> c"), ("1.75–2.24", "1.75-2.24"),
    ("█████▋ ░░", "###### --"), ("−12 345", "-12 345"), ("naïve 名", "na?ve ??"), ("plain", "plain"),
    ("▶ use “it”", "> use \"it\""),
  ])
  func signsBecomeOnesThatLookAlike(text: String, ascii: String) {
    #expect(ASCIIText.of(text) == ascii)
  }

  @Test func statesOfATimelineStayApart() {
    let signs = WorkerState.observed.dropLast().map {
      ASCIIText.of(String($0.sign), isTimeline: true)
    }
    #expect(Set(signs).count == signs.count)
    #expect(signs.allSatisfy { $0.count == 1 })
  }
}
