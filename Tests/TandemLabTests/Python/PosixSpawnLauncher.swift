import Foundation
import Glibc
import Synchronization
import TandemLab

/// Starts programs by posix_spawn(3), each in a process group of its own.
final class PosixSpawnLauncher: ProgramLauncher {
  private let started = Mutex<[pid_t]>([])
  /// Called with each process group as soon as it exists.
  let onStart: @Sendable (pid_t) -> Void

  init(onStart: @escaping @Sendable (pid_t) -> Void = { _ in }) {
    self.onStart = onStart
  }

  /// The process groups that were started.
  var groups: [pid_t] { started.withLock { $0 } }

  /// A group that may be killed until its leader has been waited for.
  private final class Group: Sendable {
    private struct State {
      var leader: pid_t?
      var killed = false
    }
    private let state = Mutex(State())

    func began(_ leader: pid_t) {
      state.withLock { state in
        state.leader = leader
        if state.killed { kill(-leader, SIGKILL) }
      }
    }

    func end() {
      state.withLock { state in
        state.killed = true
        if let leader = state.leader { kill(-leader, SIGKILL) }
      }
    }

    func waited() { state.withLock { $0.leader = nil } }
  }

  struct CouldNotStart: Error { var number: Int32 }

  func launch(
    path: String, arguments: [String], environment: [String]?, timeout: Duration?
  ) async throws -> ProgramResult {
    let group = Group()
    return try await withTaskCancellationHandler {
      let result = try await withCheckedThrowingContinuation { continuation in
        // A thread of its own: waiting must not take one of those that run Swift's tasks.
        Thread.detachNewThread {
          continuation.resume(
            with: Result {
              try self.run(
                path, arguments, environment ?? Self.inherited, timeout, group)
            })
        }
      }
      try Task.checkCancellation()
      return result
    } onCancel: {
      group.end()
    }
  }

  private static var inherited: [String] {
    ProcessInfo.processInfo.environment.map { "\($0.key)=\($0.value)" }
  }

  private func run(
    _ path: String, _ arguments: [String], _ environment: [String], _ timeout: Duration?,
    _ group: Group
  ) throws -> ProgramResult {
    var ends: [Int32] = [0, 0]
    // A socket pair, for it can be made close-on-exec in one step: a pipe end that slipped into
    // another child would keep this one's standard error open.
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw CouldNotStart(number: errno) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, ends[1], 2)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    posix_spawnattr_setflags(
      &attributes,
      Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    posix_spawnattr_setpgroup(&attributes, 0)
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    var argv = ([path] + arguments).map { strdup($0) } + [nil]
    var envp = environment.map { strdup($0) } + [nil]
    defer { (argv + envp).forEach { free($0) } }
    var pid: pid_t = 0
    let number = posix_spawn(&pid, path, &actions, &attributes, &argv, &envp)
    close(ends[1])
    defer { close(ends[0]) }
    guard number == 0 else { throw CouldNotStart(number: number) }
    group.began(pid)
    started.withLock { $0.append(pid) }
    onStart(pid)

    // Standard error ends when nobody of the group holds it any more.
    let deadline = timeout.map { ContinuousClock.now + $0 }
    var tail: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    var timedOut = false
    while true {
      var entry = pollfd(fd: ends[0], events: Int16(POLLIN), revents: 0)
      var wait: Int32 = -1
      if let deadline, !timedOut {
        let left = deadline - ContinuousClock.now
        wait = Int32(clamping: max(0, Int64(left / .milliseconds(1)) + 1))
      }
      let ready = poll(&entry, 1, wait)
      if ready == 0 {
        timedOut = true
        group.end()
      } else if ready > 0 {
        let count = read(ends[0], &buffer, buffer.count)
        if count <= 0 { break }
        tail = (tail + buffer[..<count]).suffix(65536)
      }
    }
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
    group.waited()
    let signal = status & 0x7F
    return ProgramResult(
      exitCode: signal == 0 ? (status >> 8) & 0xFF : nil, signal: signal == 0 ? nil : signal,
      standardErrorTail: String(decoding: tail, as: UTF8.self), timedOut: timedOut)
  }
}

/// The processes of a group that still have a program: a zombie has none (proc(5), `exe`).
func living(inGroup group: pid_t) -> [pid_t] {
  let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
  return names.compactMap(pid_t.init).filter { pid in
    guard let stat = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
      let name = stat.lastIndex(of: ")")
    else { return false }
    let fields = stat[name...].split(separator: " ")
    guard fields.count > 3, fields[3] == "\(group)" else { return false }
    return (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/exe")) != nil
  }
}
