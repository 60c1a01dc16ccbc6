internal import Glibc
internal import TandemSystem

/// A program that leads a session of its own, watched and in the end removed with all its processes.
struct WatchedSession: ~Copyable {
  private let leader: pid_t
  private let ended: Descriptor
  private let output: Descriptor
  private let error: Descriptor
  private var texts: [[UInt8]] = [[], []]
  private var open = [true, true]

  init(_ path: String, _ arguments: [String], _ environment: [String: String]) throws(Errno) {
    let outputs = try DescriptorPair.pipe()
    let output = Descriptor(owning: outputs.near)
    let outputWriter = Descriptor(owning: outputs.far)
    let errors = try DescriptorPair.pipe()
    let error = Descriptor(owning: errors.near)
    let errorWriter = Descriptor(owning: errors.far)
    var variables = ProcessSettings.environment().map { String(decoding: $0, as: UTF8.self) }
    variables.removeAll { entry in environment.keys.contains { entry.hasPrefix($0 + "=") } }
    variables += environment.map { "\($0.key)=\($0.value)" }
    let leader = try Self.spawn(
      path, arguments, variables, output: outputWriter.rawValue, error: errorWriter.rawValue)
    let ended = try KernelCalls.openProcess(leader)
    self.leader = leader
    self.ended = ended
    self.output = output
    self.error = error
  }

  private var readers: [CInt] { [output.rawValue, error.rawValue] }

  private static func spawn(
    _ path: String, _ arguments: [String], _ environment: [String], output: CInt, error: CInt
  ) throws(Errno) -> pid_t {
    var actions = posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    var none = sigset_t()
    var all = sigset_t()
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
    let newSession: CInt = 0x80
    posix_spawnattr_setflags(
      &attributes, Int16(newSession | CInt(POSIX_SPAWN_SETSIGMASK) | CInt(POSIX_SPAWN_SETSIGDEF)))
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, output, 1)
    posix_spawn_file_actions_adddup2(&actions, error, 2)
    var argv: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    var envp: [UnsafeMutablePointer<CChar>?] = environment.map { strdup($0) } + [nil]
    defer { (argv + envp).forEach { free($0) } }
    var pid: pid_t = 0
    let failure = posix_spawn(&pid, path, &actions, &attributes, &argv, &envp)
    guard failure == 0 else { throw Errno(rawValue: failure) }
    return pid
  }

  /// Watches until the program has ended and nobody holds its standard output any more.
  mutating func watch(_ timeout: Duration, _ afterwards: Duration) throws(Errno) -> FixtureRun {
    let clock = ContinuousClock()
    let began = clock.now
    var endedAt: ContinuousClock.Instant?
    var outputEndedAt: ContinuousClock.Instant?
    var stopped: String?
    var most = 0
    while true {
      var watched = [
        pollfd(fd: open[0] ? readers[0] : -1, events: Int16(POLLIN), revents: 0),
        pollfd(fd: open[1] ? readers[1] : -1, events: Int16(POLLIN), revents: 0),
        pollfd(fd: endedAt == nil ? ended.rawValue : -1, events: Int16(POLLIN), revents: 0),
      ]
      // The time limit is only the guard's pace: every event ends the wait at once.
      _ = poll(&watched, 3, 50)
      take(0)
      take(1)
      let now = clock.now
      if !open[0], outputEndedAt == nil { outputEndedAt = now }
      if endedAt == nil, watched[2].revents != 0 { endedAt = now }
      most = max(most, processes().count)
      if most > FixtureRun.processLimit {
        stopped = "it made more than \(FixtureRun.processLimit) processes"
      } else if endedAt == nil, now - began > timeout {
        stopped = "it ran longer than \(timeout)"
      }
      if stopped != nil { break }
      if let endedAt, outputEndedAt != nil || now - endedAt > afterwards { break }
    }
    let left = stopped == nil ? leftBehind(by: clock.now + afterwards, clock) : []
    removeAll()
    take(0)
    take(1)
    var status: CInt = 0
    _ = waitpid(leader, &status, 0)
    var after: Duration?
    if let endedAt, let outputEndedAt { after = max(.zero, outputEndedAt - endedAt) }
    return FixtureRun(
      status: stopped == nil ? ExitStatus(waitStatus: status) : nil,
      output: String(decoding: texts[0], as: UTF8.self),
      error: String(decoding: texts[1], as: UTF8.self), stopped: stopped, mostProcesses: most,
      outputEndedAfter: after, leftBehind: left, duration: clock.now - began)
  }

  private mutating func take(_ index: Int) {
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while open[index] {
      let count = read(readers[index], &chunk, chunk.count)
      if count > 0 {
        texts[index].append(contentsOf: chunk[..<count])
      } else if count == 0 {
        open[index] = false
      } else {
        return
      }
    }
  }

  /// Every process of the session, ended ones that nobody has waited for among them.
  private func processes() -> [pid_t] {
    guard let directory = opendir("/proc") else { return [] }
    defer { closedir(directory) }
    var found: [pid_t] = []
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if let pid = pid_t(name), getsid(pid) == leader { found.append(pid) }
    }
    return found
  }

  /// The number and the name of a process that runs; nil for one that has ended.
  private static func describe(_ pid: pid_t) -> String? {
    guard let glance = try? ThreadGlance.read(pid, of: pid), !glance.hasEnded else { return nil }
    return "\(pid) (\(glance.name))"
  }

  /// Waits for the processes of the session to end, one after the other.
  ///
  /// - Returns: those that had not ended when the time was over.
  private func leftBehind(by deadline: ContinuousClock.Instant, _ clock: ContinuousClock)
    -> [String]
  {
    while true {
      let left = processes().filter { $0 != leader && Self.describe($0) != nil }
      let rest = deadline - clock.now
      guard let first = left.first, rest > .zero else { return left.compactMap(Self.describe) }
      guard let end = try? KernelCalls.openProcess(first) else { continue }
      var watched = pollfd(fd: end.rawValue, events: Int16(POLLIN), revents: 0)
      _ = poll(&watched, 1, CInt(clamping: rest.components.seconds * 1000 + 1))
    }
  }

  /// Kills the session; stopped first, so that nothing new is made meanwhile.
  ///
  /// The leader is not waited for before, so that its number, which is the session's, stays taken.
  private func removeAll() {
    for _ in 0..<100 {
      let running = processes().filter { Self.describe($0) != nil }
      if running.isEmpty { return }
      for pid in running { _ = kill(pid, SIGSTOP) }
      for pid in running { _ = kill(pid, SIGKILL) }
    }
  }
}
