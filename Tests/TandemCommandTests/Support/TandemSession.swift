import Foundation
import Glibc
import TandemSystem

/// The command at a terminal, leading a session of its own, as it is after a login.
///
/// Whatever of the session is left is killed with the value.
final class TandemSession {
  /// Why a test could not go on.
  struct Failure: Error, CustomStringConvertible {
    var description: String
  }

  /// How the command ended.
  struct End {
    var status: ExitStatus
    /// How long it took from the call.
    var after: Duration
  }

  private let terminal: Descriptor
  private let leader: pid_t
  private let ended: Descriptor
  private var isReaped = false
  private var isOpen = true

  /// Everything that the terminal showed so far.
  private(set) var shown = ""
  private var bytes: [UInt8] = []

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
  /// - Throws: when there is no terminal to be had, or the shell can't be started.
  convenience init(script: String, environment: [String: String] = [:], columns: UInt16 = 110)
    throws
  {
    let variables = ["TANDEM": try TandemExecutable.path()]
    try self.init(
      program: "/bin/sh", ["sh", "-c", script],
      environment: environment.merging(variables) { $1 }, columns: columns)
  }

  private init(
    program: String, _ words: [String], environment: [String: String], output: String? = nil,
    columns: UInt16 = 110
  ) throws {
    terminal = try Descriptor.open("/dev/ptmx", .readWrite)
    var size = winsize(ws_row: 40, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
    var (unlock, number): (CInt, CInt) = (0, 0)
    // ioctl_tty(2); grantpt(3) has nothing to do on a devpts.
    guard ioctl(terminal.rawValue, UInt(0x4004_5431), &unlock) == 0,
      ioctl(terminal.rawValue, UInt(0x8004_5430), &number) == 0,
      ioctl(terminal.rawValue, UInt(TIOCSWINSZ), &size) == 0
    else { throw Failure(description: "no terminal: errno \(errno)") }
    _ = fcntl(terminal.rawValue, F_SETFL, O_NONBLOCK)
    leader = try Self.spawn(
      program, words, environment, terminal: "/dev/pts/\(number)", output)
    ended = try KernelCalls.openProcess(leader)
  }

  deinit {
    for pid in processes() { kill(pid, SIGKILL) }
    if !isReaped { waitpid(leader, nil, 0) }
  }

  private static func spawn(
    _ path: String, _ arguments: [String], _ environment: [String: String], terminal: String,
    _ output: String?
  ) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    var (none, all) = (sigset_t(), sigset_t())
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    sigemptyset(&none)
    sigfillset(&all)
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
    }
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    // POSIX_SPAWN_SETSID is declared only under _GNU_SOURCE (spawn.h).
    posix_spawnattr_setflags(
      &attributes, Int16(0x80 | CInt(POSIX_SPAWN_SETSIGMASK) | CInt(POSIX_SPAWN_SETSIGDEF)))
    // The first terminal that a session's leader opens is its controlling terminal.
    posix_spawn_file_actions_addopen(&actions, 0, terminal, O_RDWR, 0)
    if let output {
      posix_spawn_file_actions_addopen(
        &actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    } else {
      posix_spawn_file_actions_adddup2(&actions, 0, 1)
    }
    posix_spawn_file_actions_adddup2(&actions, 0, 2)
    var variables = ProcessInfo.processInfo.environment
    variables["TERM"] = "xterm-256color"
    variables["NO_COLOR"] = nil
    variables.merge(environment) { $1 }
    var argv: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    var envp: [UnsafeMutablePointer<CChar>?] = variables.map { strdup("\($0)=\($1)") } + [nil]
    defer { (argv + envp).forEach { free($0) } }
    var pid: pid_t = 0
    let failure = posix_spawn(&pid, path, &actions, &attributes, &argv, &envp)
    guard failure == 0 else { throw Failure(description: "can't start \(path): \(failure)") }
    return pid
  }

  /// Takes what the terminal shows until a condition holds.
  ///
  /// - Parameters:
  ///   - what: the condition, for the failure.
  ///   - timeout: how long at most; a guard, not a wait.
  ///   - condition: given everything shown so far.
  /// - Throws: `Failure` when the time is over or the terminal is closed.
  func wait(
    for what: String, timeout: Duration = .seconds(40), until condition: (String) -> Bool
  ) throws {
    let deadline = ContinuousClock.now + timeout
    while !condition(shown) {
      guard isOpen, ContinuousClock.now < deadline else {
        throw Failure(description: "waited for \(what) in vain; the terminal shows:\n\(shown)")
      }
      take(for: .milliseconds(200))
    }
  }

  /// Waits for the command's end.
  func end(timeout: Duration = .seconds(60)) throws -> End {
    let began = ContinuousClock.now
    while true {
      var watched = [
        pollfd(fd: isOpen ? terminal.rawValue : -1, events: Int16(POLLIN), revents: 0),
        pollfd(fd: ended.rawValue, events: Int16(POLLIN), revents: 0),
      ]
      _ = poll(&watched, 2, 200)
      take(for: .zero)
      if watched[1].revents != 0 { break }
      guard ContinuousClock.now - began < timeout else {
        throw Failure(description: "it did not end; the terminal shows:\n\(shown)")
      }
    }
    let after = ContinuousClock.now - began
    take(for: .zero)
    var status: CInt = 0
    waitpid(leader, &status, 0)
    isReaped = true
    return End(status: ExitStatus(waitStatus: status), after: after)
  }

  /// Presses Ctrl-C: the terminal sends SIGINT to its foreground process group.
  func pressControlC() throws { try terminal.writeAll([3]) }

  /// Presses Ctrl-Z: the terminal sends SIGTSTP to its foreground process group.
  func pressControlZ() throws { try terminal.writeAll([26]) }

  /// Types a line.
  func type(_ line: String) throws { try terminal.writeAll(Array((line + "\n").utf8)) }

  /// Whether a signal was sent to the command, or what it runs as, that has not been delivered yet.
  func hasPending(_ signal: CInt) -> Bool {
    guard let bytes = FileManager.default.contents(atPath: "/proc/\(leader)/status"),
      let line = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
        .first(where: { $0.hasPrefix("ShdPnd:") }),
      let mask = UInt64(line.dropFirst(7).trimmingCharacters(in: .whitespaces), radix: 16)
    else { return false }
    return mask & (1 << UInt64(signal - 1)) != 0
  }

  /// The session's processes that are stopped: their names.
  var stopped: [String] {
    processes().compactMap { pid in
      guard let name = Self.name(pid), let stat = try? ProcStat.read(.process(pid)),
        stat.state == "T"
      else { return nil }
      return name
    }
  }

  /// Sends a signal to the command alone.
  func send(_ signal: CInt) { kill(leader, signal) }

  /// What of the session still runs after so long: the names of processes that have not ended.
  func left(after patience: Duration) -> [String] {
    let deadline = ContinuousClock.now + patience
    while true {
      let running = processes().compactMap(Self.name)
      if running.isEmpty || ContinuousClock.now >= deadline { return running }
      // Each of them is an event to wait for.
      guard let first = processes().first(where: { Self.name($0) != nil }),
        let process = try? KernelCalls.openProcess(first)
      else { continue }
      var watched = pollfd(fd: process.rawValue, events: Int16(POLLIN), revents: 0)
      _ = poll(&watched, 1, 50)
    }
  }

  /// The names of the session's processes.
  var running: [String] { processes().compactMap(Self.name) }

  private func processes() -> [pid_t] {
    let entries = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return entries.compactMap { pid_t($0) }.filter { getsid($0) == leader }
  }

  /// The name of a process; nil for one that has ended.
  private static func name(_ pid: pid_t) -> String? {
    guard let bytes = FileManager.default.contents(atPath: "/proc/\(pid)/stat") else { return nil }
    let text = String(decoding: bytes, as: UTF8.self)
    guard let close = text.lastIndex(of: ")"), let open = text.firstIndex(of: "("),
      !text[close...].hasPrefix(") Z"), !text[close...].hasPrefix(") X")
    else { return nil }
    return String(text[text.index(after: open)..<close])
  }

  private func take(for patience: Duration) {
    var watched = pollfd(fd: terminal.rawValue, events: Int16(POLLIN), revents: 0)
    let milliseconds = CInt(patience / .milliseconds(1))
    guard isOpen, poll(&watched, 1, milliseconds) > 0 else { return }
    var chunk = [UInt8](repeating: 0, count: 65_536)
    let count = read(terminal.rawValue, &chunk, chunk.count)
    if count > 0 {
      // What was read may end in the middle of a character.
      bytes += chunk[..<count]
      shown = String(decoding: bytes, as: UTF8.self)
    } else if count == 0 || errno == EIO {
      // EIO: nobody has the terminal open any more.
      isOpen = false
    }
  }
}
