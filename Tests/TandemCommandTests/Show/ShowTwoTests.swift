import Foundation
import TandemModel
import TandemReport
import TandemSystem
import TandemTestSupport
import Testing

/// `tandem show BEFORE AFTER`, its exit codes, and the files that `--markdown` and `--csv` write.
@Suite struct ShowTwoTests {
  /// A comparison of one model whose runs are made up.
  private static func comparison(_ walls: [Double], items: Int = 4) throws -> String {
    var report = CompareReport(
      tandemVersion: TandemVersion.current,
      machine: MachineSummary(
        cpusOnline: 2, cpusAllowed: 2, cpuQuota: nil, effectiveCPUs: 2, kernel: "6.1"),
      work: WorkSummary(
        name: "work.py:crunch", kind: .pythonFunction, items: items, iterations: nil,
        workTimeSeconds: nil),
      seed: 1, runs: [], differences: [], findings: [],
      verdict: Verdict(choice: .undecided, model: nil, workers: nil, reason: "Too few."),
      omitted: [])
    report.runs = [
      ModelResult(
        model: .swiftThreads, interpreter: nil, schedule: .allAtOnce, workers: 2, n: walls.count,
        wallSeconds: walls, blocks: Array(walls.indices),
        medianSeconds: walls.sorted()[walls.count / 2])
    ]
    return String(decoding: try JSONReport.encode(report), as: UTF8.self)
  }

  private static func doctor() throws -> String {
    let machine = MachineSummary(
      cpusOnline: 2, cpusAllowed: 2, cpuQuota: nil, effectiveCPUs: 2, kernel: "6.1")
    let report = DoctorReport(
      tandemVersion: TandemVersion.current, machine: machine, checks: [], interpreters: [])
    return String(decoding: try JSONReport.encode(report), as: UTF8.self)
  }

  private static let steady = [1, 1.01, 0.99, 1.02, 0.98, 1.005, 0.995, 1]

  private static func folder() throws -> TemporaryFolder {
    try TemporaryFolder([
      "before": comparison(steady), "slower": comparison(steady.map { $0 * 1.3 }),
      "same": comparison(steady.map { $0 * 1.001 }),
      "noisy": comparison([1, 1.4, 0.9, 1.3, 0.8, 1.5]),
      "once": comparison([1]), "items": comparison(steady, items: 8), "empty": "",
      "cut": "{\"schema\"",
      "foreign": "{\"schema\": \"other/1\"}", "surrogate": "{\"schema\": \"\\ud800\"}",
      "doctor": doctor(),
      "lone": try comparison(steady).replacing("work.py:crunch", with: "\\ud800"),
    ])
  }

  @Test(arguments: [
    ("before slower", 0, "▶ Slower: swift-threads takes 1.30 s instead of 1.00 s"),
    ("slower before", 0, "▶ Faster: swift-threads takes 1.00 s instead of 1.30 s"),
    ("before same", 0, "▶ No difference: swift-threads takes the same time"),
    ("before noisy", 0, "is shown: swift-threads"),
    ("once once", 0, "▶ One run each is not a difference"),
    (
      "before slower --fail-if-slower 5%", 1,
      "Check     failed: swift-threads is shown to be slower"
    ),
    ("before slower --fail-if-slower '5 %'", 1, "Check     failed"),
    (
      "before slower --fail-if-slower 50%", 0,
      "Check     passed: nothing is slower by more than 50 %"
    ),
    ("slower before --fail-if-slower 0%", 0, "Check     passed: nothing is slower"),
    ("before noisy --fail-if-slower 5%", 0, "is not shown; more runs tell more"),
    ("- slower --fail-if-slower 5% <before", 1, "Check     failed"),
    ("before slower --details", 0, "swift-threads"),
  ])
  func theAnswerAndTheExitCode(arguments: String, code: Int32, line: String) throws {
    let folder = try Self.folder()
    let run = try ShellRun("exec \"$TANDEM\" show \(arguments)", folder: folder.path)
    #expect(run.status == .exited(code: code), "\(run.error)")
    #expect(run.text.contains(line), "\(run.text)")
    #expect(run.error.isEmpty && run.text.count { $0 == "\n" } <= 40)
  }

  @Test(arguments: [
    ("before --fail-if-slower 5%", "compares two results"),
    ("before slower --fail-if-slower 5", "takes per cent, such as 5%, not '5'"),
    ("before slower --fail-if-slower 0.05", "takes per cent"),
    ("before slower --fail-if-slower -5%", "takes per cent"),
    ("before slower --fail-if-slower nan%", "takes per cent"),
    ("before slower --fail-if-slower 1e3%", "takes per cent"),
    ("before slower --fail-if-slower %", "takes per cent"),
    ("before slower --fail-if-slower 99999%", "takes per cent"),
    ("before slower --fail-if-slower ''", "takes per cent"),
    ("before once --fail-if-slower 5%", "can't be checked: it takes 3 runs of each at least"),
    ("before items --fail-if-slower 5%", "can't be checked: the numbers of items differ, 4 and 8"),
    ("before doctor", "they are of different kinds, tandem.compare/1 and tandem.doctor/1"),
    ("doctor doctor", "tandem.doctor/1 has no runs"), ("before missing", "can't read 'missing'"),
    ("before .", "can't read '.'"), ("before empty", "it is empty"),
    ("cut before", "it isn't JSON"),
    ("before foreign", "no report of Tandem's"), ("before surrogate", "can't show 'surrogate'"),
    ("- - <before", "standard input can be read only once"),
    ("before slower --html page", "one result, not of two"),
    ("before slower --markdown missing/file", "can't write 'missing/file'"),
  ])
  func whatCannotBeComparedIsOneLineAndTwo(arguments: String, line: String) throws {
    let folder = try Self.folder()
    let run = try ShellRun("exec \"$TANDEM\" show \(arguments)", folder: folder.path)
    #expect(run.status == .exited(code: 2), "\(run.error)")
    #expect(run.error.hasPrefix("tandem: ") && run.error.contains(line), "\(run.error)")
    #expect(run.error.count { $0 == "\n" } == 1)
  }

  @Test(arguments: [
    ("before --markdown before", 64, "can't write over the report itself"),
    ("before slower --csv slower", 64, "can't write over the report itself"),
    ("before --markdown a --csv a", 64, "can't both write to 'a'"),
    ("before --markdown - --csv -", 64, "can't both write to '-'"),
    ("doctor --csv a", 65, "it has no runs"),
    ("before --csv missing/a", 66, "can't write 'missing/a'"),
    ("empty --csv a", 65, "it is empty"), ("before slower same", 64, "unexpected"),
  ])
  func whatCannotBeWrittenIsOneLine(arguments: String, code: Int32, line: String) throws {
    let folder = try Self.folder()
    let run = try ShellRun("exec \"$TANDEM\" show \(arguments)", folder: folder.path)
    #expect(run.status == .exited(code: code), "\(run.error)")
    #expect(run.error.lowercased().contains(line), "\(run.error)")
    #expect(run.error.count { $0 == "\n" } == 1 && run.output.isEmpty)
    #expect(!folder.has("a"))
  }

  @Test func theTablesOfASavedReport() throws {
    let folder = try Self.folder()
    let run = try ShellRun(
      """
      "$TANDEM" show before --csv table --markdown issue && "$TANDEM" show before --csv - >piped
      "$TANDEM" show before slower --markdown - --csv change --fail-if-slower 5%; echo $?
      cmp table piped && wc -l <table && head -1 issue && wc -l <change
      """, folder: folder.path)
    #expect(run.error.isEmpty, "\(run.error)")
    let lines = run.text.split(separator: "\n").map(String.init)
    #expect(lines.first?.hasPrefix("**Slower: swift-threads takes 1.30 s") == true)
    #expect(lines.contains("1") && lines.contains("9") && lines.contains("2"), "\(lines)")
    #expect(lines.contains { $0.hasPrefix("**Undecided") }, "\(lines)")
  }

  @Test func runsOfCommandsBecomeTables() throws {
    let folder = try TemporaryFolder()
    let run = try ShellRun(
      """
      "$TANDEM" explain --csv workers --markdown issue -- sh -c 'sleep 0.1; exit 3'; echo $?
      "$TANDEM" explain --vs 'sleep 0.02' --runs 2 --csv runs -- sleep 0.01 2>/dev/null </dev/null; echo $?
      "$TANDEM" explain --sweep n=1,2 --runs 2 --csv values -- sleep 0.0{n} 2>/dev/null </dev/null; echo $?
      "$TANDEM" compare --models serial,swift-threads --workers 2 --iterations 2000 --runs 3 --csv - >timed
      echo $?; head -1 workers | tr -d '\\r'; wc -l <runs; wc -l <values; wc -l <timed; head -c 2 issue
      """, folder: folder.path)
    let lines = run.text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
    #expect(lines.prefix(4) == ["3", "0", "0", "0"], "\(lines) \(run.error)")
    #expect(lines[4].hasPrefix("worker,kind,role,pid,tid,"))
    // A header and the runs: two of each command, two with each value, three of each model and schedule.
    #expect(lines.dropFirst(5) == ["5", "5", "13", "**"], "\(lines)")
  }

  @Test func theMarkdownIsUTF8WhateverTheLocale() throws {
    let folder = try Self.folder()
    let run = try ShellRun(
      "exec \"$TANDEM\" show before slower --markdown -", folder: folder.path,
      environment: ["LC_ALL": "C"])
    #expect(run.text.contains("▶") && run.text.contains("1.30×"))
  }
}
