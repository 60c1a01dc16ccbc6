import Testing

@testable import TandemReport

@Suite struct ProgressLineTests {
  private let state = ProgressLine(
    running: "swift-threads, all at once", done: 12.9, total: 30,
    elapsedSeconds: 14.2, remainingSeconds: 17.4
  )

  @Test(arguments: [
    (
      100,
      " 43 %  ▕████████▋           ▏  swift-threads, all at once  14 s elapsed  about 17 s left"
    ),
    (80, " 43 %  ▕████████▋           ▏  swift-threads, all at once  about 17 s left"),
    (60, " 43 %  swift-threads, all at once  about 17 s left"),
    (40, " 43 %  swift-t… at once  about 17 s left"),
    (24, " 43 %  about 17 s left"), (10, " 43 %  ab…"), (1, "…"), (0, ""), (-5, ""),
  ])
  func fits(width: Int, expected: String) {
    #expect(state.text(width: width) == expected)
  }

  @Test(arguments: 0...120)
  func neverExceedsTheWidth(width: Int) {
    #expect(TextWidth.columns(of: state.text(width: width)) <= width)
  }

  @Test func whatIsNotKnownIsLeftOut() {
    var unknown = state
    unknown.total = 0
    unknown.remainingSeconds = nil
    #expect(unknown.text(width: 80) == "swift-threads, all at once  14 s elapsed")
    unknown.elapsedSeconds = .nan
    unknown.done = .nan
    #expect(unknown.text(width: 80) == "swift-threads, all at once")
  }

  @Test func staysWithinItsPlan() {
    var over = state
    over.done = 99
    over.remainingSeconds = -3
    over.elapsedSeconds = 3_725
    #expect(
      over.text(width: 100)
        == "100 %  ▕████████████████████▏  swift-threads, all at once  62 min 05 s elapsed"
        + "  about 0 s left")
    over.done = -1
    over.running = "\u{1B}[2Jname\nof two"
    #expect(over.text(width: 100).hasPrefix("  0 %  ▕                    ▏  name of two"))
    over.remainingSeconds = .infinity
    #expect(!over.text(width: 100).contains("left"))
  }
}
