import Testing

@testable import TandemModel
@testable import TandemReport

/// The short form of every report: at most 40 lines at 100 columns, in its order.
@Suite struct ShortReportTests {
  private static let names = ShortSamples.all.map(\.name)

  private func text(_ name: String, _ options: TextOptions) throws -> String {
    try #require(ShortSamples.named(name)).terminalText(options)
  }

  @Test(arguments: ShortSamples.kept, [60, 80, 100, 200])
  func reads(name: String, width: Int) throws {
    try Snapshot.expect(
      try text(name, TextOptions(width: width)), named: "short-\(name)-\(width)")
  }

  @Test(arguments: names, [100, 140, 200])
  func itHasAtMostFortyLines(name: String, width: Int) throws {
    let lines = try text(name, TextOptions(width: width)).split(
      separator: "\n", omittingEmptySubsequences: false
    ).dropLast()
    #expect(lines.count <= ShortReport.mostLines, "\(lines.count) lines")
  }

  @Test(arguments: names, [40, 60, 80, 93, 100, 120, 200])
  func noLineIsTooWide(name: String, width: Int) throws {
    // Code to paste is never wrapped.
    let code = (ShortSamples.named(name) as? CompareReport)?.code?.lines ?? []
    for ascii in [false, true] {
      let lines = try text(name, TextOptions(width: width, ascii: ascii)).split(separator: "\n")
      for line in lines where !code.contains(String(line)) {
        #expect(TextWidth.columns(of: line) <= width, "\(line)")
        #expect(!line.hasSuffix(" "), "\(line)")
      }
    }
  }

  @Test(arguments: names, [60, 100])
  func colorAddsEscapesAndNothingElse(name: String, width: Int) throws {
    let plain = try text(name, TextOptions(width: width))
    let colored = try text(name, TextOptions(width: width, color: true))
    #expect(colored != plain)
    #expect(colored.replacing(/\x{1B}\[[0-9;]*m/, with: "") == plain)
  }

  /// From the top: what was run, the answer, what shows it, why, the findings, how sure, and more.
  @Test func everythingStandsInItsOrder() throws {
    var report = try #require(ShortSamples.named("launcher") as? ExplainReport)
    report.omitted = [Omission(what: "a process", why: "it ended too soon")]
    let marks = [
      "tandem explain  ", "exit code", "launcher: ", "daemon (4711)", "▶ ", "What each worker did",
      "Where 4.02 s went", "Findings", "could save at most", "How sure  ", "Not seen  ", "More  ",
    ]
    var rest = report.terminalText()[...]
    for mark in marks {
      let range = try #require(rest.firstRange(of: mark), "\(mark) is missing or too early")
      rest = rest[range.upperBound...]
    }
  }

  @Test func whereNothingWasTimedItSaysSoOnceAndNamesNoSchedule() throws {
    let text = try text("nothing", TextOptions(width: 100))
    #expect(text.contains("Undecided.") && text.contains("How sure  nothing was timed"))
    #expect(text.ranges(of: "Nothing was run.").count == 1, "only the verdict's own reason")
    for schedule in Schedule.allCases { #expect(!text.contains(schedule.explanation)) }
  }

  @Test func findingsThatCouldSaveNextToNothingAreLeftOut() throws {
    let report = try #require(ShortSamples.named("pool") as? ExplainReport)
    #expect(report.findings.contains { $0.isMinor })
    #expect(!report.terminalText().contains("Findings"))
    #expect(report.terminalText(details: true).contains("Findings"))
  }

  @Test func aSavedOneDoesNotOfferToSaveIt() throws {
    #expect(try text("pool", TextOptions()).contains("--json FILE saves it"))
    #expect(try !text("pool", TextOptions(isSaved: true)).contains("--json"))
  }

  /// A report of an earlier version has neither an answer nor a timeline.
  @Test func anEarlierReportIsShownByItsFigures() throws {
    let text = MadeUpExplanations.gilBound.report.terminalText()
    #expect(text.contains("concurrency ") && !text.contains("▶"))
    #expect(!text.contains("What each worker did") && text.contains("Where 4.02 s went"))
  }

  @Test func barsAddUpToWhatIsPrinted() throws {
    let shares = [
      StateShare(state: .onCPU, seconds: 1.004), StateShare(state: .io, seconds: 0.5),
      StateShare(state: .gil, seconds: 0.4), StateShare(state: .sleep, seconds: 0.3),
      StateShare(state: .lock, seconds: 0.2), StateShare(state: .other, seconds: 0.1),
    ]
    let lines = ShareBars(title: "Where it went", shares: shares).lines(width: 100).dropFirst()
    #expect(lines.count == ShareBars.most)
    let numbers = lines.compactMap {
      $0.rendered(color: false).firstMatch(of: /(\d+\.\d\d) s/).flatMap { Double($0.1) }
    }
    #expect(abs(numbers.reduce(0, +) - 2.5) < 0.011)
    #expect(lines.last?.rendered(color: false).contains("other") == true)
  }
}
