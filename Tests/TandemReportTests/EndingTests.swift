import Foundation
import TandemModel
import TandemTestSupport
import Testing

@testable import TandemReport

/// What a report says of how many runs there were, and of what is undecided.
@Suite struct EndingTests {
  private static func report(
    _ reason: ComparisonEnding.Reason, budget: Double? = 15,
    unfinished: [ComparisonEnding.Unfinished] = []
  ) throws -> CompareReport {
    var report = try #require(MadeUp.reports["full"])
    report.ending = ComparisonEnding(
      reason: reason, timedRuns: 61, elapsedSeconds: 6.25, timeBudgetSeconds: budget,
      unfinished: unfinished)
    return report
  }

  @Test func aBusyMachineIsNamed() throws {
    var report = try Self.report(.clearWinner)
    report.ending?.othersShare = 0.42
    report.ending?.others = [OtherProgram(pid: 77, name: "make", cpuSeconds: 9)]
    let busy = "the machine was busy: other programs used 42 % of the CPUs' time (make 77)"
    #expect(Self.text(report).contains(busy))
    let short = report.terminalText(width: 400)
    #expect(short.contains(busy), "\(short)")
    report.ending?.othersShare = nil
    #expect(!Self.text(report).contains("busy"))
  }

  private static func text(_ report: CompareReport) -> String {
    CompareText(report, style: ReportStyle(color: false, width: 100)).text
  }

  @Test(arguments: [
    (
      ComparisonEnding.Reason.clearWinner,
      "61 timed runs · ended early, after 6.25 s of 15 s: the answer is clear"
    ),
    (.runsMade, "61 timed runs · as many as were asked for, in 6.25 s"),
    (.enoughRuns, "61 timed runs · as many of each model as are useful, in 6.25 s of 15 s"),
    (.timeBudget, "61 timed runs · as many as fitted into 15 s"),
    (.allFailed, "61 timed runs · every model failed"),
    (.interrupted, "61 timed runs · interrupted after 6.25 s"),
  ])
  func theReasonIsSaid(reason: ComparisonEnding.Reason, words: String) throws {
    let report = try Self.report(reason, budget: reason == .runsMade ? nil : 15)
    #expect(Self.text(report).contains("  runs      \(words)\n"))
  }

  @Test func whatIsNotRunFurtherIsNamedOnce() throws {
    var report = try Self.report(.clearWinner)
    #expect(!Self.text(report).contains("not run further"))
    for index in report.runs.indices where report.runs[index].model == .swiftProcesses {
      report.runs[index].isClearlySlower = true
    }
    #expect(
      Self.text(report).contains("            clearly slower, not run further: swift-processes\n"))
  }

  @Test func whatIsUndecidedIsNamed() throws {
    var report = try Self.report(
      .timeBudget,
      unfinished: [
        .init(
          model: .pythonThreads, interpreter: "/usr/bin/python3", schedule: .allAtOnce,
          estimateSeconds: nil, stoppedAfterSeconds: 7.2),
        .init(
          model: .serial, interpreter: nil, schedule: .allAtOnce, estimateSeconds: 10.2,
          stoppedAfterSeconds: nil),
      ])
    report.verdict = Verdict(
      choice: .undecided, model: nil, workers: nil, reason: "The runs don't tell.",
      open: Verdict.OpenQuestion(
        between: [
          .init(model: .swiftThreads, interpreter: nil),
          .init(model: .swiftThreadPool, interpreter: nil),
        ], n: 8, ratio: 1.02, ratioCI95: Interval(low: 0.97, high: 1.08), moreRuns: 12,
        options: "--models swift-threads,swift-thread-pool --runs 20"))
    #expect(Self.text(report).contains("▶ Undecided: swift-threads or swift-thread-pool\n"))
    let page = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Documentation/compare-1.schema.json")
    let schema = try SchemaValidator(schema: Data(contentsOf: page))
    #expect(try schema.problems(of: JSONReport.encode(report)) == [])
    #expect(try JSONReport.decode(JSONReport.encode(report), as: CompareReport.self) == report)
  }

  private func line(_ standings: [Standing]) -> ProgressLine {
    ProgressLine(
      running: "swift-tasks, all-at-once", done: 8, total: 15, elapsedSeconds: 8,
      remainingSeconds: 7, standings: standings)
  }

  @Test func theBestSoFarIsShownWithHowSureItIs() {
    let best = Standing(name: "swift-processes", medianSeconds: 0.41, runs: 2)
    var rival = Standing(name: "swift-threads", medianSeconds: 0.8, runs: 2)
    let plain = "so far: swift-processes 410 ms, swift-threads 800 ms"
    #expect(
      line([best]).text(width: 60) == "so far: swift-processes 410 ms · 2 runs each · 7 s left")
    #expect(line([best, rival]).text(width: 79) == plain + " · 2 runs each · 7 s left")
    rival.leastRatio = 1.9
    rival.greatestRatio = 2.1
    #expect(
      line([best, rival]).text(width: 130)
        == plain + " (1.90–2.10 times) · 2 runs each · now swift-tasks, all-at-once · 7 s left")
    #expect(
      line([best, rival]).text(width: 140)
        == plain + " (1.90–2.10 times) · 2 runs each · now swift-tasks, all-at-once · 53 % done"
        + " · 7 s left")
    rival.runs = 1
    #expect(line([best, rival]).text(width: 79) == plain + " · 2 and 1 run · 7 s left")
    #expect(line([best, rival]).text(width: 64) == plain + " · 7 s left")
    #expect(line([best, rival]).text(width: 50) == "so far: swift-processes 410 ms · 7 s left")
    // Without room for that, how far it is.
    #expect(line([best, rival]).text(width: 24) == " 53 %  about 7 s left")
    for width in 0...140 {
      #expect(line([best, rival]).text(width: width).count <= width)
    }
  }
}
