import Glibc
import TandemSystem
import TandemTestSupport

/// `tandem explain --live` at a terminal, and what the terminal shows.
final class LiveSession {
  let session: TandemSession
  private var screen: TerminalScreen
  private var taken = 0

  /// Starts a script for the shell, in which `$TANDEM` is the command.
  init(
    _ script: String, environment: [String: String] = [:], rows: Int = 24, columns: Int = 100
  ) throws {
    session = try TandemSession(
      script: script, environment: environment, columns: UInt16(columns), rows: UInt16(rows))
    screen = TerminalScreen(rows: rows, columns: columns)
  }

  /// What the terminal shows now.
  var now: TerminalScreen {
    let bytes = session.bytes
    screen.take(bytes[taken...])
    taken = bytes.count
    return screen
  }

  /// Takes what comes until the terminal shows something.
  func wait(for what: String, _ condition: (TerminalScreen) -> Bool) throws {
    try session.wait(for: what) { _ in condition(now) }
  }

  /// Waits for a picture of the view.
  func waitForView(_ text: String = "q ") throws {
    try wait(for: "a picture with '\(text)'") { $0.isSecond && $0.text.contains(text) }
  }

  /// Waits until the terminal is as it was before the view.
  func waitUntilRestored() throws {
    try wait(for: "the first screen") { $0.pictures > 0 && !$0.isSecond }
    // The mode follows what is written.
    try waitUntil("the mode: \(session.shown.suffix(200))") { session.terminalIsAsUsual }
  }

  /// Changes the terminal's size.
  func resize(rows: Int, columns: Int) {
    _ = now
    screen.resize(rows: rows, columns: columns)
    session.resize(rows: UInt16(rows), columns: UInt16(columns))
  }
}

/// A program that is there to be watched, and ends with the value.
final class WatchedProgram {
  private let program: SpawnedProgram

  /// Starts a shell with two children that sleep.
  init(_ script: String = "sleep 600 & sleep 601 & wait") throws {
    program = try Spawner("/bin/sh", ["sh", "-c", script]).start()
  }

  var pid: CInt { program.pid }
  var isThere: Bool { kill(program.pid, 0) == 0 && !program.running().isEmpty }
}
