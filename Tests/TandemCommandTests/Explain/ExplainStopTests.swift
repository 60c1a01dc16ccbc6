import Foundation
import Glibc
import TandemSystem
import TandemTestSupport
import Testing

/// Programs that stop and go on, and that take the terminal: a shell with job control sees `tandem
/// explain` as it would see the program.
@Suite(.serialized, .timeLimit(.minutes(10))) struct ExplainStopTests {
  /// A shell with job control that runs a program under Tandem, says when it is stopped, and lets it go
  /// on after a line.
  private static func session(_ program: String, resume: String = "fg >/dev/null") throws
    -> TandemSession
  {
    try TandemSession(
      script: """
        set -m
        "$TANDEM" explain --quiet -- \(program)
        echo "stopped: $?"; read line; \(resume); echo "ended: $?"
        """)
  }

  @Test(arguments: ["STOP", "TSTP"]) func aProgramThatStopsItselfStopsTandem(name: String) throws {
    let session = try Self.session("sh -c 'echo ready; kill -\(name) $$; echo again; exit 3'")
    let number = name == "STOP" ? SIGSTOP : SIGTSTP
    try session.wait(for: "the shell") { $0.contains("stopped: ") }
    #expect(session.shown.contains("stopped: \(128 + number)"))
    #expect(!session.shown.contains("again"))
    session.type("")
    let end = try session.end()
    #expect(end.status == .exited(code: 0))
    #expect(session.shown.contains("again"))
    #expect(session.shown.contains("ended: 3"))
    #expect(session.shown.contains("concurrency "))
  }

  /// It stops more than once, and Tandem each time with it.
  @Test func again() throws {
    let session = try TandemSession(
      script: """
        set -m
        "$TANDEM" explain --quiet -- sh -c 'kill -STOP $$; kill -TSTP $$; kill -STOP $$; exit 3'
        for i in 1 2 3; do echo "stopped $i: $?"; fg >/dev/null; done; echo "ended: $?"
        """)
    #expect(try session.end().status == .exited(code: 0))
    for (place, number) in [SIGSTOP, SIGTSTP, SIGSTOP].enumerated() {
      #expect(session.shown.contains("stopped \(place + 1): \(128 + number)"), "\(session.shown)")
    }
    #expect(session.shown.contains("ended: 3"))
  }

  /// Whoever lets Tandem go on means the program.
  @Test func tandemGoesOnAndTheProgramWithIt() throws {
    let folder = try TemporaryFolder()
    let pid = "\(folder.path)/pid"
    let session = try Self.session(
      "sh -c 'echo $PPID >\(pid); kill -STOP $$; exit 3'",
      resume: """
        read number <\(pid); kill -CONT $number
        while test -d /proc/$number && ! grep -qs ') Z' /proc/$number/stat; do :; done; wait $number
        """)
    try session.wait(for: "the shell") { $0.contains("stopped: ") }
    session.type("")
    #expect(try session.end().status == .exited(code: 0))
    #expect(session.shown.contains("ended: 3"), "\(session.shown)")
  }

  @Test func whoIgnoresControlZGoesOnWithTandem() throws {
    let session = try TandemSession(
      script: """
        set -m
        "$TANDEM" explain --quiet -- sh -c 'trap "" TSTP; echo ready; read line; echo "<$line>"'
        echo "ended: $?"
        """)
    try session.wait(for: "the program") { $0.contains("ready") }
    session.pressControlZ()
    try session.wait(for: "the echo") { $0.contains("^Z") }
    session.type("hello")
    #expect(try session.end().status == .exited(code: 0))
    #expect(session.shown.contains("<hello>"))
    #expect(session.shown.contains("ended: 0"))
  }

  /// Without a shell that would take notice, somebody else lets the program go on: Tandem must not be
  /// left behind stopped.
  @Test func whereNobodyWatchesJobsTandemGoesOn() throws {
    let running = try RunningShell(
      "exec \"$TANDEM\" explain --quiet -- sh -c 'echo $$; kill -STOP $$; echo again; exit 3'")
    try running.wait(for: "\n")
    let pid = try #require(pid_t(running.output.trimmingCharacters(in: .whitespacesAndNewlines)))
    try waitUntil("the program to be stopped") {
      (try? ThreadStat.read(pid, of: pid))?.state == "T"
    }
    kill(pid, SIGCONT)
    let run = try running.end()
    #expect(run.status == .exited(code: 3))
    #expect(run.text.hasSuffix("again\n"))
    #expect(run.error.hasPrefix("concurrency "))
  }

  /// An interactive shell puts itself into a group of its own and takes the terminal.
  @Test(.enabled("needs a Python 3.6 or newer") { AnyPython.isThere })
  func aProgramThatTakesTheTerminal() throws {
    let folder = try TemporaryFolder([
      "take.py": """
      import os, signal
      signal.signal(signal.SIGTTOU, signal.SIG_IGN)
      os.setpgid(0, 0)
      os.tcsetpgrp(0, os.getpgrp())
      print("<" + input("a line, please\\n") + ">")
      raise SystemExit(3)
      """
    ])
    let session = try TandemSession(
      script: """
        set -m; stty tostop
        "$TANDEM" explain --quiet -- python3 \(folder.path)/take.py; echo "ended: $?"
        """)
    try session.wait(for: "the question") { $0.contains("please") }
    session.type("hello")
    #expect(try session.end().status == .exited(code: 0))
    #expect(session.shown.contains("<hello>"))
    #expect(session.shown.contains("concurrency "))
    #expect(session.shown.contains("ended: 3"))
  }

  // MARK: The live screen

  @Test(arguments: ["", ">/dev/null", "2>/dev/null"])
  func theLiveScreenNeedsTheTerminalToItself(redirection: String) throws {
    let folder = try TemporaryFolder()
    let session = try TandemSession(
      script: """
        cd \(folder.path); "$TANDEM" explain --live -- touch was-run \(redirection) 2>error
        echo "ended: $?"; tr -d '\\n' <error; echo; wc -l <error
        """)
    _ = try session.end()
    // Only the last of two redirections of standard error counts.
    if redirection == ">/dev/null" {
      #expect(session.shown.contains("ended: 0") && folder.has("was-run"))
    } else {
      #expect(session.shown.contains("ended: 64"))
      #expect(session.shown.contains("the command's standard output would go there too"))
      #expect(session.shown.contains("--pid") && session.shown.contains("\r\n1\r\n"))
      #expect(!folder.has("was-run"))
    }
  }

  @Test func withoutATerminalThereIsNoLiveScreen() throws {
    let folder = try TemporaryFolder()
    let run = try ShellRun(
      "exec setsid -w \"$TANDEM\" explain --live touch was-run", folder: folder.path)
    #expect(run.status == .exited(code: 64))
    #expect(run.error.contains("--live needs a terminal") && run.error.count { $0 == "\n" } == 1)
    #expect(!folder.has("was-run"))
  }

  /// The escapes that change more than what is seen: the second screen, the cursor.
  private static let changes = ["\u{1B}[?1049", "\u{1B}[?25", "\u{1B}[?47", "\u{1B}7", "\u{1B}[s"]

  @Test func theLiveScreenIsTakenAwayAndTheReportComesThere() throws {
    let folder = try TemporaryFolder()
    let session = try TandemSession(
      script: """
        cd \(folder.path)
        exec "$TANDEM" explain --live -- sh -c 'echo out; echo err >&2; read line; exit 3' >o 2>e
        """)
    try session.wait(for: "two drawings") { $0.components(separatedBy: "concurrency ").count > 2 }
    session.pressControlC()
    #expect(try session.end().status == .signaled(signal: SIGINT, dumpedCore: false))
    #expect(Self.changes.filter { session.shown.contains($0) } == [])
    let last = try #require(session.shown.components(separatedBy: "\u{1B}[J").last)
    #expect(last.contains("ended by SIGINT"))
    #expect(try String(contentsOfFile: "\(folder.path)/o", encoding: .utf8) == "out\n")
    #expect(try String(contentsOfFile: "\(folder.path)/e", encoding: .utf8) == "err\n")
  }

  @Test func killedInTheMiddleOfALiveScreen() throws {
    let folder = try TemporaryFolder()
    let session = try TandemSession(
      script: """
        cd \(folder.path)
        exec "$TANDEM" explain --live -- sh -c 'trap "" HUP; read line; echo "<$line>"' >o 2>e
        """)
    try session.wait(for: "a drawing") { $0.contains("\u{1B}[J") }
    let before = session.running
    session.send(SIGKILL)
    #expect(try session.end().status == .signaled(signal: SIGKILL, dumpedCore: false))
    #expect(before.contains("sh"))
    #expect(Self.changes.filter { session.shown.contains($0) } == [])
    // The cursor is at the beginning of a line, below what was drawn.
    #expect(session.shown.hasSuffix("\r\n\u{1B}[J"))
  }
}
