import Foundation
import Glibc
import TandemModel
import TandemSystem
import Testing

/// What `tandem explain` can't do: one line that says so, an exit code, nothing is run, and nothing is
/// left behind.
@Suite(.timeLimit(.minutes(10))) struct ExplainBadInputTests {
  /// What the shell runs, with `ran` as the command that must not run, and what the line must say.
  struct Input: Sendable, CustomTestStringConvertible {
    var words: String
    var says: String
    var code: Int32

    init(_ words: String, says: String, code: Int32 = 64) {
      (self.words, self.says, self.code) = (words, says, code)
    }

    var testDescription: String { words.isEmpty ? "nothing" : words }
  }

  static let inputs: [Input] = [
    Input("", says: "name the command to observe: tandem explain -- COMMAND"),
    Input("--", says: "name the command to observe"),
    Input(
      "no-such-command-anywhere", says: "no such command: 'no-such-command-anywhere'", code: 127),
    Input("-- ''", says: "no such command: ''", code: 127),
    Input("-- /nonexistent/program", says: "no such command: '/nonexistent/program'", code: 127),
    Input("-- ./text", says: "'./text' is not executable: chmod +x it", code: 126),
    Input("-- ./folder", says: "'./folder' is a folder", code: 126),
    Input("-- /", says: "'/' is a folder", code: 126),
    Input("-- ./alien", says: "can't execute './alien': Exec format error", code: 126),
    Input("-- ./orphan", says: "can't execute './orphan': No such file or directory", code: 126),
    Input("--frobnicate ./ran", says: "unknown option '--frobnicate'"),
    Input("-x ./ran", says: "unknown option '-x'"),
    Input("--json", says: "Missing value for '--json <file>'"),
    Input("--json /nonexistent/report ./ran", says: "No such file or directory", code: 66),
    Input("--json . ./ran", says: "Is a directory", code: 66),
    Input("--output . ./ran", says: "Is a directory", code: 66),
    Input("--json new --output /nonexistent/x ./ran", says: "No such file or directory", code: 66),
    Input("--json new --output new ./ran", says: "--json and --output can't both write to 'new'"),
    Input("--json - -o - ./ran", says: "--json and --output can't both write to '-'"),
    Input("--json new no-such-command-anywhere", says: "no such command", code: 127),
    Input("--trace", says: "Missing value for '--trace <file>'"),
    Input("--trace . ./ran", says: "can't write '.': Is a directory", code: 66),
    Input("--trace /nonexistent/t ./ran", says: "No such file or directory", code: 66),
    Input("--trace '' ./ran", says: "No such file or directory", code: 66),
    Input("--trace new --json new ./ran", says: "--json and --trace can't both write to 'new'"),
    Input("--trace new -o new ./ran", says: "--output and --trace can't both write to 'new'"),
    Input("--trace new --html new ./ran", says: "--html and --trace can't both write to 'new'"),
    Input("--trace new no-such-command-anywhere", says: "no such command", code: 127),
    Input("--trace new --pid 2147483647", says: "there is no process 2147483647"),
    Input("--trace new --switches sampled ./ran", says: "leave out --switches sampled"),
    Input(
      "--trace new --vs ./ran ./ran </dev/null",
      says: "--trace goes with one command or with --pid, not with --vs"),
    Input(
      "--trace new --sweep n=1,2 ./ran </dev/null",
      says: "--trace goes with one command or with --pid, not with --sweep"),
    Input("--trace - ./ran", says: "--trace - goes with --pid"),
    Input("--format perfetto ./ran", says: "--format goes with --trace"),
    Input("--trace new --format svg ./ran", says: "'svg' is invalid for '--format <viewer>'"),
    Input("--switches often ./ran", says: "'auto', 'exact' or 'sampled'"),
    Input("--for 1s ./ran", says: "--for goes with --pid"),
    Input("--cost-runs 0 ./ran </dev/null", says: "--cost-runs must be between 1 and 1000, not 0"),
    Input("--cost-runs many ./ran", says: "'many' is invalid for '--cost-runs <n>'"),
    Input("--cost-runs 2 ./ran", says: "give it </dev/null"),
    Input("--cost-runs 2 ./ran <text", says: "give it </dev/null"),
    Input(
      "--cost-runs 2 --pid 1 </dev/null", says: "--cost-runs goes with one command, not with --pid"),
    Input(
      "--cost-runs 2 --vs ./ran ./ran </dev/null",
      says: "--cost-runs goes with one command, not with --vs"),
    Input("--vs '' ./ran", says: "--vs needs a command"),
    Input("--vs ' ' ./ran", says: "--vs needs a command"),
    Input("--vs ./ran", says: "name the command to observe"),
    Input("--vs ./ran --pid 1", says: "--vs goes with a command, not with --pid"),
    Input("--sweep n ./ran </dev/null", says: "--sweep takes a name and values, such as n=1,2,4"),
    Input("--sweep =1,2 ./ran </dev/null", says: "--sweep takes a name and values"),
    Input("--sweep n= ./ran </dev/null", says: "--sweep 'n=': a sweep's values can't be empty"),
    Input("--sweep n=1 ./ran </dev/null", says: "a sweep needs at least two values"),
    Input("--sweep n=1,1 ./ran </dev/null", says: "a sweep's values must all be different"),
    Input("--sweep n=1,,2 ./ran </dev/null", says: "a sweep's values can't be empty"),
    Input("--sweep 1n=1,2 ./ran </dev/null", says: "letters, digits and underscores"),
    Input("--sweep n=1,2 </dev/null", says: "name the command to observe"),
    Input("--sweep n=1,2 --vs ./ran ./ran </dev/null", says: "either --sweep or --vs, not both"),
    Input(
      "--sweep n=1,2 --pid 1 </dev/null", says: "--sweep goes with a command, not with --pid"),
    Input(
      "--sweep n=1,2 --cost-runs 2 ./ran </dev/null",
      says: "--cost-runs goes with one command, not with --sweep"),
    Input("--sweep n=1,2 ./ran <text", says: "--sweep runs the command again"),
    Input(
      "--sweep n=1,2 ./no-such-{n} </dev/null", says: "no such command: './no-such-1'", code: 127),
    Input("--runs 2 ./ran </dev/null", says: "--runs goes with --vs or --sweep"),
    Input("--runs 2 --pid 1 </dev/null", says: "--runs goes with --vs or --sweep"),
    Input("--runs 0 --vs ./ran ./ran </dev/null", says: "--runs must be between 1 and 1000, not 0"),
    Input("--runs 2 --vs ./ran ./ran <text", says: "--runs runs the command again"),
    Input("--pid 1 ./ran", says: "either --pid or a command"),
    Input("--pid 0", says: "--pid must be a process ID, not 0"),
    Input("--pid -1", says: "--pid must be a process ID, not -1"),
    Input("--pid many", says: "'many' is invalid for '--pid <pid>'"),
    Input("--pid 99999999999", says: "'99999999999' is invalid for '--pid <pid>'"),
    Input("--pid 2147483647", says: "there is no process 2147483647"),
    Input("--pid 1 --for 0", says: "a time must be above zero"),
    Input("--pid 1 --for -1s", says: "a time must be above zero"),
    Input("--pid 1 --for long", says: "write 500us, 100ms, 2s, 1m or 1h"),
    Input("--pid 1 --for 1us", says: "--for must be between 1ms and 1000h"),
    Input("--pid 1 --for 1e300", says: "--for must be between 1ms and 1000h"),
    Input("--quiet --details ./ran", says: "give either --quiet or --details, not both"),
    Input("--ready-fd 3 ./ran 3>/dev/null", says: "--ready-fd goes with --pid"),
    Input("--pid 1 --ready-fd 2", says: "an open descriptor above 2 that can be written, not 2"),
    Input("--pid 1 --ready-fd 77", says: "descriptor above 2 that can be written, not 77"),
    Input(
      "--pid 1 --ready-fd 3 3</dev/null", says: "descriptor above 2 that can be written, not 3"),
    Input("--pid 1 --ready-fd -1", says: "descriptor above 2 that can be written, not -1"),
    Input("--pid 1 --ready-fd x", says: "'x' is invalid for '--ready-fd <n>'"),
  ]

  private static func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder([
      "ran": "#!/bin/sh\n: >was-run\n", "text": "echo\n", "orphan": "#!/nonexistent/interpreter\n",
      // The beginning of a program for a machine that there is not.
      "alien": "\u{7F}ELF\u{2}\u{1}\u{1}\0\0\0\0\0\0\0\0\0\u{2}\0\u{7F}\u{7F}",
    ])
    try FileManager.default.createDirectory(
      atPath: "\(folder.path)/folder", withIntermediateDirectories: false)
    for name in ["ran", "alien", "orphan"] { chmod("\(folder.path)/\(name)", 0o755) }
    return folder
  }

  private static func check(_ run: ShellRun, code: Int32, says: String) {
    #expect(run.status == .exited(code: code), "\(run.error)")
    #expect(run.output.isEmpty)
    #expect(run.error.hasPrefix("tandem: "), "\(run.error)")
    #expect(run.error.contains(says), "\(run.error)")
    #expect(run.error.hasSuffix("\n") && run.error.count { $0 == "\n" } == 1, "\(run.error)")
  }

  @Test(arguments: inputs) func oneLineAndNothingIsRun(input: Input) throws {
    let folder = try Self.folder()
    let before = try folder.contents
    let run = try ShellRun("exec \"$TANDEM\" explain \(input.words)", folder: folder.path)
    Self.check(run, code: input.code, says: input.says)
    #expect(try folder.contents == before)
  }

  @Test func aFileThatIsThereIsKeptUntilThereIsSomethingNew() throws {
    let folder = try Self.folder()
    let run = try ShellRun(
      "echo old >report; exec \"$TANDEM\" explain --json report -o report2 no-such-command-anywhere",
      folder: folder.path)
    Self.check(run, code: 127, says: "no such command")
    #expect(try String(contentsOfFile: "\(folder.path)/report", encoding: .utf8) == "old\n")
    #expect(!folder.has("report2"))
  }

  @Test func helpIsTandemsBeforeTheCommand() throws {
    for option in ["--help", "-h", "--quiet --help"] {
      let run = try ShellRun("exec \"$TANDEM\" explain \(option)")
      #expect(run.status == .exited(code: 0))
      #expect(run.text.contains("USAGE: tandem explain [<options>] [--] <command>"))
      #expect(run.error == "")
    }
    let version = try ShellRun("exec \"$TANDEM\" explain --version")
    #expect(version.status == .exited(code: 0) && !version.text.isEmpty)
  }

  /// However few descriptors there are, the program runs as it is or not at all.
  @Test(arguments: 3...20) func fewDescriptors(number: Int) throws {
    let folder = try Self.folder()
    let run = try ShellRun(
      "ulimit -n \(number); exec \"$TANDEM\" explain --quiet mkdir was-run", folder: folder.path)
    if run.status == .exited(code: 0) {
      #expect(folder.has("was-run"))
      #expect(run.error.hasPrefix("concurrency "), "\(run.error)")
    } else if number > 4 {
      Self.check(run, code: 71, says: "Too many open files")
      #expect(!folder.has("was-run"))
    } else {
      // Too few to load a program.
      #expect(!folder.has("was-run"))
    }
    if number >= 16 { #expect(run.status == .exited(code: 0)) }
  }

  /// A limit that may be raised is no hindrance, and the program has it all the same.
  @Test func fewDescriptorsThatMayBeMore() throws {
    let run = try ShellRun(
      "ulimit -S -n 7; exec \"$TANDEM\" explain --quiet -- sh -c 'ulimit -n'")
    #expect(run.status == .exited(code: 0))
    #expect(run.text == "7\n")
  }

  // MARK: What isn't allowed

  private static let isRoot = geteuid() == 0

  @Test(.enabled("needs root, to become somebody else") { isRoot })
  func aProcessOfSomebodyElses() throws {
    let folder = try TemporaryFolder()
    try FileManager.default.copyItem(
      atPath: TandemExecutable.path(), toPath: "\(folder.path)/tandem")
    let run = try ShellRun(
      """
      exec setpriv --reuid=65534 --regid=65534 --clear-groups \
        ./tandem explain --pid \(getpid()) --for 10ms
      """, folder: folder.path)
    Self.check(
      run, code: 71, says: "process \(getpid()) can't be inspected")
  }

  @Test(.enabled("needs root, to become somebody else") { isRoot })
  func anOrdinaryUserMayWatch() throws {
    let folder = try TemporaryFolder()
    try FileManager.default.copyItem(
      atPath: TandemExecutable.path(), toPath: "\(folder.path)/tandem")
    let run = try ShellRun(
      """
      exec setpriv --reuid=65534 --regid=65534 --clear-groups \
        ./tandem explain --quiet -- sh -c 'id -u; exit 3'
      """, folder: folder.path)
    #expect(run.status == .exited(code: 3))
    #expect(run.text == "65534\n")
    #expect(run.error.hasPrefix("concurrency "))
  }
}
