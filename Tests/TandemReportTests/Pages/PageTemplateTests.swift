import Foundation
import TandemPages
import Testing

/// What goes into a page's places, and how.
@Suite struct PageTemplateTests {
  private static func filled(
    _ template: String, _ values: [String: PageTemplate.Value]
  ) throws -> String {
    String(decoding: try PageTemplate(Array(template.utf8)).filled(values), as: UTF8.self)
  }

  @Test(arguments: [
    ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
    (#"a" onload='x' &amp;"#, "a&quot; onload=&#39;x&#39; &amp;amp;"),
    ("{{title}}", "{{title}}"), ("\u{0}\u{1B}\u{85}", "\u{FFFD}\u{FFFD}\u{FFFD}"),
    ("שלום\n\t🙂", "שלום\n\t🙂"), ("", ""),
  ])
  func wordsAreText(text: String, escaped: String) throws {
    #expect(
      try Self.filled("<h1>{{answer}}</h1>", ["answer": .text(text)]) == "<h1>\(escaped)</h1>")
  }

  @Test(arguments: [
    "</script><img src=x onerror=alert(2)>", "<!-- <script>", "a\u{2028}b\u{2029}c", "]]>&lt;",
    "é – 🙂",
  ])
  func dataEndsNoElementAndIsTheSame(text: String) throws {
    let data = try JSONEncoder().encode([text: [text]])
    let escaped = EmbeddedJSON.escaped(data)
    let written = String(decoding: escaped, as: UTF8.self)
    for sign in ["<", ">", "&", "\u{2028}", "\u{2029}"] { #expect(!written.contains(sign)) }
    #expect(
      try JSONDecoder().decode([String: [String]].self, from: Data(escaped)) == [text: [text]])
  }

  @Test func bytesThatOnlyBeginLikeALineSeparatorStay() {
    let data = Data([0x22, 0xE2, 0x80, 0xA7, 0x22, 0xE2, 0x80])
    #expect(EmbeddedJSON.escaped(data) == Array(data))
  }

  @Test func eachPlaceHasItsValue() throws {
    #expect(
      try Self.filled("{{a}}-{{b}}-{{a}}", ["a": .text("<"), "b": .own(Array("<b>".utf8))])
        == "&lt;-<b>-&lt;")
    #expect(throws: PageTemplate.Mismatch.self) { try Self.filled("{{a}}", [:]) }
    #expect(throws: PageTemplate.Mismatch.self) { try Self.filled("", ["a": .text("")]) }
    #expect(try Self.filled("{{open", [:]) == "{{open")
  }
}
