import TandemModel
import Testing

@testable import TandemReport

@Suite("Text for an issue")
struct MarkdownTests {
  /// What Markdown leaves of a line after code: what may still be markup.
  private static func outsideCode(_ text: String) -> String {
    text.replacing(/`[^`|\\]+`/, with: "").replacing(/<code>[^<>]*<\/code>/, with: "")
  }

  /// Whether nothing in the text acts: no element, link, mention, table's part, or emphasis.
  private static func isInert(_ text: String) -> Bool {
    let rest = outsideCode(text).replacing(/\\[\\*_~\[\]+=.)-]/, with: "").replacing(
      /&(amp|lt|gt|#\d+);/, with: "")
    return !rest.contains { "<>|`*_~[]\\@#$&\n\r".contains($0) }
      && !rest.contains("://") && !rest.contains("www.") && !rest.contains("GH-")
      && !rest.contains(/:[a-z]+:/)
      && text.unicodeScalars.allSatisfy {
        $0 == "\u{200D}" || ![.control, .format].contains($0.properties.generalCategory)
      }
  }

  @Test(arguments: HostileNames.all) func aNameIsCode(name: String) {
    let code = MarkdownText.name(name)
    #expect(Self.outsideCode(code).isEmpty, "\(code)")
    #expect(Self.isInert(code), "\(code)")
    #expect(code.count <= 2_000)
  }

  @Test(arguments: HostileNames.all) func aSentenceIsText(name: String) {
    for text in [name, "It waits for \(name) in (\(name):3)."] {
      let sentence = MarkdownText.sentence(text)
      #expect(Self.isInert(sentence), "\(sentence)")
      #expect(sentence.count <= 10_000)
      #expect(!sentence.hasPrefix("- ") && !sentence.hasPrefix("1. ") && !sentence.hasPrefix("+"))
    }
  }

  @Test(arguments: [
    ("plain words stay, 3.02 ms.", "plain words stay, 3.02 ms."),
    ("in crunch (work.py:5) took 70 %", "in crunch (work.py:5) took 70 %"),
    ("a|b and <b> & c_d", "a&#124;b and &lt;b&gt; &amp; c\\_d"),
    ("by @alice in #12", "by `@alice` in `#12`"), ("1. first", "1\\. first"), ("- one", "\\- one"),
    ("28.9 ms", "28.9 ms"),
  ])
  func sentencesStayReadable(text: String, markdown: String) {
    #expect(MarkdownText.sentence(text) == markdown)
  }

  @Test func noLineEndsItsFence() {
    let block = MarkdownText.block(["```", "a ````` b", "\u{1B}[1mc"], language: "py`thon")
    #expect(block == "``````python\n```\na ````` b\nc\n``````\n")
  }

  // MARK: Reports

  @Test(arguments: ShortSamples.all.map(\.name))
  func everyTableIsWhole(name: String) throws {
    let report = try #require(ShortSamples.named(name) as? any ExportedReport)
    let text = report.markdown
    #expect(text.hasSuffix("\n") && text.hasPrefix("**"))
    #expect(!text.contains("\n\n\n"))
    #expect(text.utf8.count < 20_000)
    var isFenced = false
    var columns: Int?
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("```") { isFenced.toggle() }
      guard !isFenced, line.hasPrefix("|") else {
        columns = nil
        continue
      }
      let count = line.count { $0 == "|" }
      #expect(columns == nil || columns == count, "\(line)")
      columns = count
    }
    #expect(!isFenced)
  }

  @Test(arguments: ["python", "gil-bound", "hang", "versus", "sweep-workers", "long-names"])
  func readsAsItDid(name: String) throws {
    let report = try #require(ShortSamples.named(name) as? any ExportedReport)
    try Snapshot.expect(report.markdown, named: "issue-\(name)", extension: "md")
  }
}
