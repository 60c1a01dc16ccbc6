import Testing

@testable import TandemReport

@Suite struct TextWidthTests {
  @Test(arguments: [
    ("", 0), ("abc", 3), ("3.02 ms", 7), ("12\u{202F}345", 6), ("−0.5 µs", 7), ("█▏", 2),
    ("日本", 4), ("e\u{301}", 1), ("👩‍👧", 2), ("한글", 4),
  ])
  func columns(text: String, width: Int) {
    #expect(TextWidth.columns(of: text) == width)
  }

  @Test(arguments: [
    ("python-threads", 14, "python-threads"), ("python-threads", 9, "pyth…eads"),
    ("python-threads", 2, "…s"), ("python-threads", 1, "…"), ("python-threads", 0, ""),
    ("日本語テキスト", 6, "日…ト"),
  ])
  func shortens(text: String, width: Int, expected: String) {
    #expect(TextWidth.shortened(text, to: width) == expected)
    #expect(TextWidth.columns(of: expected) <= width)
  }

  @Test func wraps() {
    #expect(TextWidth.wrapped("one two three", to: 7) == ["one two", "three"])
    #expect(TextWidth.wrapped("abcdefgh ij", to: 3) == ["abc", "def", "gh", "ij"])
    #expect(
      TextWidth.wrapped("a\n  File x.py, line 3\nb", to: 80) == ["a", "  File x.py, line 3", "b"])
    #expect(TextWidth.wrapped("it took 3 ms, more", to: 9) == ["it took", "3 ms,", "more"])
    #expect(TextWidth.wrapped("", to: 10) == [""])
    #expect(TextWidth.wrapped("日本語", to: 1) == ["日", "本", "語"])
    #expect(TextWidth.wrapped("      deep", to: 4) == ["  de", "  ep"])
  }

  @Test(arguments: [
    ("\u{1B}[31mred\u{1B}[0m", "red"), ("\u{1B}]0;title\u{07}after", "after"),
    ("\u{1B}]8;;http://x\u{1B}\\link", "link"), ("a\tb", "a    b"), ("a\nb\r", "a b"),
    ("\u{07}bell", "\u{FFFD}bell"), ("\u{202E}turned", "\u{FFFD}turned"), ("end\u{1B}", "end"),
    ("cut\u{1B}[3", "cut"), ("c1\u{9B}31m", "c1\u{FFFD}31m"),
    ("12\u{202F}345 µs", "12\u{202F}345 µs"),
  ])
  func makesHarmless(text: String, expected: String) {
    #expect(TextWidth.sanitized(text) == expected)
  }

  @Test func keepsLinesWhenAsked() {
    #expect(TextWidth.sanitized("a\n\u{1B}[1mb", keepsLines: true) == "a\nb")
    #expect(TextWidth.sanitized("a\u{1B}[\nb", keepsLines: true) == "a\nb")
  }
}
