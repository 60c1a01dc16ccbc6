import Foundation
import Testing

/// Input that can't be used: one line that says so, an exit code, and nothing is run.
@Suite(.timeLimit(.minutes(10))) struct BadInputTests {
  /// What is typed after `tandem`, and what the line must say.
  struct Input: Sendable, CustomTestStringConvertible {
    var arguments: [String]
    var says: String
    var code: Int32 = 64
    var lines = 1

    init(_ arguments: String, says: String, code: Int32 = 64, lines: Int = 1) {
      self.arguments = arguments.split(separator: " ").map(String.init)
      self.says = says
      self.code = code
      self.lines = lines
    }

    var testDescription: String { arguments.joined(separator: " ") }
  }

  static let plain: [Input] = [
    Input("compare --models swift-fibers", says: "no model 'swift-fibers'"),
    Input("compare --models ,", says: "names no model"),
    Input("compare --work hard", says: "'squares', 'cpu', 'io' or 'mixed'"),
    Input("compare --schedule never", says: "'one-at-a-time', 'all-at-once' or 'both'"),
    Input("compare --workers 0", says: "--workers must be between 1 and 10000, not 0"),
    Input("compare --workers -1", says: "--workers must be between 1 and 10000, not -1"),
    Input("compare --workers 1000000", says: "--workers must be between 1 and 10000, not 1000000"),
    Input("compare --workers many", says: "'many' is invalid for '--workers"),
    Input("compare --items 0", says: "--items must be between 1 and"),
    Input("compare --sweep 0", says: "each number of --sweep must be between 1 and 10000, not 0"),
    Input("compare --sweep 1,-2", says: "must be between 1 and 10000, not -2"),
    Input("compare --sweep a", says: "--sweep takes numbers of workers, such as 1,2,4,8, not 'a'"),
    Input("compare --sweep 1,,2", says: "such as 1,2,4,8, not ''"),
    Input("compare --sweep 4", says: "at least two different numbers"),
    Input("compare --sweep 4,4", says: "at least two different numbers"),
    Input("compare --sweep 1,8 --items 4", says: "4 items are not enough for 8 workers"),
    Input("compare --sweep 1,2 --workers 2", says: "workers and sweep can't be used together"),
    Input(
      "compare --sweep 1,2 --schedule both", says: "a sweep goes with the schedule all-at-once"),
    Input("compare --sweep 1,2 --models serial", says: "needs a model with workers"),
    Input("compare --items 3 --workers 5", says: "3 items are not enough for 5 workers"),
    Input("compare --runs 0", says: "--runs must be between 1 and 1000, not 0"),
    Input("compare --runs -3", says: "--runs must be between 1 and 1000, not -3"),
    Input("compare --seed -1", says: "'-1' is invalid for '--seed"),
    Input("compare --time-budget 0", says: "a time must be above zero"),
    Input("compare --time-budget abc", says: "write 500us, 100ms, 2s, 1m or 1h"),
    Input("compare --time-budget -5s", says: "a time must be above zero"),
    Input("compare --time-budget 2d", says: "write 500us, 100ms, 2s, 1m or 1h"),
    Input("compare --time-budget 25h", says: "--time-budget must be between 1s and 24h"),
    Input("compare --time-budget 500ms", says: "--time-budget must be between 1s and 24h"),
    Input("compare --iterations 0", says: "--iterations must be between 1 and"),
    Input("compare --work cpu --work-time 0", says: "a time must be above zero"),
    Input("compare --work cpu --work-time 2h", says: "--work-time must be between 1us and 1h"),
    Input("compare --work-time 5ms", says: "--work-time is for --work cpu, io and mixed"),
    Input("compare --work io --iterations 5", says: "--iterations is for --work squares and cpu"),
    Input("compare --work cpu --iterations 5 --work-time 1s", says: "can't be used together"),
    Input("compare --quiet --details", says: "give either --quiet or --details, not both"),
    Input("compare --python work.py --items 2", says: "write FILE:FUNCTION"),
    Input("compare --python work.py: --items 2", says: "write FILE:FUNCTION"),
    Input("compare --python work.py:works --args-from work.py", says: "write FILE:GENERATOR"),
    Input("compare --args-from work.py:gives", says: "--args-from goes with --python"),
    Input(
      "compare --python work.py:works --args three.json --args-from work.py:gives",
      says: "can't be used together"),
    Input("compare --python work.py:works --items 2 --iterations 5", says: "built-in work"),
    Input(
      "compare --python work.py:works --items 2 --args three.json", says: "can't be used together"),
    Input(
      "compare --python work.py:works --items 2 --models swift-threads",
      says: "swift-threads can't run a Python function"),
    Input("compare --args three.json", says: "--args goes with --python"),
    Input("compare --frobnicate", says: "Unknown option '--frobnicate'"),
    Input("compare more", says: "Unexpected argument 'more'"),
    Input("compare --json report --workers", says: "Missing value for '--workers"),
    Input("frobnicate", says: "Unexpected argument 'frobnicate'; see 'tandem --help'"),
    Input("compare --json /nonexistent/report.json", says: "No such file or directory", code: 66),
    Input("compare --json .", says: "Is a directory", code: 66),
    Input(
      "compare --python-interpreter /nonexistent/python3", says: "no program at /nonexistent",
      code: 66),
    Input("compare --python-interpreter .", says: "no program at .", code: 66),
    Input("compare --python-interpreter python9.99", says: "no program at python9.99", code: 66),
    Input("compare --python-interpreter /bin/true", says: "/bin/true ended", code: 66),
  ]

  static let python: [Input] = [
    Input("compare --python nofile.py:f --items 2", says: "there is no file", code: 66),
    Input("compare --python work.py:nothing --items 2", says: "has no function nothing"),
    Input("compare --python work.py:number --items 2", says: "is not a function"),
    Input("compare --python work.py:takes_none --items 2", says: "exactly one argument"),
    Input("compare --python work.py:takes_two --items 2", says: "exactly one argument"),
    Input("compare --python work.py:waits --items 2", says: "is a generator"),
    Input("compare --python work.py:works --args-from work.py:none", says: "has no function none"),
    Input(
      "compare --python work.py:works --args-from nofile.py:f", says: "there is no file", code: 66),
    Input(
      "compare --python work.py:works --args-from work.py:nothing_given", says: "gives 0 arguments"),
    Input(
      "compare --python work.py:works --args-from work.py:number",
      says: "gives no arguments: it is of type int"),
    Input(
      "compare --python work.py:works --args-from work.py:gives --items 9",
      says: "gives 3 arguments, fewer than 9"),
    Input(
      "compare --python broken.py:f --items 2", says: "No module named 'no_such_module_here'",
      lines: 5),
    Input("compare --python work.py:works --args missing.json", says: "No such file", code: 66),
    Input("compare --python work.py:works --args text.json", says: "is not JSON"),
    Input("compare --python work.py:works --args object.json", says: "a JSON array"),
    Input("compare --python work.py:works --args empty.json", says: "a JSON array"),
    Input(
      "compare --python work.py:works --args three.json --workers 5",
      says: "3 items are not enough for 5 workers"),
    Input(
      "compare --python work.py:works --args three.json --sweep 1,5",
      says: "3 items are not enough for 5 workers"),
  ]

  private static func folder() throws -> TemporaryFolder {
    try TemporaryFolder([
      "work.py": """
      def works(index): open("ran", "w").close()
      def takes_none(): pass
      def takes_two(one, other): pass
      def waits(index): yield index
      def gives(): return [1, 2, 3]
      def nothing_given(): return []
      number = 5
      """,
      "broken.py": "import no_such_module_here\n",
      "text.json": "three", "object.json": "{}", "empty.json": "[]", "three.json": "[1, 2, 3]",
    ])
  }

  private static func check(_ input: Input) throws {
    let folder = try folder()
    let before = try folder.contents
    let arguments =
      input.arguments.contains("--json") ? input.arguments : input.arguments + ["--json", "report"]
    let outcome = try TandemExecutable.run(
      input.arguments.first == "compare" ? arguments : input.arguments,
      environment: ["PYTHONDONTWRITEBYTECODE": "1"], folder: folder.path)
    #expect(outcome.exitCode == input.code, "\(outcome.error)")
    #expect(outcome.output.isEmpty)
    let lines = outcome.error.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    #expect(lines.count == input.lines, "\(outcome.error)")
    #expect(lines.last?.hasPrefix("tandem: ") == true, "\(outcome.error)")
    #expect(lines.last?.contains(input.says) == true, "\(outcome.error)")
    #expect(outcome.error.hasSuffix("\n"))
    // Nothing was run, and no empty report was left.
    #expect(try folder.contents == before)
  }

  @Test(arguments: plain)
  func oneLineAndNothingIsRun(input: Input) throws { try Self.check(input) }

  @Test(.enabled("needs a Python 3.6 or newer") { AnyPython.isThere }, arguments: python)
  func ofAPythonFunction(input: Input) throws { try Self.check(input) }

  @Test(.enabled("needs a Python 3.6 or newer") { AnyPython.isThere })
  func theTracebackOfAFailedImportIsShown() throws {
    let folder = try Self.folder()
    let outcome = try TandemExecutable.run(
      ["compare", "--python", "broken.py:f", "--items", "2"], folder: folder.path)
    #expect(outcome.error.hasPrefix("Traceback (most recent call last):\n"))
    #expect(outcome.error.contains("broken.py\", line 1"))
    #expect(!outcome.error.contains("tandem_driver"))
  }

  /// Old Pythons are rare on machines of today; one that says so will do.
  @Test func aPythonThatIsTooOldIsNamed() throws {
    let folder = try TemporaryFolder()
    let old = ["2.7", "3.4", "3.5"].flatMap { version in
      ["/usr/bin/python\(version)", "/usr/local/bin/python\(version)"]
        + ((try? FileManager.default.contentsOfDirectory(
          atPath: NSHomeDirectory() + "/.pyenv/versions")) ?? [])
        .filter { $0.hasPrefix(version + ".") }
        .map { NSHomeDirectory() + "/.pyenv/versions/\($0)/bin/python" }
    }
    for path in old where FileManager.default.isExecutableFile(atPath: path) {
      let outcome = try TandemExecutable.run(
        ["compare", "--python-interpreter", path], folder: folder.path)
      #expect(outcome.exitCode == 66)
      #expect(outcome.error.hasSuffix("is older than 3.6\n"), "\(outcome.error)")
    }
  }

  @Test(arguments: [
    ["compare", "--models", "python-threads"],
    ["compare", "--python", "work.py:works", "--items", "2"],
  ])
  func withoutAPythonItsModelsCannotBeAskedFor(arguments: [String]) throws {
    let folder = try Self.folder()
    let outcome = try TandemExecutable.run(
      arguments, environment: ["PATH": "/nonexistent"], folder: folder.path)
    #expect(outcome.exitCode == 66)
    #expect(outcome.output.isEmpty)
    #expect(
      outcome.error
        == "tandem: there is no python3 on PATH: install one, or name one with --python-interpreter\n"
    )
  }
}
