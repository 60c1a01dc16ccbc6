import Foundation
import Glibc
import TandemSystem
import TandemTestSupport
import Testing

/// Signals while `tandem explain` runs a program, at a terminal and elsewhere.
@Suite(.serialized, .timeLimit(.minutes(10))) struct ExplainSignalTests {
  // MARK: Signals to Tandem alone

  @Test(arguments: [SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, SIGINT, SIGQUIT])
  func whatIsSentToTandemReachesTheProgram(number: CInt) throws {
    // The shell acts on a signal when `read` has been interrupted.
    let running = try RunningShell(
      """
      exec "$TANDEM" explain --quiet -- sh -c '
        trap "echo got; exit 5" \(number); echo ready; while read line; do :; done; echo end'
      """)
    try running.wait(for: "ready")
    kill(running.pid, number)
    let run = try running.end()
    #expect(run.text == "ready\ngot\n")
    #expect(run.status == .exited(code: 5))
    #expect(run.error.hasPrefix("concurrency "))
  }

  @Test(arguments: [SIGTERM, SIGHUP, SIGUSR1, SIGINT])
  func aProgramThatDoesNotMindIsEnded(number: CInt) throws {
    let running = try RunningShell(
      "exec \"$TANDEM\" explain --quiet -- sh -c 'echo ready; read line; echo end'")
    try running.wait(for: "ready")
    kill(running.pid, number)
    let run = try running.end()
    #expect(run.text == "ready\n")
    #expect(run.status == .signaled(signal: number, dumpedCore: false))
    #expect(run.error.hasPrefix("concurrency "))
  }

  @Test func whatIsIgnoredStaysIgnored() throws {
    let running = try RunningShell(
      "trap '' HUP TERM; exec \"$TANDEM\" explain --quiet -- sh -c 'echo ready; read line; echo end'"
    )
    try running.wait(for: "ready")
    kill(running.pid, SIGHUP)
    kill(running.pid, SIGTERM)
    running.write(Data("\n".utf8))
    let run = try running.end()
    #expect(run.text == "ready\nend\n")
    #expect(run.status == .exited(code: 0))
  }

  // MARK: At a terminal

  @Test func theProgramHasTheTerminal() throws {
    let session = try TandemSession(
      script: """
        exec "$TANDEM" explain --quiet -- sh -c '
          test -t 0 && test -t 1 && test -t 2 && echo three
          field() { set -- $(sed "s/.*) //" /proc/$1/stat); echo $3 $4 $6; }
          test "$(field $$)" = "$(field $PPID)" && echo same
          set -- $(field $$); test "$1" = "$3" && echo foreground
          echo "a line, please"; read line; echo "<$line>"; stty size'
        """)
    try session.wait(for: "the question") { $0.contains("please") }
    session.type("hello")
    let end = try session.end()
    #expect(end.status == .exited(code: 0))
    let lines = session.shown.components(separatedBy: "\r\n")
    for expected in ["three", "same", "foreground", "<hello>", "40 110"] {
      #expect(lines.contains(expected), "\(expected): \(session.shown)")
    }
    #expect(session.shown.contains("concurrency "))
  }

  @Test func controlCReachesTheProgramOnceAndTheReportComes() throws {
    let session = try TandemSession(
      script: """
        exec "$TANDEM" explain --quiet -- sh -c '
          trap "echo got-it" INT; echo ready
          until read line && test "$line" = go; do :; done; exit 4'
        """)
    try session.wait(for: "the program") { $0.contains("ready") }
    session.pressControlC()
    try session.wait(for: "the signal") { $0.contains("got-it") }
    session.type("go")
    let end = try session.end()
    #expect(end.status == .exited(code: 4))
    #expect(session.shown.components(separatedBy: "got-it").count == 2)
    #expect(session.shown.contains("concurrency "))
  }

  @Test func endedByControlCTheReportComesAndTandemEndsSo() throws {
    let session = try TandemSession(
      script: "exec \"$TANDEM\" explain -- sh -c 'echo ready; read line'")
    try session.wait(for: "the program") { $0.contains("ready") }
    session.pressControlC()
    let end = try session.end()
    #expect(end.status == .signaled(signal: SIGINT, dumpedCore: false))
    #expect(session.shown.contains("ended by SIGINT"))
    #expect(session.left(after: .seconds(1)) == [])
  }

  @Test func theThirdControlCEndsTheWatching() throws {
    let folder = try TemporaryFolder()
    let session = try TandemSession(
      script: """
        exec "$TANDEM" explain --json \(folder.path)/report -- sh -c '
          trap "" INT HUP; echo ready; exec sleep 600'
        """)
    try session.wait(for: "the program") { $0.contains("ready") }
    // Signals that come at once may become one: each is taken before the next one is sent.
    for times in 1...3 {
      session.pressControlC()
      try session.wait(for: "the echo of Ctrl-C") {
        $0.components(separatedBy: "^C").count > times
      }
      try Self.waitUntilTaken(by: session)
    }
    let end = try session.end()
    #expect(end.status == .exited(code: 130))
    #expect(session.shown.contains("still running"))
    // It is the test that ends the program, with the session.
    #expect(session.running == ["sleep"])
    let report = try #require(FileManager.default.contents(atPath: "\(folder.path)/report"))
    #expect(String(decoding: report, as: UTF8.self).contains("\"exit\" : null"))
  }

  /// Waits until no SIGINT is pending for the command.
  private static func waitUntilTaken(by session: TandemSession) throws {
    try waitUntil("SIGINT to be taken") { !session.hasPending(SIGINT) }
  }

  @Test func controlZStopsBothAndTheyGoOn() throws {
    let session = try TandemSession(
      script: """
        set -m
        "$TANDEM" explain --quiet -- sh -c 'echo ready; read line; echo "<$line>"; exit 3'
        echo "stopped: $?"; read line; fg >/dev/null; echo "ended: $?"
        """)
    try session.wait(for: "the program") { $0.contains("ready") }
    session.pressControlZ()
    try session.wait(for: "the shell") { $0.contains("stopped: ") }
    #expect(session.shown.contains("stopped: \(128 + SIGTSTP)"))
    try waitUntil("both to be stopped, not only \(session.stopped)") {
      session.stopped.sorted() == ["sh", "tandem"]
    }
    session.type("")
    session.type("hello")
    let end = try session.end()
    #expect(end.status == .exited(code: 0))
    #expect(session.shown.contains("<hello>"))
    #expect(session.shown.contains("ended: 3"))
    #expect(session.shown.contains("concurrency "))
  }

  // MARK: How it looks there

  @Test func colourIsForTerminalsThatKnowIt() throws {
    let plain = [["NO_COLOR": "1"], ["TERM": "dumb"]]
    for environment in [[:]] + plain {
      let session = try TandemSession(
        script: "exec \"$TANDEM\" explain -- sh -c 'exit 0'", environment: environment)
      #expect(try session.end().status == .exited(code: 0))
      #expect(session.shown.contains("tandem explain"))
      #expect(session.shown.contains("\u{1B}[") == environment.isEmpty)
    }
    let folder = try TemporaryFolder()
    let session = try TandemSession(
      script: "exec \"$TANDEM\" explain -o \(folder.path)/report -- sh -c 'exit 0'")
    #expect(try session.end().status == .exited(code: 0))
    #expect(session.shown == "")
    let report = try String(contentsOfFile: "\(folder.path)/report", encoding: .utf8)
    #expect(report.contains("tandem explain") && !report.contains("\u{1B}"))
  }

  @Test(arguments: [20, 40, 300]) func itFitsTheTerminal(columns: Int) throws {
    let session = try TandemSession(
      script: "exec \"$TANDEM\" explain -- sh -c 'sleep 0.01 & sleep 0.02; wait'",
      environment: ["NO_COLOR": "1"], columns: UInt16(columns))
    #expect(try session.end().status == .exited(code: 0))
    let lines = session.shown.components(separatedBy: "\r\n")
    #expect(lines.count > 10)
    if columns >= 40 {
      #expect(lines.filter { $0.count > columns } == [])
    }
  }
}
