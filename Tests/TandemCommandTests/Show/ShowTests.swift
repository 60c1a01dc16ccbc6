import Foundation
import TandemSystem
import TandemTestSupport
import Testing

/// `tandem show`, and what is printed where the locale isn't UTF-8.
@Suite struct ShowTests {
  private static let busy = "for i in 1 2 3 4 5 6 7 8 9; do :; done; sleep 0.2"

  private func saved(_ folder: TemporaryFolder) throws -> ShellRun {
    try ShellRun(
      "exec \"$TANDEM\" explain --json report.json -- sh -c '\(Self.busy)'", folder: folder.path)
  }

  @Test func printsWhatWasPrintedAndEverything() throws {
    let folder = try TemporaryFolder()
    let printed = try saved(folder)
    #expect(printed.status == .exited(code: 0))
    #expect(printed.error.contains("▶ It sleeps"))
    let short = try ShellRun("exec \"$TANDEM\" show report.json", folder: folder.path)
    #expect(short.status == .exited(code: 0))
    #expect(short.text.contains("▶ It sleeps") && short.text.contains("What each worker did"))
    #expect(short.text.count { $0 == "\n" } <= 40)
    #expect(try Self.timeline(short.text) == Self.timeline(printed.error))
    let piped = try ShellRun("\"$TANDEM\" show - <report.json", folder: folder.path)
    #expect(piped.text == short.text)
    let long = try ShellRun("exec \"$TANDEM\" show --details report.json", folder: folder.path)
    #expect(long.text.contains("What the numbers mean") && long.text.contains("The workers"))
  }

  /// The rows of the workers, and what is below them.
  private static func timeline(_ text: String) throws -> Substring {
    let start = try #require(text.firstRange(of: "What each worker did"))
    let rest = text[start.lowerBound...]
    return rest[..<(rest.firstRange(of: "\n\n")?.lowerBound ?? rest.endIndex)]
  }

  @Test func printsAComparison() throws {
    let folder = try TemporaryFolder()
    let run = try ShellRun(
      """
      "$TANDEM" compare --models serial,swift-threads --workers 2 --iterations 2000 --runs 1 \
        --json report.json >printed && "$TANDEM" show report.json
      """, folder: folder.path)
    #expect(run.status == .exited(code: 0))
    #expect(run.text.contains("tandem compare") && run.text.contains("swift-threads"))
    #expect(run.text.count { $0 == "\n" } <= 40)
  }

  @Test(arguments: [
    ("missing.json", "", 66, "can't read 'missing.json'"), (".", "", 66, "can't read '.'"),
    ("file", "", 65, "it is empty"), ("file", "{\"schema\"", 65, "it isn't JSON"),
    ("file", "{\"schema\": \"tandem.compare/9\"}", 65, "another version of Tandem"),
    ("file", "{\"schema\": \"tandem.compare/1\"}", 65, "is missing"),
    ("-", "no JSON", 65, "can't show standard input"),
    ("huge", "", 65, "it has more than 64 MiB"),
    ("file", String(repeating: "[", count: 100_000), 65, "it isn't JSON"),
    ("file", "\u{FEFF}{}", 65, "it names no schema"),
    ("/bin/sh", "", 65, "it isn't JSON"),
  ])
  func whatCannotBeShownIsOneLine(path: String, text: String, code: Int32, line: String) throws {
    let folder = try TemporaryFolder(["file": text])
    let run = try ShellRun(
      "truncate -s 1G huge && exec \"$TANDEM\" show \(path) <file", folder: folder.path)
    #expect(run.status == .exited(code: code))
    #expect(run.error.hasPrefix("tandem: ") && run.error.contains(line), "\(run.error)")
    #expect(run.error.count { $0 == "\n" } == 1 && run.output.isEmpty)
  }

  // MARK: The locale

  @Test(arguments: [
    ["LC_ALL": "C"], ["LC_ALL": "", "LC_CTYPE": "POSIX", "LANG": "C.UTF-8"],
    ["LC_ALL": "", "LC_CTYPE": "", "LANG": "de_DE.ISO-8859-1"],
  ])
  func whereItIsNotUTF8EverythingIsASCII(locale: [String: String]) throws {
    let folder = try TemporaryFolder()
    let run = try ShellRun(
      """
      "$TANDEM" explain --json report.json -- sh -c 'sleep 0.1; : naïve' 2>printed
      "$TANDEM" explain --output file -- sh -c 'sleep 0.1; : naïve'
      "$TANDEM" show report.json >>printed
      "$TANDEM" show --details report.json >>printed
      "$TANDEM" doctor >>printed
      "$TANDEM" explain --quiet -- true 2>>printed
      "$TANDEM" show 'ünknown' 2>>printed
      cat printed file
      """, folder: folder.path, environment: locale)
    #expect(run.output.count > 1_000)
    #expect(run.output.allSatisfy { $0 < 0x80 })
    #expect(run.text.contains("na?ve") && run.text.contains("> It sleeps"))
  }

  @Test(arguments: [["LC_ALL": "de_DE.utf8"], ["LC_ALL": "", "LC_CTYPE": "", "LANG": "C.UTF-8"]])
  func whereItIsUTF8SignsAreWritten(locale: [String: String]) throws {
    let run = try ShellRun(
      "exec \"$TANDEM\" explain -- sh -c 'sleep 0.1'", environment: locale)
    #expect(run.error.contains("▶ It sleeps"))
  }
}
