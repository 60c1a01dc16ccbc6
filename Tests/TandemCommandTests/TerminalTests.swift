import Foundation
import Glibc
import TandemModel
import TandemReport
import TandemSystem
import TandemTestSupport
import Testing

/// The command at a terminal: colour, progress, and what Ctrl-C does.
@Suite(.serialized, .timeLimit(.minutes(10))) struct TerminalTests {
  private static let short = [
    "compare", "--models", "serial,swift-threads", "--workers", "2", "--iterations", "2000",
    "--runs", "2",
  ]

  @Test func colourAndProgressAreForTerminals() throws {
    let session = try TandemSession(Self.short)
    #expect(try session.end().status == .exited(code: 0))
    let shown = session.shown
    #expect(shown.contains("\u{1B}["))
    // Each state of the progress line takes the place of the one before.
    let states = shown.components(separatedBy: "\r\u{1B}[K")
    #expect(states.count > 4)
    #expect(states.contains { $0.contains("swift-threads") && $0.contains(" left") })
    // The best so far, refined as runs come in.
    #expect(
      states.contains { $0.contains("so far: serial") || $0.contains("so far: swift-threads") })
    // The last one is taken away, and the report begins where it was.
    let report = try #require(states.last)
    #expect(report.contains("tandem compare") && !report.contains(" elapsed"))
    let first = try #require(report.split(separator: "\r\n").first)
    #expect(first.contains("tandem compare"))
  }

  @Test func colourCanBeRefused() throws {
    let session = try TandemSession(Self.short, environment: ["NO_COLOR": "1"])
    #expect(try session.end().status == .exited(code: 0))
    let report = try #require(session.shown.components(separatedBy: "\r\u{1B}[K").last)
    #expect(report.contains("tandem compare") && !report.contains("\u{1B}"))
  }

  @Test func quietShowsNoProgress() throws {
    let session = try TandemSession(Self.short + ["--quiet"])
    #expect(try session.end().status == .exited(code: 0))
    #expect(!session.shown.contains("\u{1B}"))
    #expect(session.shown.split(separator: "\r\n").count == 1)
  }

  /// How a run is ended before its time.
  enum Ending: String, Sendable, CaseIterable {
    case controlC, terminate
  }

  /// Long work in workers of every kind, so that there is something to be left behind.
  private static func long(_ models: String) -> [String] {
    ["compare", "--models", models, "--work", "io", "--work-time", "1s", "--workers", "3"]
      + ["--schedule", "all-at-once", "--time-budget", "10m", "--json", "report.json"]
  }

  @Test(.tags(.timing), .promisesTime, arguments: Ending.allCases)
  func whatWasMeasuredIsShownAndNothingIsLeft(ending: Ending) throws {
    let folder = try TemporaryFolder()
    let models =
      AnyPython.isThere ? "serial,swift-processes,python-processes-fork" : "serial,swift-processes"
    let session = try TandemSession(
      Self.long(models).map { $0 == "report.json" ? "\(folder.path)/report.json" : $0 }
        + ["--work-time", "200ms"],
      environment: ["TMPDIR": folder.path], output: "\(folder.path)/output")
    // A later run of the same model: at least one was measured.
    try session.wait(for: "timed runs") { shown in
      shown.components(separatedBy: "\r\u{1B}[K").count { state in
        state.contains("left") && !state.contains("warming up") && !state.isEmpty
      } >= 6
    }
    switch ending {
    case .controlC: session.pressControlC()
    case .terminate: session.send(SIGTERM)
    }
    let end = try session.end()
    #expect(end.status == .exited(code: ending == .controlC ? 130 : 143))
    #expect(end.after < TimePromise.commandEndsWhenInterrupted)
    #expect(session.left(after: .seconds(1)) == [])
    let data = try #require(FileManager.default.contents(atPath: "\(folder.path)/report.json"))
    let report = try JSONReport.decode(data, as: CompareReport.self)
    #expect(report.runs.contains { $0.n > 0 })
    #expect(report.runs.allSatisfy { $0.error == nil })
    #expect(
      report.omitted.last
        == Omission(
          what: "the rest of the runs",
          why: "interrupted: what was measured until then is shown"))
    let output = try String(contentsOfFile: "\(folder.path)/output", encoding: .utf8)
    #expect(output.contains("interrupted"))
    #expect(session.shown.hasSuffix("\r\u{1B}[K"))
    // Nor any of its temporary folders.
    #expect(try folder.contents == ["output", "report.json"])
  }

  @Test(.tags(.timing), .promisesTime)
  func interruptedWhileWarmingUpThereIsStillAReport() throws {
    let folder = try TemporaryFolder()
    let session = try TandemSession(
      Self.long("swift-processes") + ["--work-time", "1m", "--json", "\(folder.path)/report.json"],
      output: "\(folder.path)/output")
    try session.wait(for: "the first run") { $0.contains("warming up") }
    session.pressControlC()
    let end = try session.end()
    #expect(end.status == .exited(code: 130))
    #expect(end.after < TimePromise.commandEndsWhenInterrupted)
    #expect(session.left(after: .seconds(1)) == [])
    let data = try #require(FileManager.default.contents(atPath: "\(folder.path)/report.json"))
    let report = try JSONReport.decode(data, as: CompareReport.self)
    #expect(report.runs.allSatisfy { $0.n == 0 })
    #expect(report.verdict.choice == .undecided)
  }

  @Test(
    .tags(.timing), .promisesTime, .enabled("needs a Python 3.6 or newer") { AnyPython.isThere })
  func interruptedWhileAPythonModuleIsImportedNothingIsLeft() throws {
    let folder = try TemporaryFolder([
      "work.py": """
      import os, time
      os.write(os.open(os.environ["IMPORTED"], os.O_WRONLY), b"imported")
      time.sleep(600)
      def f(index): pass
      """
    ])
    let imported = try Fifo()
    let session = try TandemSession(
      ["compare", "--python", "\(folder.path)/work.py:f", "--items", "2"]
        + ["--json", "\(folder.path)/report.json"],
      environment: ["TMPDIR": folder.path, "IMPORTED": imported.path])
    // The module says that it is being imported; the terminal shows nothing yet.
    #expect(try imported.hear() == "imported")
    session.pressControlC()
    let end = try session.end()
    #expect(end.status == .exited(code: 130))
    #expect(end.after < TimePromise.commandEndsWhenInterrupted)
    #expect(session.left(after: .seconds(1)) == [])
    #expect(session.shown.contains("tandem: interrupted before anything was measured"))
    #expect(try folder.contents == ["work.py"])
  }

  @Test(arguments: ["swift-processes", "swift-processes-spawn", "python-processes-forkserver"])
  func killedNothingIsLeft(model: String) throws {
    if model.hasPrefix("python"), !AnyPython.isThere {
      try Test.cancel("needs a Python 3.6 or newer")
    }
    let session = try TandemSession(
      Self.long(model) + ["--work-time", "5s", "--json", "/dev/null"])
    // After the first item: the command, its server, the run, the run's server, and a worker at least.
    try session.wait(for: "workers") { _ in session.running.count >= 5 }
    session.send(SIGKILL)
    #expect(try session.end().status == .signaled(signal: SIGKILL, dumpedCore: false))
    #expect(session.left(after: .seconds(1)) == [])
  }
}
