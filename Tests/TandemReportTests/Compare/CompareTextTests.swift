import Testing

@testable import TandemModel
@testable import TandemReport

@Suite struct CompareTextTests {
  private static let reports: [(name: String, report: CompareReport)] = [
    ("lesson", MadeUp.lessonReport), ("nothing", MadeUp.minimal), ("every-null", MadeUp.everyNull),
    ("full", MadeUp.full), ("one-run", MadeUp.oneRun), ("all-failed", MadeUp.allFailed),
    ("long-names", MadeUp.longNames), ("extremes", MadeUp.extremes), ("many", MadeUp.many),
    ("swept", MadeUp.swept), ("watched", MadeUp.watched),
  ]

  private func text(_ report: CompareReport, _ width: Int, color: Bool = false) -> String {
    CompareText(report, style: .init(color: color, width: width)).text
  }

  @Test(arguments: reports.map(\.name), [80, 100])
  func reads(name: String, width: Int) throws {
    let report = try #require(Self.reports.first { $0.name == name }).report
    try Snapshot.expect(text(report, width), named: "\(name)-\(width)")
  }

  @Test func readsInOneTableWhereThereIsRoom() throws {
    try Snapshot.expect(text(MadeUp.lessonReport, 160), named: "lesson-160")
  }

  @Test func readsInColor() throws {
    try Snapshot.expect(text(MadeUp.lessonReport, 100, color: true), named: "lesson-100-color")
  }

  @Test(arguments: reports.map(\.name), [0, 40, 57, 80, 93, 100, 120, 160, 220])
  func noLineIsTooWide(name: String, width: Int) throws {
    let report = try #require(Self.reports.first { $0.name == name }).report
    let limit = max(width, ReportStyle.narrowest)
    for line in text(report, width).split(separator: "\n") {
      #expect(TextWidth.columns(of: line) <= limit, "\(line)")
      #expect(!line.hasSuffix(" "), "\(line)")
    }
  }

  @Test(arguments: reports.map(\.name), [40, 80, 100, 160])
  func colorAddsEscapesAndNothingElse(name: String, width: Int) throws {
    let report = try #require(Self.reports.first { $0.name == name }).report
    let plain = text(report, width)
    let colored = text(report, width, color: true)
    let controls = plain.unicodeScalars.filter {
      $0.properties.generalCategory == .control && $0 != "\n"
    }
    #expect(controls.isEmpty)
    #expect(colored != plain)
    #expect(colored.replacing(/\x{1B}\[[0-9;]*m/, with: "") == plain)
  }

  /// They are threads, and don't share a lock as those of a thread pool do.
  @Test func threadsWithAnInterpreterEachAreCalledSo() {
    var report = MadeUp.full
    report.verdict = Verdict(
      choice: .threads, model: .pythonInterpreterPool, workers: 2, reason: "")
    #expect(text(report, 100).contains("▶ Use threads with an interpreter each: python-interp"))
    report.verdict.model = .pythonThreadPool
    #expect(text(report, 100).contains("▶ Use threads: python-thread-pool"))
  }

  @Test func everythingStandsInItsOrder() throws {
    let text = text(MadeUp.full, 100)
    let marks = [
      "tandem compare", "work ", "machine ", "kernel ", "seed ", "One at a time", "concurrency",
      "parallelism", "wall", "All at once", "What the numbers mean", "Not measured",
      "More workers", "Why the times differ", "Findings", "Left out", "━━━", "▶ ",
    ]
    var rest = text[...]
    for mark in marks {
      let range = try #require(rest.firstRange(of: mark), "\(mark) is missing or too early")
      rest = rest[range.upperBound...]
    }
  }

  @Test func whatWasNotMeasuredIsNeverZero() throws {
    var report = MadeUp.everyNull
    report.differences = []
    let row = try #require(
      text(report, 220).split(separator: "\n").first { $0.contains("  swift-threads") })
    // The number of runs was counted: it is 0. Every figure of them is not measured.
    let cells = row.split(separator: " ").dropFirst()
    #expect(cells.filter { $0 == "–" }.count == 11)
    #expect(cells.filter { $0 != "–" } == ["0"])
  }

  @Test func aFailedModelIsARowWithItsError() {
    let text = text(MadeUp.allFailed, 100)
    #expect(
      text.contains("python-serial                failed: Traceback (most recent call last):"))
    #expect(text.contains("ZeroDivisionError: division by zero"))
    #expect(!text.contains("parallelism"), "there are no figures to head")
  }

  @Test func interpretersThatReadTheSameAreNumbered() {
    let text = text(MadeUp.many, 100)
    #expect(text.contains("CPython 3.13.0 #1, GIL on · /usr/bin/python3"))
    #expect(text.contains("· CPython 3.14.0, GIL off\n"))
    #expect(
      text.contains("python-threads (CPython 3.13.0 #2, GIL on) took 1.97 × as long as python-th"))
  }
}
