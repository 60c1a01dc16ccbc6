import Foundation
import TandemModel
import TandemPages
import TandemReport
import Testing

/// A page holds its report, and nothing of it is markup.
///
/// `Tests/Pages` looks at pages in a browser.
@Suite struct ReportPageTests {
  private static func text(_ report: some DigestedReport) throws -> String {
    String(
      decoding: try ReportPage.bytes(of: report, commandLine: ["tandem", "<b>"]), as: UTF8.self)
  }

  /// The text of a page's element of data.
  private static func data(_ name: String, in page: String) throws -> Data {
    let begin = try #require(page.firstRange(of: "id=\"\(name)\">"))
    let end = try #require(page[begin.upperBound...].firstRange(of: "</script>"))
    return Data(page[begin.upperBound..<end.lowerBound].utf8)
  }

  @Test(arguments: ["full", "minimal", "every-null", "lesson"])
  func theJSONIsInside(name: String) throws {
    let report = try #require(MadeUp.reports[name])
    let page = try Self.text(report)
    #expect(try JSONReport.decode(Self.data("data", in: page), as: CompareReport.self) == report)
    let words = try #require(
      try JSONSerialization.jsonObject(with: Self.data("words", in: page)) as? [String: Any])
    #expect(words["seed"] as? String == "\(report.seed)")
    #expect(words["command_line"] as? String == "tandem '<b>'")
  }

  @Test func namesAreInert() throws {
    let markup = "</script><script>alert(1)</script><img src=x onerror=alert(2)>"
    var report = try #require(MadeUp.reports["full"])
    report.work.name = markup
    report.verdict.reason = markup
    report.findings.append(
      Finding(rule: markup, claim: markup, evidence: [:], potentialGain: nil, advice: markup))
    let page = try Self.text(report)
    #expect(!page.contains("<script>alert") && !page.contains("<img"))
    #expect(page.components(separatedBy: "<script").count == 4)
    #expect(page.components(separatedBy: "</script").count == 4)
  }

  @Test func noNameTurnsTheTextAfterIt() throws {
    var report = try #require(MadeUp.reports["full"])
    report.work.name = "\u{202E}eman"
    report.verdict.reason = "\u{202E}nosaer \u{200B}"
    let page = try Self.text(report)
    let shown = try #require(page.firstRange(of: "id=\"data\""))
    let text = page[..<shown.lowerBound]
    #expect(text.contains("nosaer") && text.contains("eman"))
    #expect(!text.unicodeScalars.contains { $0 == "\u{202E}" || $0 == "\u{200B}" })
  }

  @Test func nothingIsFetched() throws {
    let page = try Self.text(try #require(MadeUp.reports["full"]))
    #expect(page.contains("default-src 'none'"))
    for sign in [
      " src=", " href=\"http", "@import", "url(\"", "url(h", "fetch(", "XMLHttpRequest", "import(",
    ] {
      #expect(!page.contains(sign), "\(sign)")
    }
  }
}
