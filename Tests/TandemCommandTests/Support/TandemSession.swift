import Foundation
import Glibc
import TandemSystem
import TandemTestSupport

/// The command at a terminal, leading a session of its own, as it is after a login.
///
/// What is left of the session is killed with the value.
final class TandemSession {
  /// How the command ended.
  struct End {
    var status: ExitStatus
    /// How long it took from the call.
    var after: Duration
  }

  private let program: SpawnedProgram

  /// Everything that the terminal showed so far.
  var shown: String { program.output }

  /// The bytes of that.
  var bytes: [UInt8] { program.outputBytes }

  /// Starts the command.
  ///
  /// - Parameters:
  ///   - arguments: what follows `tandem`.
  ///   - environment: variables besides those that are there.
  ///   - output: a file for standard output; nil for the terminal.
  /// - Throws: when there is no terminal to be had, or the command can't be started.
  convenience init(
    _ arguments: [String], environment: [String: String] = [:], output: String? = nil
  ) throws {
    let executable = try TandemExecutable.path()
    try self.init(
      program: executable, [executable] + arguments, environment: environment, output: output)
  }

  /// Starts a script for the shell, in which `$TANDEM` is the command.
  ///
  /// - Parameters:
  ///   - script: the script.
  ///   - environment: variables besides those that are there.
  ///   - columns: how wide the terminal is.
  ///   - rows: how high it is.
  /// - Throws: when there is no terminal to be had, or the shell can't be started.
  convenience init(
    script: String, environment: [String: String] = [:], columns: UInt16 = 110, rows: UInt16 = 40
  ) throws {
    let variables = ["TANDEM": try TandemExecutable.path()]
    try self.init(
      program: "/bin/sh", ["sh", "-c", script],
      environment: environment.merging(variables) { $1 }, columns: columns, rows: rows)
  }

  private init(
    program path: String, _ words: [String], environment: [String: String],
    output: String? = nil, columns: UInt16 = 110, rows: UInt16 = 40
  ) throws {
    var spawner = Spawner(path, words)
    spawner.environment["TERM"] = "xterm-256color"
    spawner.environment["NO_COLOR"] = nil
    spawner.environment.merge(environment) { $1 }
    spawner.terminalColumns = columns
    spawner.terminalRows = rows
    if let output { spawner.output = .file(output) }
    program = try spawner.start()
  }

  /// Takes what the terminal shows until a condition holds.
  ///
  /// - Parameters:
  ///   - what: the condition, for the failure.
  ///   - limit: how long at most; a guard, not a wait.
  ///   - condition: given everything shown so far.
  /// - Throws: `SpawnedProgram.Failure` when the time is over or the command has ended.
  func wait(
    for what: String, limit: Duration = .seconds(40), until condition: (String) -> Bool
  ) throws {
    try program.wait(for: what, limit: limit) { condition(shown) }
  }

  /// Waits for the command's end.
  func end(limit: Duration = .seconds(60)) throws -> End {
    let began = ContinuousClock.now
    let status = try program.end(limit: limit)
    return End(status: status, after: (program.endedAt ?? began) - began)
  }

  /// Presses Ctrl-C: the terminal sends SIGINT to its foreground process group.
  func pressControlC() { program.write([3]) }

  /// Presses Ctrl-Z: the terminal sends SIGTSTP to its foreground process group.
  func pressControlZ() { program.write([26]) }

  /// Types keys.
  func press(_ keys: String) { program.write(Array(keys.utf8)) }

  /// Changes the terminal's size.
  func resize(rows: UInt16, columns: UInt16) {
    program.resizeTerminal(rows: rows, columns: columns)
  }

  /// Whether the terminal gives whole lines and echoes them, as it did at first.
  var terminalIsAsUsual: Bool { program.terminalIsAsUsual }

  /// Types a line.
  func type(_ line: String) { program.write(Array((line + "\n").utf8)) }

  /// Whether a signal was sent to the command, or what it runs as, that has not been delivered yet.
  func hasPending(_ signal: CInt) -> Bool {
    guard let bytes = FileManager.default.contents(atPath: "/proc/\(program.pid)/status"),
      let line = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
        .first(where: { $0.hasPrefix("ShdPnd:") }),
      let mask = UInt64(line.dropFirst(7).trimmingCharacters(in: .whitespaces), radix: 16)
    else { return false }
    return mask & (1 << UInt64(signal - 1)) != 0
  }

  /// The names of the session's processes that are stopped.
  var stopped: [String] {
    program.running().filter { pid, _ in
      (try? ThreadStat.read(pid, of: pid))?.state == "T"
    }.map(\.value)
  }

  /// The names of the session's processes.
  var running: [String] { Array(program.running().values) }

  /// The number of the command, or of the shell.
  var leader: CInt { program.pid }

  /// The number of a process of the session with a name; nil when there is none.
  func program(named name: String, besides other: CInt) -> CInt? {
    program.running().first { $0.value == name && $0.key != other }?.key
  }

  /// Sends a signal to the command alone.
  func send(_ signal: CInt) { program.send(signal) }

  /// What of the session still runs after so long: the names of processes that have not ended.
  func left(after limit: Duration) -> [String] { Array(program.left(after: limit).values) }
}
