import Foundation
import Testing

@testable import TandemModel
@testable import TandemReport

@Suite struct SavedReportTests {
  private func data(of report: any TerminalReport) throws -> Data {
    func encoded(_ report: some SchemaReport) throws -> Data { try JSONReport.encode(report) }
    let saved = try #require(report as? any SchemaReport)
    return try encoded(saved)
  }

  /// What is shown of a file is what was printed, in both forms.
  @Test(arguments: ShortSamples.all.map(\.name).filter { $0 != "extremes" })
  func readsAsItWas(name: String) throws {
    let report = try #require(ShortSamples.named(name))
    let saved = try SavedReport(data(of: report))
    #expect(saved.unrecorded == [])
    for details in [false, true] {
      let options = TextOptions(width: 100, details: details, source: .file)
      let lines = saved.terminalText(options).split(separator: "\n")
      let printed = report.terminalText(options).split(separator: "\n")
      #expect(lines.count == printed.count)
      // A timeline is saved as it was drawn, at its own number of columns: the rows may differ in places.
      for (line, other) in zip(lines, printed) where line != other {
        #expect(line.prefix(12) == other.prefix(12), "\(line)\n\(other)")
      }
    }
  }

  @Test(arguments: [
    ("", "it is empty"), ("{", "it isn't JSON"), ("[1, 2]", "it names no schema"),
    (#"{"a": 1}"#, "it names no schema"), (#"{"schema": 7}"#, "it names no schema"),
    (#"{"schema": "tandem.explain/2"}"#, "another version of Tandem wrote"),
    (#"{"schema": "tandem.explain/0"}"#, "another version of Tandem wrote"),
    (#"{"schema": "other/1"}"#, "no report of Tandem's"),
    (#"{"schema": "tandem.explain/1"}"#, "tandem_version is missing"),
    (#"{"schema": "\u001b[31mred"}"#, "no report of Tandem's"),
  ])
  func whatIsNoReportIsSaid(text: String, why: String) throws {
    do throws(SavedReport.Unreadable) {
      _ = try SavedReport(Data(text.utf8))
      Issue.record("it was read")
    } catch {
      #expect(error.why.contains(why), "\(error.why)")
      #expect(!error.why.contains("\u{1B}") && !error.why.contains("\n"))
    }
  }

  @Test func everySchemaCanBeShown() {
    #expect(
      SavedReport.schemas.map { $0.prefix { $0 != "/" } } == [
        "tandem.compare", "tandem.explain", "tandem.explain-vs", "tandem.explain-sweep",
        "tandem.doctor",
      ])
  }
}
