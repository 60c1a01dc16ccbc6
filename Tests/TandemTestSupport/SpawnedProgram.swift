internal import Glibc
internal import Synchronization
package import TandemSystem

/// A program that a `Spawner` has started.
///
/// It isn't reaped before the value goes or `remove` is called, so its number, which is its session's,
/// stays its own. What is left of its session then is killed.
package final class SpawnedProgram: Sendable {
  /// Why a test could not go on.
  package struct Failure: Error, CustomStringConvertible {
    package var description: String

    /// Makes a failure with its explanation.
    package init(_ description: String) { self.description = description }
  }

  /// The ends of its standard streams that the test has.
  struct Streams: ~Copyable {
    var input: Descriptor?
    var output: Descriptor?
    var error: Descriptor?
  }

  private struct State {
    var outputBytes: [UInt8] = []
    var errorBytes: [UInt8] = []
    var outputEndedAt: ContinuousClock.Instant?
    var errorEndedAt: ContinuousClock.Instant?
    var endedAt: ContinuousClock.Instant?
    var mostProcesses = 0
    var countedAt: ContinuousClock.Instant?
    var excess: String?
    var isReaped = false
  }

  /// The program's number.
  package let pid: CInt
  private let processLimit: Int
  private let ended: Descriptor
  private let input: Mutex<Descriptor?>
  private let streams: Streams
  /// The numbers of the outputs' readers, since what a class owns can't be looked into; -1 for none.
  private let readers: (output: CInt, error: CInt)
  private let state: Mutex<State>

  init(_ pid: CInt, _ streams: consuming Streams, processLimit: Int) throws(Errno) {
    self.pid = pid
    self.processLimit = processLimit
    let readers = (output: Self.number(streams.output), error: Self.number(streams.error))
    let now = ContinuousClock.now
    state = Mutex(
      State(
        outputEndedAt: readers.output < 0 ? now : nil, errorEndedAt: readers.error < 0 ? now : nil))
    input = Mutex(streams.input.take())
    self.readers = readers
    self.streams = streams
    ended = try KernelCalls.openProcess(pid)
  }

  private static func number(_ descriptor: borrowing Descriptor?) -> CInt {
    switch descriptor {
    case .some(let descriptor): descriptor.rawValue
    case .none: -1
    }
  }

  deinit { remove() }

  /// Kills the session and reaps the program: its number may be another's then.
  package func remove() {
    if state.withLock({ $0.isReaped }) { return }
    endSession()
    _ = kill(pid, SIGKILL)
    _ = waitpid(pid, nil, 0)
    state.withLock { $0.isReaped = true }
  }

  // MARK: What it has written

  /// What it wrote to standard output, or to its terminal, so far.
  package var output: String { String(decoding: outputBytes, as: UTF8.self) }
  /// The bytes that it wrote to standard output, or to its terminal, so far.
  package var outputBytes: [UInt8] { state.withLock(\.outputBytes) }
  /// What it wrote to standard error so far.
  package var error: String { String(decoding: errorBytes, as: UTF8.self) }
  /// The bytes that it wrote to standard error so far.
  package var errorBytes: [UInt8] { state.withLock(\.errorBytes) }
  /// When nobody had its standard output, or its terminal, open any more; nil while somebody has.
  package var outputEndedAt: ContinuousClock.Instant? { state.withLock(\.outputEndedAt) }
  /// When nobody had its standard error open any more; nil while somebody has.
  package var errorEndedAt: ContinuousClock.Instant? { state.withLock(\.errorEndedAt) }
  /// When it ended; nil while it runs.
  package var endedAt: ContinuousClock.Instant? { state.withLock(\.endedAt) }
  /// The most processes that were counted in its session at one time.
  package var mostProcesses: Int { state.withLock(\.mostProcesses) }
  /// Why it was ended by its bound of processes; nil when it wasn't.
  package var excess: String? { state.withLock(\.excess) }

  /// Takes what it writes until something happens: it writes, closes an output, or ends.
  ///
  /// - Parameter limit: how long to wait at most.
  package func take(for limit: Duration) {
    let (output, error, end) = state.withLock { state in
      (
        state.outputEndedAt == nil ? readers.output : -1,
        state.errorEndedAt == nil ? readers.error : -1,
        state.endedAt == nil ? ended.rawValue : -1
      )
    }
    var watched = [output, error, end].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    let milliseconds = limit <= .zero ? 0 : CInt(clamping: Int64(limit / .milliseconds(1)) + 1)
    _ = poll(&watched, 3, milliseconds)
    let now = ContinuousClock.now
    state.withLock { state in
      if watched[0].revents != 0, Self.read(output, &state.outputBytes) {
        state.outputEndedAt = now
      }
      if watched[1].revents != 0, Self.read(error, &state.errorBytes) { state.errorEndedAt = now }
      if watched[2].revents != 0 { state.endedAt = now }
    }
    boundProcesses(now)
  }

  /// Reads what is there.
  ///
  /// - Returns: whether the end was reached.
  private static func read(_ descriptor: CInt, _ bytes: inout [UInt8]) -> Bool {
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = Glibc.read(descriptor, &chunk, chunk.count)
      if count > 0 {
        bytes += chunk[..<count]
      } else {
        // EIO: nobody has the terminal open any more (ioctl_tty(2)).
        return count == 0 || errno == EIO
      }
    }
  }

  /// Counts the processes of the session now and then, and ends the session when it has too many.
  private func boundProcesses(_ now: ContinuousClock.Instant) {
    let isDue = state.withLock { state in
      if let last = state.countedAt, now - last < .milliseconds(50) { return false }
      state.countedAt = now
      return true
    }
    guard isDue else { return }
    let count = processes().count
    let exceeds = state.withLock { state in
      state.mostProcesses = max(state.mostProcesses, count)
      if count > processLimit { state.excess = "it made more than \(processLimit) processes" }
      return count > processLimit
    }
    if exceeds { endSession() }
  }

  /// Takes what it writes until a condition holds.
  ///
  /// - Parameters:
  ///   - what: the condition, for the failure.
  ///   - limit: how long at most; a guard, not a wait.
  ///   - condition: asked whenever something happened, and now and then besides.
  /// - Throws: `Failure` when the time is over, or nothing more can happen.
  package func wait(
    for what: String, limit: Duration = .seconds(40), until condition: () -> Bool
  ) throws {
    let deadline = ContinuousClock.now + limit
    while !condition() {
      let isOver = outputEndedAt != nil && errorEndedAt != nil && endedAt != nil
      guard !isOver, excess == nil, ContinuousClock.now < deadline else {
        // What was written last may have been taken since the condition was asked.
        if condition() { return }
        throw Failure(
          """
          waited for \(what) in vain\(excess.map { ": \($0)" } ?? "")
          --- standard output
          \(output)
          --- standard error
          \(error)
          """)
      }
      take(for: .milliseconds(200))
    }
  }

  /// Waits for its end, and takes what it writes meanwhile; it isn't reaped.
  ///
  /// - Parameter limit: how long at most; a guard, not a wait.
  /// - Returns: how it ended.
  /// - Throws: `Failure` when it doesn't end.
  @discardableResult
  package func end(limit: Duration = .seconds(60)) throws -> ExitStatus {
    try wait(for: "the end of the program", limit: limit) { endedAt != nil }
    take(for: .zero)
    var info = siginfo_t()
    guard waitid(P_PID, id_t(pid), &info, WEXITED | WNOWAIT) == 0 else {
      throw Failure("the program's end can't be read: errno \(errno)")
    }
    let status = info._sifields._sigchld.si_status
    return info.si_code == CLD_EXITED
      ? .exited(code: status)
      : .signaled(signal: status, dumpedCore: info.si_code == CLD_DUMPED)
  }

  // MARK: Its input

  /// Writes to its standard input, or to its terminal.
  ///
  /// Nobody reading it is no error.
  ///
  /// - Parameters:
  ///   - bytes: what to write.
  ///   - last: whether this is the end of the input.
  package func write(_ bytes: [UInt8], last: Bool = false) {
    // A program that reads no more must not end the test.
    signal(SIGPIPE, SIG_IGN)
    input.withLock { input in
      _ = try? input?.writeAll(bytes)
      if last { input = nil }
    }
  }

  /// Writes all of its standard input by a thread of its own, since a program may write before it reads.
  ///
  /// - Parameter bytes: what to write.
  /// - Throws: `EAGAIN` when there are too many threads.
  package func feed(_ bytes: [UInt8]) throws(Errno) {
    try OSThread.start(name: "test-input") { self.write(bytes, last: true) }
  }

  // MARK: Its terminal

  /// Changes the size of its terminal, which the kernel tells the job in the foreground (SIGWINCH).
  ///
  /// - Parameters:
  ///   - rows: how many rows there are.
  ///   - columns: how many columns there are.
  package func resizeTerminal(rows: UInt16, columns: UInt16) {
    var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(readers.output, UInt(TIOCSWINSZ), &size)
  }

  /// Whether its terminal gives whole lines and echoes them, as a shell leaves it (termios(3)).
  package var terminalIsAsUsual: Bool {
    var mode = termios()
    // The near end of a pseudo-terminal shows the mode of the far one.
    guard tcgetattr(readers.output, &mode) == 0 else { return false }
    let usual = tcflag_t(ICANON | ECHO)
    return mode.c_lflag & usual == usual
  }

  // MARK: Its session

  /// The processes of its session, ended ones that nobody has reaped among them.
  ///
  /// - Returns: their numbers.
  package func processes() -> [CInt] {
    ((try? ProcTasks.processes()) ?? []).filter { getsid($0) == pid }
  }

  /// The processes of its session that have not ended, with their names.
  ///
  /// - Returns: the names by the processes' numbers.
  package func running() -> [CInt: String] {
    var names: [CInt: String] = [:]
    for pid in processes() {
      guard let glance = try? ThreadStat.read(pid, of: pid), !glance.hasEnded else { continue }
      names[pid] = glance.name
    }
    return names
  }

  /// Waits for the processes of the session to end, one after the other.
  ///
  /// - Parameter limit: how long at most.
  /// - Returns: those that had not ended by then, as `running` has them.
  package func left(after limit: Duration) -> [CInt: String] {
    let deadline = ContinuousClock.now + limit
    while true {
      let left = running()
      let rest = deadline - ContinuousClock.now
      guard let first = left.keys.first, rest > .zero else { return left }
      guard let end = try? KernelCalls.openProcess(first) else { continue }
      var watched = pollfd(fd: end.rawValue, events: Int16(POLLIN), revents: 0)
      _ = poll(&watched, 1, CInt(clamping: Int64(rest / .milliseconds(1)) + 1))
    }
  }

  /// Sends a signal to the program alone.
  ///
  /// - Parameter signal: the signal's number.
  package func send(_ signal: CInt) { _ = kill(pid, signal) }

  /// Kills the session; it is stopped first, so that nothing new is made meanwhile.
  package func endSession() {
    for _ in 0..<100 {
      let left = running()
      if left.isEmpty { return }
      for pid in left.keys { _ = kill(pid, SIGSTOP) }
      for pid in left.keys { _ = kill(pid, SIGKILL) }
      _ = self.left(after: .milliseconds(100))
    }
  }
}
