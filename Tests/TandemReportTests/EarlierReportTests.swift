import Foundation
import TandemModel
import Testing

@testable import TandemReport

/// Reports that earlier versions saved: the files in `Earlier`, as those versions wrote them.
@Suite("Reports of earlier versions")
struct EarlierReportTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "Earlier")

  private static let files =
    (try? FileManager.default.contentsOfDirectory(atPath: folder.path()))?.sorted() ?? []

  private func saved(_ name: String) throws -> SavedReport {
    try SavedReport(Data(contentsOf: Self.folder.appending(path: name)))
  }

  @Test func thereAreSome() { #expect(Self.files.count >= 7) }

  @Test(arguments: files) func itIsShownAndSaysWhatIsMissing(name: String) throws {
    let saved = try saved(name)
    #expect(!saved.unrecorded.isEmpty)
    for details in [false, true] {
      let text = saved.terminalText(TextOptions(details: details, source: .file))
      #expect(text.hasPrefix("tandem "))
      let lines = text.split(separator: "\n").filter { $0.hasPrefix("Missing   ") }
      #expect(lines.count == 1 && text.hasSuffix("\(lines.first ?? "")\n"), "\(lines)")
      #expect(lines.first.map { TextWidth.columns(of: $0) <= 100 } == true)
    }
  }

  @Test(arguments: files) func itIsExportedAndSavedAnewAsAWholeReport(name: String) throws {
    func encoded(_ report: some SchemaReport) throws -> Data { try JSONReport.encode(report) }
    let saved = try saved(name)
    let report = try #require(saved.report as? any ExportedReport)
    #expect(!report.csv.header.isEmpty && !report.markdown.isEmpty)
    #expect(try SavedReport(encoded(saved.report)).unrecorded == [])
  }

  @Test(arguments: [
    ("compare-87068ac.json", ["verdict.interpreter"]),
    ("compare-ac307c6.json", ["code", "crossing", "runs[].python_pool", "verdict.interpreter"]),
    (
      "explain-b0f94ef.json",
      ["cpus_in_use", "gil[].holds", "gil[].import_s", "gil[].waiting_functions"]
    ),
  ])
  func whatIsMissingIsNamed(name: String, keys: [String]) throws {
    let unrecorded = try saved(name).unrecorded
    #expect(keys.allSatisfy(unrecorded.contains), "\(unrecorded)")
  }

  @Test func whatIsMissingFitsIntoALine() {
    let keys = (0..<40).map { "workers[].a_rather_long_key_\($0)" }
    for width in [40, 60, 100, 200] {
      let lines = UnrecordedSection(keys: keys).lines(width: width)
      #expect(lines.allSatisfy { $0.width <= width })
      if width >= 100 { #expect(lines.count == 1) }
    }
    #expect(UnrecordedSection(keys: []).lines(width: 100).isEmpty)
  }

  /// What is no earlier report's is still refused, and without notes a report must be whole.
  @Test func whatWasAlwaysThereMustBeThere() throws {
    let text = try String(
      contentsOf: Self.folder.appending(path: "explain-b0f94ef.json"), encoding: .utf8)
    let cut = text.replacing("\"wall_s\" :", with: "\"wall\" :")
    #expect(throws: SavedReport.Unreadable.self) { try SavedReport(Data(cut.utf8)) }
    #expect(throws: DecodingError.self) {
      try JSONReport.decode(Data(text.utf8), as: ExplainReport.self)
    }
  }
}
