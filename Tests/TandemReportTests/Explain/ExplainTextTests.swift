import Testing

@testable import TandemModel
@testable import TandemReport

@Suite struct ExplainTextTests {
  private typealias Sample = MadeUpExplanations.Sample

  private static let names = MadeUpExplanations.all.map(\.name)

  private func text(_ name: String, _ width: Int, color: Bool = false) throws -> String {
    let sample = try #require(MadeUpExplanations.named(name))
    return ExplainText(
      report: sample.report, timeline: sample.timeline, style: .init(color: color, width: width)
    ).text
  }

  @Test(arguments: names)
  func reads(name: String) throws {
    try Snapshot.expect(try text(name, 100), named: "explain-\(name)-100")
  }

  @Test(arguments: ["gil-bound", "pool", "thousand", "crash"], [80, 140])
  func readsAtOtherWidths(name: String, width: Int) throws {
    try Snapshot.expect(try text(name, width), named: "explain-\(name)-\(width)")
  }

  @Test func readsInColor() throws {
    try Snapshot.expect(
      try text("gil-bound", 100, color: true), named: "explain-gil-bound-100-color")
  }

  @Test(arguments: names, [0, 40, 57, 80, 93, 100, 120, 160, 200])
  func noLineIsTooWide(name: String, width: Int) throws {
    let limit = max(width, ReportStyle.narrowest)
    for line in try text(name, width).split(separator: "\n") {
      #expect(TextWidth.columns(of: line) <= limit, "\(line)")
      #expect(!line.hasSuffix(" "), "\(line)")
    }
  }

  @Test(arguments: names, [40, 80, 100, 200])
  func colorAddsEscapesAndNothingElse(name: String, width: Int) throws {
    let plain = try text(name, width)
    let controls = plain.unicodeScalars.filter {
      ($0.properties.generalCategory == .control || $0.properties.generalCategory == .format)
        && $0 != "\n"
    }
    #expect(controls.isEmpty)
    let colored = try text(name, width, color: true)
    #expect(colored != plain)
    #expect(colored.replacing(/\x{1B}\[[0-9;]*m/, with: "") == plain)
  }

  /// Where the GIL would be the first suspect, that there is none stands in the first lines.
  @Test func aPythonWithoutItsLockIsSaid() {
    var report = MadeUpExplanations.gilBound.report
    report.gil = [ObservedGIL(pid: 1, state: .off, version: "3.13.5", samples: 8)]
    #expect(report.pythonTexts == ["Python 3.13.5 without a GIL"])
    report.gil.append(ObservedGIL(pid: 2, state: .on, version: "3.13.5", samples: 8))
    #expect(report.pythonTexts == ["Python 3.13.5"])
  }

  @Test func everythingStandsInItsOrder() throws {
    var sample = MadeUpExplanations.gilBound
    sample.report.locks = MadeUpExplanations.crash.report.locks
    sample.report.omitted = [Omission(what: "a process", why: "it ended too soon")]
    let text = ExplainText(
      report: sample.report, timeline: sample.timeline, style: .init(color: false, width: 130)
    ).text
    let marks = [
      "tandem explain", "command ", "wall time ", "machine ", "concurrency ", "parallelism ",
      "started, at most", "Where the time went", "Of 2 CPUs", "What each worker did",
      "The workers", "Starting a thread", "interpreter lock", "Locks waited for",
      "What the numbers mean", "Findings", "What could not be observed",
      "every context switch recorded",
    ]
    var rest = text[...]
    for mark in marks {
      let range = try #require(rest.firstRange(of: mark), "\(mark) is missing or too early")
      rest = rest[range.upperBound...]
    }
  }

  @Test func aFindingSaysWhatItCouldSave() throws {
    #expect(try text("gil-bound", 100).contains("could save at most 2.03 s of"))
    #expect(try text("pool", 100).contains("could save at most 31.0 ms of 2.03 s"))
  }

  // MARK: The headline

  @Test func theHeadlineIsInItsForm() {
    var report = MadeUpExplanations.lesson.report
    report.concurrency = 1
    report.demand = 1
    report.parallelism = 0.97
    report.totals[.io] = 0
    report.totals[.sleep] = 0
    #expect(
      report.headline == "concurrency 1.00 (1.00 wanting a CPU + 0.00 in I/O) · parallelism 0.97"
        + " · 100 threads started, at most 1 at work at once")
    report.starts = WorkerStarts(threads: 100, processes: 4)
    report.maxAtOnce = 5
    #expect(
      report.headline.hasSuffix("100 threads and 4 processes started, at most 5 at work at once"))
    report.starts = WorkerStarts(threads: 0, processes: 1)
    #expect(report.headline.hasSuffix(" · 1 process started, at most 5 at work at once"))
    report.starts = WorkerStarts(threads: 0, processes: 0)
    #expect(report.headline.hasSuffix("parallelism 0.97 · nothing started"))
  }

  @Test func itsAddendsAddUpAsPrinted() {
    var report = MadeUpExplanations.lesson.report
    report.wallSeconds = 10
    report.totals[.io] = 3.344
    report.totals[.sleep] = 20
    report.demand = 1.0046
    report.concurrency = 1.0046 + 0.3344 + 2
    #expect(
      report.headline.hasPrefix(
        "concurrency 3.34 (1.01 wanting a CPU + 0.33 in I/O + 2.00 asleep) · "))
  }

  @Test(arguments: [
    (ProgramExit.code(1), "ended with exit code 1"), (.signal(11), "ended by SIGSEGV"),
    (.signal(40), "ended by signal 40"), (nil, "still running"),
  ])
  func itIsSaidHowItEnded(exit: ProgramExit?, words: String) throws {
    var report = MadeUpExplanations.sleeper.report
    report.exit = exit
    #expect(report.endText == "2.00 s, \(words)")
  }

  @Test func aCommandReadsAsOneWouldTypeIt() {
    var report = MadeUpExplanations.sleeper.report
    report.command = ["python3", "-c", "print('a b')", "", "naïve.py"]
    #expect(report.commandText == #"python3 -c 'print('\''a b'\'')' '' naïve.py"#)
  }

  // MARK: Figures

  @Test func whatWasNotMeasuredIsSaidAndNeverZero() throws {
    let text = try text("not-measured", 200)
    #expect(text.contains(/waiting for the GIL +GIL not measured/))
    #expect(text.contains("Python 3.16.0a2: not measured, the layout of this version isn't known"))
    let row = try #require(text.split(separator: "\n").first { $0.contains(/Thread-2 +thread/) })
    #expect(row.split(separator: " ").suffix(2) == ["–", "–"], "switches: \(row)")
  }

  @Test func columnsOfSecondsAddUpAsPrinted() {
    let column = SecondsColumn([1.004, 1.003, 0.002, 0, 0.991])
    #expect(column.texts == ["1.01 s", "1.00 s", "<0.01 s", "", "0.99 s"])
    #expect(column.total == "3.00 s")
    #expect(SecondsColumn([0, 0]).texts == ["", ""])
    #expect(SecondsColumn([.nan]).texts == ["–"])
  }

  @Test func wallTimeIsShownWhereItSaysMore() throws {
    #expect(try text("pool", 100).contains("wall"))
    var report = MadeUpExplanations.sleeper.report
    func headings() -> String {
      TimeSection(report: report).lines(width: 100).map { $0.rendered(color: false) }.joined()
    }
    #expect(headings().components(of: "share") == 1)
    report.wallShares = [StateShare(state: .onCPU, seconds: report.wallSeconds)]
    #expect(headings().components(of: "share") == 2)
  }

  @Test func alikeWorkersShareALine() throws {
    let groups = WorkerGroup.groups(of: MadeUpExplanations.thousand.report.workers, few: 10)
    #expect(groups.map(\.workers.count) == [199, 1])
    let few = WorkerGroup.groups(of: MadeUpExplanations.gilBound.report.workers, few: 10)
    #expect(few.map(\.workers.count) == [1, 1, 1, 1, 1])
    #expect(WorkerGroup.stem(of: "Thread-12 (f3)") == "Thread-… (f…)")
  }

  @Test func oneThatDidMoreThanTheOthersHasItsOwnLine() throws {
    var workers = MadeUpExplanations.lesson.report.workers
    workers[7].totals[.onCPU] *= 10
    workers[7].endedSeconds += workers[7].totals[.onCPU] * 0.9
    let groups = WorkerGroup.groups(of: workers, few: 10)
    #expect(groups.map(\.workers.count).sorted() == [1, 1, 99])
    #expect(groups.contains { $0.workers == [workers[7]] })
  }
}

extension String {
  /// How often a text occurs.
  fileprivate func components(of text: String) -> Int { ranges(of: text).count }
}
