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
}
