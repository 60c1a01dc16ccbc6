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

  @Test func aRunningProgramIsShownWithWhatItHas() throws {
    let text = try text("running", TextOptions())
    #expect(text.contains("at least 8 threads besides the first thread, at most "))
    #expect(!text.contains("nothing started"))
  }

  @Test func aStandstillIsSaidOnceInEachPlace() throws {
    let live = try text("hang", TextOptions())
    #expect(live.contains("The program is still there: kill -KILL 700 ends its first process."))
    #expect(
      !live.contains("Where 1.60 s went")
        && !live.contains("by itself: its workers wait for each other in"))
    // Of a saved report nobody knows whether the program is still there.
    #expect(try !text("hang", TextOptions(source: .file)).contains("still there"))
  }

  @Test func theWaitsThatWereNotSeenAreSaidWhereTheyAreMany() throws {
    var report = try #require(ShortSamples.named("pool") as? ExplainReport)
    report.sources.attributedShare = 0.68
    let sentence =
      "the reason was seen for 68 % of the waiting, and inferred from that for the rest"
    #expect(ShortExplain.sure(report).contains(sentence))
    report.sources.attributedShare = 0.97
    #expect(!ShortExplain.sure(report).joined().contains("the reason was seen"))
    // From next to nothing, nothing is inferred.
    report.sources.attributedShare = 0.004
    #expect(ShortExplain.sure(report).contains("hardly any of the waiting was looked into"))
  }

  @Test func whatNobodyMissesIsNotLeftOut() throws {
    var report = try #require(ShortSamples.named("python") as? CompareReport)
    report.omitted = [
      Omission(what: "Swift's models", why: "the work is a Python function"),
      Omission(what: "a pool", why: "it came with Python 3.14"),
    ]
    #expect(report.terminalText().contains("Left out  a pool: it came with Python 3.14"))
    #expect(report.terminalText(details: true).contains("Swift's models"))
  }

  @Test func findingsOfTwoProgramsAreSortedByWhatTheyCouldSave() throws {
    var difference = try #require(ShortSamples.named("versus") as? ExplainDifference)
    func finding(_ seconds: Double?) -> Finding {
      Finding(
        rule: "gil-bound", claim: "Found \(seconds.map { Int($0) } ?? 0).", evidence: [:],
        potentialGain: seconds.map { PotentialGain(seconds: $0, wallSeconds: 10, basis: "it") },
        advice: "")
    }
    difference.findings = [finding(2)]
    difference.first.findings = [finding(nil), finding(7)]
    difference.second.findings = []
    let text = difference.terminalText()
    let order = try ["The first: Found 7.", "● Found 2.", "The first: Found 0."].map {
      try #require(text.firstRange(of: $0)).lowerBound
    }
    #expect(order == order.sorted())
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
    #expect(try !text("pool", TextOptions(source: .file)).contains("--json"))
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
