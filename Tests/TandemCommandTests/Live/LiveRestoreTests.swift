import Foundation
import Glibc
import TandemSystem
import TandemTestSupport
import Testing

/// The terminal is as it was, however the view ends.
@Suite(.serialized, .timeLimit(.minutes(10))) struct LiveRestoreTests {
  private func watching(_ program: WatchedProgram, _ prefix: String = "exec ") throws
    -> LiveSession
  {
    // Swift's backtracer asks questions on a terminal, and ends when they are answered.
    let live = try LiveSession(
      "\(prefix)\"$TANDEM\" explain --live --pid \(program.pid)",
      environment: ["SWIFT_BACKTRACE": "enable=no"], rows: 60)
    try live.waitForView("3 workers")
    return live
  }

  /// What ends the watching of a running program in good order, and what ends Tandem where it stands.
  @Test(arguments: [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGKILL, SIGSEGV, SIGABRT])
  func afterASignal(number: CInt) throws {
    let program = try WatchedProgram()
    let live = try watching(program, "ulimit -c 0; exec ")
    live.session.send(number)
    let isOrderly = [SIGINT, SIGTERM, SIGHUP, SIGQUIT].contains(number)
    switch try live.session.end().status {
    case .exited(let code): #expect(isOrderly && code == 0)
    case .signaled(let signal, _): #expect(!isOrderly && signal == number)
    }
    try live.waitUntilRestored()
    if isOrderly { try live.wait(for: "the report") { $0.text.contains("How sure") } }
    let after = live.now
    #expect(after.showsCursor && after.wraps && after.unknown == [])
    #expect(after.text.contains("How sure") == isOrderly)
    #expect(program.isThere)
  }

  @Test func afterControlC() throws {
    let live = try LiveSession(
      "exec \"$TANDEM\" explain --live -- sh -c 'echo kept; sleep 600'", rows: 60)
    try live.waitForView("output  kept")
    live.session.pressControlC()
    #expect(try live.session.end().status == .signaled(signal: SIGINT, dumpedCore: false))
    try live.waitUntilRestored()
    try live.wait(for: "the report") { $0.text.contains("How sure") }
    #expect(live.now.text.contains("kept") && live.now.text.contains("ended by SIGINT"))
  }

  /// What a command wrote is not lost with Tandem.
  @Test func killedTheOutputIsShown() throws {
    let live = try LiveSession(
      "exec \"$TANDEM\" explain --live -- sh -c 'echo kept; sleep 600'", rows: 60)
    try live.waitForView("output  kept")
    live.session.send(SIGKILL)
    _ = try live.session.end()
    try live.waitUntilRestored()
    try live.wait(for: "the output") { $0.text.contains("kept") }
  }

  // MARK: Stops

  @Test(arguments: ["--pid PID", "-- sh -c 'sleep 600 & wait'"])
  func aroundAStop(target: String) throws {
    let program = try WatchedProgram()
    let live = try LiveSession(
      """
      set -m; trap : INT
      "$TANDEM" explain --live \(target.replacing("PID", with: "\(program.pid)"))
      echo "stopped: $?"; read line; fg >/dev/null; echo "ended: $?"
      """, rows: 60)
    try live.waitForView("workers")
    live.session.pressControlZ()
    try live.wait(for: "the shell") { $0.text.contains("stopped: \(128 + SIGTSTP)") }
    try live.waitUntilRestored()
    #expect(live.now.showsCursor)
    live.session.type("")
    try live.waitForView("workers")
    #expect(!live.session.terminalIsAsUsual)
    live.session.pressControlC()
    try live.wait(for: "the end") { $0.text.contains("ended: ") }
    try live.waitUntilRestored()
    #expect(live.now.text.contains("How sure"))
  }
}
