import Foundation
import Glibc
import TandemSystem
import TandemTestSupport
import Testing

/// The full-screen view: what it shows, its keys, its size, and where it is refused.
@Suite(.serialized, .timeLimit(.minutes(10))) struct LiveViewTests {
  @Test func aRunningProgramIsWatchedUntilQ() throws {
    let program = try WatchedProgram()
    let live = try LiveSession(
      "\"$TANDEM\" explain --live --pid \(program.pid); echo \"ended: $?\"", rows: 60)
    try live.waitForView("3 workers")
    try live.waitForView("asleep")
    let screen = live.now
    #expect(screen.lines[0].hasPrefix("tandem explain  sh -c sleep 600"))
    #expect(screen.text.contains("demand") && screen.text.contains("parallelism"))
    #expect(screen.lines[59].contains("q quit") && screen.lines[59].contains("s sort (waits)"))
    #expect(!screen.showsCursor && !live.session.terminalIsAsUsual)
    live.session.press("s")
    try live.waitForView("sort (CPU)")
    live.session.press(" ")
    try live.waitForView("paused")
    live.session.press(" ")
    try live.wait(for: "no pause") { !$0.text.contains("paused") }
    live.session.press("q")
    try live.wait(for: "the end") { $0.text.contains("ended: 0") }
    try live.waitUntilRestored()
    // The ordinary report, on the ordinary screen.
    let after = live.now
    #expect(after.showsCursor && after.wraps && after.unknown == [])
    #expect(after.text.contains("watched for") && after.text.contains("How sure"))
    #expect(!after.text.contains("sort (") && program.isThere)
  }

  @Test func theListScrolls() throws {
    let program = try WatchedProgram("for i in 1 2 3 4 5 6 7 8; do sleep 600 & done; wait")
    let live = try LiveSession(
      "exec \"$TANDEM\" explain --live --pid \(program.pid)", rows: 10, columns: 80)
    try live.waitForView("9 workers")
    live.session.press("ss")
    try live.waitForView("sort (name)")
    func first() -> String { live.now.lines[5] }
    let top = first()
    live.session.press("\u{1B}[B")
    try live.wait(for: "the next worker") { $0.lines[5] != top }
    live.session.press("\u{1B}[6~\u{1B}[6~j")
    try live.wait(for: "the last worker") { $0.text.contains("sh") && $0.lines[5] != top }
    live.session.press("g")
    try live.wait(for: "the first worker") { $0.lines[5].prefix(24) == top.prefix(24) }
    live.session.press("q")
    #expect(try live.session.end().status == .exited(code: 0))
  }

  @Test func itFollowsTheTerminalsSize() throws {
    let program = try WatchedProgram()
    let live = try LiveSession(
      "exec \"$TANDEM\" explain --live --pid \(program.pid)", rows: 24, columns: 100)
    try live.waitForView("3 workers")
    live.resize(rows: 12, columns: 60)
    try live.wait(for: "the small size") { $0.lines[11].contains("q quit") }
    #expect(live.now.lines.allSatisfy { $0.count < 60 })
    live.resize(rows: 5, columns: 30)
    try live.wait(for: "what is too small") { $0.lines[0].hasPrefix("needs 40 x 8") }
    live.resize(rows: 30, columns: 120)
    try live.wait(for: "the large size") { $0.lines[29].contains("q quit") }
    live.session.press("q")
    #expect(try live.session.end().status == .exited(code: 0))
  }

  // MARK: A command

  @Test func aCommandsOutputIsKeptAndItReadsNothing() throws {
    let live = try LiveSession(
      """
      "$TANDEM" explain --live -- \
        sh -c 'echo one; echo two >&2; cat; trap "exit 3" TERM; sleep 600 & wait'
      echo "ended: $?"
      """, rows: 60)
    // The last line is on the screen, and none has scrolled it.
    try live.waitForView("output  two")
    #expect(live.now.lines[0].hasPrefix("tandem explain"))
    let shell = try #require(live.session.program(named: "sh", besides: live.session.leader))
    kill(shell, SIGTERM)
    try live.wait(for: "the end") { $0.text.contains("ended: 3") }
    try live.waitUntilRestored()
    try live.wait(for: "the report") { $0.text.contains("How sure") }
    let lines = live.now.lines
    #expect(lines.first == "one" && lines.dropFirst().first == "two", "\(live.now.text)")
    #expect(live.now.text.contains("exit code 3"))
  }

  @Test func qLeavesTheViewAndTheCommandGoesOn() throws {
    let folder = try TemporaryFolder()
    let live = try LiveSession(
      """
      cd \(folder.path); mkfifo f
      exec "$TANDEM" explain --live -- sh -c 'echo before; read line <f; echo "after $line"; exit 3'
      """, rows: 60)
    try live.waitForView("output  before")
    live.session.press("q")
    try live.waitUntilRestored()
    try live.wait(for: "what was kept") { $0.text.contains("before") }
    #expect(live.now.text.contains("the command goes on"))
    try Data("it\n".utf8).write(to: URL(filePath: "\(folder.path)/f"))
    try live.wait(for: "the report") { $0.text.contains("How sure") }
    #expect(try live.session.end().status == .exited(code: 3))
    #expect(live.now.text.contains("after it") && live.now.text.contains("exit code 3"))
  }

  @Test func whatIsRedirectedGoesWhereItWould() throws {
    let folder = try TemporaryFolder()
    let live = try LiveSession(
      """
      cd \(folder.path)
      "$TANDEM" explain --live -- sh -c 'read line; echo "<$line>"; echo err >&2; sleep 0.5' \
        <<END >o 2>e
      typed
      END
      echo "ended: $?"
      """, rows: 60)
    try live.wait(for: "the end") { $0.text.contains("ended: 0") }
    #expect(live.now.text.contains("How sure"))
    #expect(try String(contentsOfFile: "\(folder.path)/o", encoding: .utf8) == "<typed>\n")
    #expect(try String(contentsOfFile: "\(folder.path)/e", encoding: .utf8) == "err\n")
  }

  // MARK: Terminals of every kind

  @Test func withoutColourAndUTF8ItIsPlain() throws {
    let program = try WatchedProgram()
    let live = try LiveSession(
      "exec \"$TANDEM\" explain --live --pid \(program.pid)",
      environment: ["NO_COLOR": "1", "LC_ALL": "C"])
    try live.waitForView("3 workers")
    live.session.press("q")
    #expect(try live.session.end().status == .exited(code: 0))
    #expect(live.session.bytes.allSatisfy { $0 < 0x80 })
    #expect(!live.session.shown.contains(/\x{1B}\[[1-9][0-9;]*m/))
  }

  @Test(arguments: [
    ("TERM=dumb", 24, 100, "can't draw on a terminal of the kind 'dumb'"),
    ("TERM=", 24, 100, "can't draw on a terminal of the kind ''"),
    ("TERM=xterm", 7, 100, "needs 40 columns and 8 rows, and this terminal has 100 and 7"),
    ("TERM=xterm", 24, 39, "needs 40 columns and 8 rows, and this terminal has 39 and 24"),
  ])
  func itIsRefusedInOneLine(variable: String, rows: Int, columns: Int, reason: String) throws {
    let folder = try TemporaryFolder()
    let live = try LiveSession(
      """
      cd \(folder.path); \(variable) "$TANDEM" explain --live -- touch was-run 2>error
      echo "ended: $?"; grep -c . error
      """, rows: rows, columns: columns)
    _ = try live.session.end()
    let error = try String(contentsOfFile: "\(folder.path)/error", encoding: .utf8)
    #expect(error.contains(reason) && error.contains("leave out --live"), "\(error)")
    #expect(live.session.shown.contains("ended: 64\r\n1\r\n"))
    #expect(!(error + live.session.shown).contains("\u{1B}") && !folder.has("was-run"))
  }

  @Test func withoutATerminalItIsRefused() throws {
    let folder = try TemporaryFolder()
    let run = try ShellRun(
      "exec setsid -w \"$TANDEM\" explain --live touch was-run", folder: folder.path)
    #expect(run.status == .exited(code: 64))
    #expect(run.error.contains("--live needs a terminal") && run.error.count { $0 == "\n" } == 1)
    #expect(!folder.has("was-run"))
  }

  @Test(arguments: ["--vs true", "--sweep n=1,2"])
  func itShowsOneProgram(option: String) throws {
    let live = try LiveSession("exec \"$TANDEM\" explain --live \(option) -- true")
    #expect(try live.session.end().status == .exited(code: 64))
    #expect(live.session.shown.contains("--live shows one program: leave it out with --"))
  }
}
