import TandemModel
import Testing

@testable import TandemReport

@Suite struct TerminalReportTests {
  @Test(arguments: [80, 100, 160])
  func lessonReads(width: Int) throws {
    let text = TerminalReport(MadeUp.lessonReport, style: .init(color: false, width: width)).text
    try Snapshot.expect(text, named: "lesson-\(width)")
  }
}
