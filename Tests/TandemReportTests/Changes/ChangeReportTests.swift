import TandemModel
import Testing

@testable import TandemLab
@testable import TandemReport

@Suite("Two results, before and after")
struct ChangeReportTests {
  /// Pairs of samples, each with a name.
  private static func change(_ name: String) throws -> ChangeReport {
    func sample<Report>(_ name: String) throws -> Report {
      try #require(ShortSamples.named(name) as? Report)
    }
    func report(_ change: ResultChange, _ one: some DigestedReport, _ other: some DigestedReport)
      -> ChangeReport
    {
      ChangeReport(
        change: change, before: .init(file: "before.json", digest: one.digest),
        after: .init(file: "after.json", digest: other.digest))
    }
    switch name {
    case "compare":
      let before: CompareReport = try sample("python")
      var after = before
      for index in after.runs.indices {
        after.runs[index].wallSeconds = after.runs[index].wallSeconds.map { $0 * 1.3 }
      }
      after.machine.effectiveCPUs = 4
      after.machine.cpusOnline = 4
      after.machine.cpusAllowed = 4
      after.tandemVersion = "0.2.0"
      return report(ResultChange(before, after, allowed: 0.05), before, after)
    case "swept":
      let before: CompareReport = try sample("scaling")
      return report(ResultChange(before, before, allowed: 0.05), before, before)
    case "many":
      let before: CompareReport = try sample("many")
      return report(ResultChange(before, before), before, before)
    case "explain":
      let (before, after): (ExplainReport, ExplainReport) = (
        try sample("gil-bound"), try sample("pool")
      )
      return report(ResultChange(before, after), before, after)
    case "versus":
      let before: ExplainDifference = try sample("versus")
      var after = before
      after.firstRuns.wallSeconds = before.firstRuns.wallSeconds.map { $0 * 0.5 }
      return report(ResultChange(before, after, allowed: 0.1), before, after)
    default:
      let before: ExplainSweep = try sample("sweep-workers")
      return report(ResultChange(before, before, allowed: 0.1), before, before)
    }
  }

  private static let names = ["compare", "swept", "many", "explain", "versus", "sweep"]

  @Test(arguments: names, [60, 100])
  func reads(name: String, width: Int) throws {
    let text = try Self.change(name).terminalText(TextOptions(width: width))
    try Snapshot.expect(text, named: "change-\(name)-\(width)")
  }

  @Test(arguments: names)
  func itIsShortAndNoLineIsTooWide(name: String) throws {
    for width in [40, 80, 100, 200] {
      for ascii in [false, true] {
        let text = try Self.change(name).terminalText(TextOptions(width: width, ascii: ascii))
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        if width >= 100 { #expect(lines.count <= ShortReport.mostLines) }
        for line in lines { #expect(TextWidth.columns(of: line) <= width, "\(line)") }
      }
    }
  }

  @Test(arguments: names)
  func itIsATableAndTextForAnIssueToo(name: String) throws {
    let report = try Self.change(name)
    #expect(report.csv.rows.count == report.change.rows.count)
    #expect(report.csv.rows.allSatisfy { $0.count == report.csv.header.count })
    try Snapshot.expect(report.markdown, named: "change-\(name)", extension: "md")
  }

  @Test func withDetailsEveryRowIsThere() throws {
    let report = try Self.change("many")
    let short = report.terminalText(TextOptions())
    let long = report.terminalText(TextOptions(details: true))
    #expect(report.change.rows.count > 8 && short.contains("more"))
    let rows = long.split(separator: "\n").count { $0.contains("×") || $0.contains("only in") }
    #expect(rows >= report.change.rows.count)
  }

  @Test func aFileIsCalledWhatItIsAndNothingElse() throws {
    var report = try Self.change("compare")
    report.before.file = "\u{1B}[31m" + String(repeating: "x", count: 4_096)
    let text = report.terminalText(TextOptions())
    #expect(!text.contains("\u{1B}"))
    #expect(text.split(separator: "\n").allSatisfy { TextWidth.columns(of: $0) <= 100 })
  }
}
