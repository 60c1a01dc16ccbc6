import Foundation
import TandemModel
import TandemReport
import Testing

/// `tandem compare` as a person runs it, with work that is as small as it can be.
@Suite(.timeLimit(.minutes(10))) struct CompareTests {
  private static let small = ["compare", "--workers", "2", "--iterations", "2000", "--seed", "7"]

  @Test func theReportAddsUp() throws {
    let outcome = try TandemExecutable.run(
      Self.small + ["--models", "serial,swift-tasks,swift-threads,swift-threads-global-lock"]
        + ["--models", "swift-processes,swift-processes-spawn", "--runs", "2", "--json", "-"])
    #expect(outcome.exitCode == 0)
    #expect(outcome.error == "")
    let report = try JSONReport.decode(outcome.output, as: CompareReport.self)
    #expect(report.seed == 7)
    #expect(report.work.name == "squares" && report.work.items == 2)
    #expect(report.work.iterations == 2000)
    #expect(report.runs.count == 12)
    for run in report.runs { Self.check(run, n: 2) }
    #expect(!report.differences.isEmpty)
    for difference in report.differences {
      let known = difference.parts.reduce(difference.residualSeconds) { $0 + $1.seconds }
      let size = difference.parts.reduce(abs(difference.wallDifferenceSeconds)) {
        $0 + abs($1.seconds)
      }
      #expect(abs(difference.wallDifferenceSeconds - known) <= 1e-6 * size)
      #expect(difference.n == 2 && difference.ratioCI95 == nil)
    }
    #expect(report.omitted == [])
    #expect(report.verdict.reason.hasSuffix("."))
  }

  private static func check(_ run: ModelResult, n: Int) {
    let label: Comment = "\(run.model.rawValue) \(run.schedule.rawValue)"
    #expect(run.error == nil, label)
    #expect(run.n == n && run.wallSeconds.count == n && run.blocks.count == n, label)
    #expect(run.workers == (run.model.workerKind == .none ? 0 : 2), label)
    let sorted = run.wallSeconds.sorted()
    let median = (sorted[(n - 1) / 2] + sorted[n / 2]) / 2
    #expect(abs((run.medianSeconds ?? 0) - median) <= 1e-12, label)
    #expect(run.ci95Seconds == nil, label)
    // Shares are of the runs that they are from.
    let walls = run.sharesFrom == .observed ? run.observedRuns?.wallSeconds ?? [] : run.wallSeconds
    #expect((run.sharesFrom == .observed) == (run.observedRuns != nil) && !walls.isEmpty, label)
    let mean = walls.reduce(0, +) / Double(walls.count)
    let shares = run.shares.reduce(0) { $0 + $1.seconds }
    #expect(abs(shares - mean) <= 1e-6 * mean, label)
    #expect((run.cpuSeconds ?? 0) > 0 && (run.onCPUSeconds ?? 0) > 0, label)
    let bound = run.model.workerKind == .none || run.schedule == .oneAtATime ? 1.05 : 2
    #expect((run.concurrency ?? 9) <= bound && (run.parallelism ?? 9) <= bound, label)
    #expect((run.serverStartSeconds != nil) == (run.model.workerKind == .process), label)
    #expect((run.startSecondsPerWorker != nil) == (run.model.workerKind != .none), label)
  }

  @Test func aFileIsWrittenWholeAndPeopleGetTheirReportToo() throws {
    let folder = try TemporaryFolder(["report.json": String(repeating: "old", count: 10_000)])
    let outcome = try TandemExecutable.run(
      Self.small + ["--models", "serial,swift-threads", "--runs", "1", "--json", "report.json"],
      folder: folder.path)
    #expect(outcome.exitCode == 0)
    #expect(outcome.error == "")
    let data = try #require(FileManager.default.contents(atPath: "\(folder.path)/report.json"))
    let report = try JSONReport.decode(data, as: CompareReport.self)
    #expect(try JSONReport.encode(report) == data)
    let text = String(decoding: outcome.output, as: UTF8.self)
    #expect(text.contains("swift-threads") && report.seed == 7)
    // Piped: no colour, no progress.
    #expect(!text.contains("\u{1B}") && !text.contains("\r"))
    #expect(try folder.contents == ["report.json"])
  }

  @Test func quietIsOneLine() throws {
    let outcome = try TandemExecutable.run(
      Self.small + ["--models", "serial", "--runs", "1", "--quiet"])
    #expect(outcome.exitCode == 0)
    #expect(outcome.error == "")
    let lines = String(decoding: outcome.output, as: UTF8.self).split(separator: "\n")
    #expect(lines.count == 1)
    #expect(lines.first?.hasPrefix("undecided: ") == true)
  }

  @Test func withoutPythonTheRestRuns() throws {
    let outcome = try TandemExecutable.run(
      Self.small + ["--schedule", "all-at-once", "--runs", "1", "--json", "-"],
      environment: ["PATH": "/nonexistent"])
    #expect(outcome.exitCode == 0)
    let report = try JSONReport.decode(outcome.output, as: CompareReport.self)
    #expect(report.runs.map(\.model) == ExecutionModel.allCases.filter { !$0.isPython })
    #expect(report.runs.allSatisfy { $0.n == 1 })
    #expect(
      report.omitted == [
        Omission(
          what: "Python's models",
          why: "there is no python3 on PATH: install one, or name one with --python-interpreter")
      ])
  }

  @Test(
    .enabled("needs a Python 3.6 or newer") { AnyPython.isThere },
    arguments: [
      (["--python", "hangs.py:f"], "importing hangs.py didn't end"),
      (["--python", "work.py:f", "--args-from", "work.py:stuck"], "work.py:stuck didn't give"),
      (["--python", "work.py:slow"], "the first calls of the function didn't end"),
    ])
  func theTimeBudgetHoldsBeforeAnythingIsTimed(options: [String], says: String) throws {
    let folder = try TemporaryFolder([
      "hangs.py": "import time; time.sleep(600)",
      "work.py": """
      import time
      def f(index): pass
      def slow(index): time.sleep(600)
      def stuck():
          yield 1
          time.sleep(600)
      """,
    ])
    let outcome = try TandemExecutable.run(
      ["compare"] + options + ["--time-budget", "10s"], folder: folder.path)
    #expect(outcome.exitCode == 64)
    let line = "tandem: \(says)"
    #expect(outcome.error.hasPrefix(line), "\(outcome.error)")
    #expect(outcome.error.contains("within the time budget of 10 s: raise it (--time-budget), or "))
    #expect(outcome.error.split(separator: "\n").count == 1)
  }

  private static let raising = """
    import multiprocessing
    def always(index): raise ValueError("item %d is bad" % index)
    def in_processes(index):
        if multiprocessing.parent_process() is not None: raise ValueError("not here")
    """

  @Test(.enabled("needs a Python 3.6 or newer") { AnyPython.isThere })
  func aFunctionThatRaisesEverywhereIsAFailure() throws {
    let folder = try TemporaryFolder(["work.py": Self.raising])
    let outcome = try TandemExecutable.run(
      ["compare", "--python", "work.py:always", "--items", "2", "--runs", "1", "--json", "-"]
        + ["--models", "python-serial,python-threads", "--schedule", "all-at-once"],
      folder: folder.path)
    #expect(outcome.exitCode == 1)
    let report = try JSONReport.decode(outcome.output, as: CompareReport.self)
    #expect(report.runs.count == 2)
    #expect(report.runs.allSatisfy { $0.n == 0 && $0.error?.contains("ValueError") == true })
    #expect(report.verdict.choice == .undecided)
    // The same traceback once, the user's own frames only.
    #expect(outcome.error.components(separatedBy: "Traceback").count == 2, "\(outcome.error)")
    #expect(outcome.error.contains("ValueError: item 0 is bad"))
    #expect(!outcome.error.contains("tandem_driver"))
  }

  @Test(.enabled("needs a Python 3.6 or newer") { AnyPython.isThere })
  func aModelThatFailsDoesNotFailTheOthers() throws {
    let folder = try TemporaryFolder(["work.py": Self.raising])
    let outcome = try TandemExecutable.run(
      ["compare", "--python", "work.py:in_processes", "--items", "2", "--runs", "1"]
        + ["--models", "python-serial,python-threads,python-processes-fork", "--json", "r.json"]
        + ["--schedule", "all-at-once"],
      folder: folder.path)
    #expect(outcome.exitCode == 0)
    #expect(outcome.error.contains("python-processes-fork failed:\nTraceback"))
    #expect(outcome.error.contains("ValueError: not here"))
    let data = try #require(FileManager.default.contents(atPath: "\(folder.path)/r.json"))
    let report = try JSONReport.decode(data, as: CompareReport.self)
    #expect(report.runs.map(\.n) == [1, 1, 0])
    #expect(report.runs.map { $0.error != nil } == [false, false, true])
    #expect(String(decoding: outcome.output, as: UTF8.self).contains("not here"))
  }

  @Test(arguments: [
    ["--help"], ["compare", "--help"], ["demo", "--help"], ["demo", "threads", "--help"],
    ["demo", "processes", "--help"], ["doctor", "--help"], ["help", "compare"], ["--version"],
  ])
  func helpIsNoFailure(arguments: [String]) throws {
    let outcome = try TandemExecutable.run(arguments)
    #expect(outcome.exitCode == 0)
    #expect(outcome.error == "")
    let text = String(decoding: outcome.output, as: UTF8.self)
    if arguments == ["--version"] {
      #expect(text == TandemVersion.current + "\n")
    } else {
      #expect(text.contains("USAGE: tandem"))
    }
  }

  @Test(arguments: ["bash", "zsh", "fish"])
  func completionsKnowTheCommands(shell: String) throws {
    let outcome = try TandemExecutable.run(["--generate-completion-script", shell])
    #expect(outcome.exitCode == 0)
    let text = String(decoding: outcome.output, as: UTF8.self)
    for word in ["compare", "doctor", "time-budget"] { #expect(text.contains(word)) }
    // The shell itself says whether it can read the script, where it is installed.
    if FileManager.default.isExecutableFile(atPath: "/bin/\(shell)") {
      let folder = try TemporaryFolder(["script": text])
      let check = Process()
      check.executableURL = URL(filePath: "/bin/\(shell)")
      check.arguments = ["-n", "\(folder.path)/script"]
      try check.run()
      check.waitUntilExit()
      #expect(check.terminationStatus == 0)
    }
  }
}
