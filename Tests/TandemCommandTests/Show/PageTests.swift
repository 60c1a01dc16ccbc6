import Foundation
import TandemSystem
import TandemTestSupport
import Testing

/// `--html`, where it writes and what it refuses.
@Suite struct PageTests {
  @Test func explainAndShowWriteThePage() throws {
    let folder = try TemporaryFolder()
    let run = try ShellRun(
      """
      "$TANDEM" explain --json report.json --html page.html -- sh -c 'exit 3'; echo $?
      "$TANDEM" show report.json --html again.html && cat page.html >both && cat again.html >>both
      """, folder: folder.path)
    #expect(run.status == .exited(code: 0) && run.text.hasPrefix("3\n"), "\(run.error)")
    let both = try String(contentsOfFile: folder.path + "/both", encoding: .utf8)
    #expect(both.components(separatedBy: "<!doctype html>").count == 3)
    #expect(both.contains("--html page.html"), "a colleague can repeat it")
    #expect(both.contains("exit code 3"))
  }

  @Test func standardOutputHasOnlyThePage() throws {
    let folder = try TemporaryFolder()
    let run = try ShellRun(
      """
      exec "$TANDEM" compare --models serial,swift-threads --workers 2 --iterations 2000 --runs 1 --html -
      """, folder: folder.path)
    #expect(run.status == .exited(code: 0))
    #expect(run.output.starts(with: Array("<!doctype html>".utf8)))
    #expect(run.text.hasSuffix("</html>\n"))
  }

  @Test(arguments: [
    ("explain --html missing/page.html -- true", 66, "can't write 'missing/page.html'"),
    ("explain --html . -- true", 66, "can't write '.'"),
    ("explain --html page --json page -- true", 64, "can't both write to 'page'"),
    ("explain --html page --output page -- true", 64, "can't both write to 'page'"),
    ("compare --html page --json page", 64, "can't both write to 'page'"),
    ("compare --html missing/page.html --runs 1", 66, "can't write 'missing/page.html'"),
    ("show file --html file", 64, "can't write over the report itself"),
    ("show file --html page --details", 64, "a page has everything"),
    ("show file --html page", 65, "it isn't JSON"),
    ("show doctor --html page", 65, "nothing to draw"),
  ])
  func whatCannotBeWrittenIsOneLine(arguments: String, code: Int32, line: String) throws {
    let folder = try TemporaryFolder(["file": "{"])
    let run = try ShellRun(
      "\"$TANDEM\" doctor --json doctor >/dev/null; exec \"$TANDEM\" \(arguments)",
      folder: folder.path)
    #expect(run.status == .exited(code: code))
    #expect(run.error.hasPrefix("tandem: ") && run.error.contains(line), "\(run.error)")
    #expect(run.error.count { $0 == "\n" } == 1 && run.output.isEmpty)
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/page"))
  }
}
