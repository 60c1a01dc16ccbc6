import Foundation
import Glibc
import TandemModel
import TandemSystem
import Testing

/// Programs that do what an observer might not expect of them, and an observer that is killed: the
/// program does and ends as it would without Tandem.
@Suite(.timeLimit(.minutes(10))) struct ExplainHarmTests {
  // MARK: Tandem is killed

  @Test func killedWhileTheFirstOfTwoRuns() throws {
    let folder = try TemporaryFolder()
    let running = try RunningShell(
      """
      exec "$TANDEM" explain --vs 'touch second' -- \
        sh -c 'echo ready; read line; echo got "$line"; echo $? >code'
      """, folder: folder.path)
    try running.wait(for: "ready")
    kill(running.pid, SIGKILL)
    running.write(Data("this\n".utf8), last: true)
    let run = try running.end()
    #expect(run.status == .signaled(signal: SIGKILL, dumpedCore: false))
    #expect(run.text == "ready\ngot this\n")
    #expect(!folder.has("second"))
    #expect(folder.has("code"))
  }

  @Test func killedWhileTheSecondRuns() throws {
    let folder = try TemporaryFolder()
    let running = try RunningShell(
      "exec \"$TANDEM\" explain --vs 'echo ready; read line; echo got $line' -- true",
      folder: folder.path)
    try running.wait(for: "ready")
    kill(running.pid, SIGKILL)
    running.write(Data("this\n".utf8), last: true)
    let run = try running.end()
    #expect(run.text == "ready\ngot this\n" && run.error == "")
  }

  @Test(arguments: ["exact", "sampled"]) func theProgramEndsAsItWouldHave(source: String) throws {
    let folder = try TemporaryFolder()
    let running = try RunningShell(
      """
      "$TANDEM" explain --switches \(source) -- \
        sh -c 'echo $PPID; read line; (exit 7); echo $? >code; sleep 0.01; echo end'
      """, folder: folder.path)
    try running.wait(for: "\n")
    let tandem = try #require(pid_t(running.output.trimmingCharacters(in: .whitespacesAndNewlines)))
    kill(tandem, SIGKILL)
    running.write(Data("\n".utf8), last: true)
    let run = try running.end()
    #expect(run.text.hasSuffix("\nend\n"))
    #expect(try String(contentsOfFile: "\(folder.path)/code", encoding: .utf8) == "7\n")
  }

  // MARK: Programs

  @Test func aNameWithSpaces() throws {
    let folder = try TemporaryFolder([
      "a name  with spaces": "#!/bin/sh\necho \"$0|$1|$2\"\nexit 3\n"
    ])
    chmod("\(folder.path)/a name  with spaces", 0o755)
    let run = try ShellRun(
      "exec \"$TANDEM\" explain --quiet './a name  with spaces' ' x ' ''", folder: folder.path)
    #expect(run.status == .exited(code: 3))
    #expect(run.text == "./a name  with spaces| x |\n")
  }

  @Test func aVeryLongListOfArguments() throws {
    let folder = try TemporaryFolder()
    let run = try ShellRun(
      """
      set -- $(seq 1 100000)
      exec "$TANDEM" explain --json report -o text -- sh -c 'echo $# $1 ${100000}' '' "$@"
      """, folder: folder.path)
    #expect(run.status == .exited(code: 0), "\(run.error)")
    #expect(run.text == "100000 1 100000\n")
    let text = try String(contentsOfFile: "\(folder.path)/text", encoding: .utf8)
    #expect(text.utf8.count < 20_000)
    #expect(try ExplainDocuments.report("\(folder.path)/report").command.count == 100_004)
  }

  @Test func tooLongAListIsOneLine() throws {
    // An argument of 128 KiB is the longest (execve(2), MAX_ARG_STRLEN): the script's own line is one.
    let folder = try TemporaryFolder(["script": "exit 3\n"])
    chmod("\(folder.path)/script", 0o755)
    let run = try ShellRun(
      "exec \"$TANDEM\" explain --quiet -- ./script $(seq 1 1000000)", folder: folder.path)
    // The shell itself may not get so far as to run Tandem.
    #expect(run.status == .exited(code: 126) || run.status == .exited(code: 127))
    #expect(run.error.contains("too long") && run.error.count { $0 == "\n" } == 1, "\(run.error)")
  }

  @Test func oneInsideOfAnother() throws {
    let folder = try TemporaryFolder()
    let run = try ShellRun(
      """
      exec "$TANDEM" explain --json outer -o /dev/null -- \
        "$TANDEM" explain --json inner -o /dev/null -- sh -c 'echo here; exit 3'
      """, folder: folder.path)
    #expect(run.status == .exited(code: 3), "\(run.error)")
    #expect(run.text == "here\n" && run.error == "")
    let inner = try ExplainDocuments.report("\(folder.path)/inner")
    let outer = try ExplainDocuments.report("\(folder.path)/outer")
    #expect(inner.command.first == "sh" && outer.wallSeconds > inner.wallSeconds)
    #expect(outer.workers.contains { $0.name == "sh" && $0.kind == .process })
  }

  @Test func aSessionOfItsOwn() throws {
    let run = try ShellRun(
      "exec \"$TANDEM\" explain --quiet -- setsid -w sh -c 'echo here; exit 3'")
    #expect(run.status == .exited(code: 3))
    #expect(run.text == "here\n" && run.error.hasPrefix("concurrency "))
  }

  @Test(.enabled("needs a Python 3.6 or newer") { AnyPython.isThere })
  func aProgramThatClosesEveryDescriptor() throws {
    let folder = try TemporaryFolder([
      "close.py": """
      import os, time
      out = os.dup(1)
      os.dup2(out, 200)
      os.closerange(0, 200)
      os.closerange(201, 65536)
      time.sleep(0.05)
      os.write(200, b"closed\\n")
      os._exit(3)
      """
    ])
    let run = try ShellRun(
      "exec \"$TANDEM\" explain -o report -- python3 close.py", folder: folder.path)
    #expect(run.status == .exited(code: 3))
    #expect(run.text == "closed\n" && run.error == "")
    #expect(folder.has("report"))
  }

  @Test func theProgramsCoreIsItsOwn() throws {
    let pattern = try String(contentsOfFile: "/proc/sys/kernel/core_pattern", encoding: .utf8)
    guard pattern.hasPrefix("core") else { try Test.cancel("a service takes core files here") }
    let folder = try TemporaryFolder()
    let run = try ShellRun(
      "ulimit -c unlimited || exit 99; exec \"$TANDEM\" explain --quiet -- sh -c 'kill -SEGV $$'",
      folder: folder.path)
    if run.status == .exited(code: 99) { try Test.cancel("core files may have no size here") }
    #expect(run.status == .signaled(signal: SIGSEGV, dumpedCore: false))
    #expect(try folder.contents.count { $0.hasPrefix("core") } == 1)
  }

  // MARK: The report's reader

  @Test(arguments: ["-o -", "--json - --quiet", "-o - --json report"])
  func aReaderOfStandardOutputThatStops(options: String) throws {
    let folder = try TemporaryFolder()
    for code in [0, 3] {
      let run = try ShellRun(
        """
        mkfifo p; true <p & exec 8>p; wait; rm p
        exec "$TANDEM" explain \(options) -- sh -c 'exit \(code)' >&8
        """, folder: folder.path)
      #expect(run.status == .exited(code: Int32(code)))
      #expect(!run.error.contains("tandem: "), "\(run.error)")
    }
  }
}
