internal import CTandemShims
internal import Glibc
internal import Synchronization

/// A program that is started in two steps: forked and held before its exec, so that events can be
/// opened on it; then let go.
///
/// It gets what this process was itself started with, and so can't tell that it was started by it:
/// the arguments as given; the environment; the signal mask and the ignored signals; closed standard
/// descriptors stay closed; the limit on descriptors. The rest it has as every child has it from the
/// thread that starts it: working directory, file mode mask, process group, controlling terminal, CPU
/// affinity and priority, and every descriptor that isn't close-on-exec, of which none are ours.
///
/// It outlives this process, also a killed one; a program that wasn't let go by then is never
/// executed. Its largest resident set (`RUsage.maxResidentKiB`) begins with this process's.
package struct StoppedLaunch: ~Copyable {
  /// Its number.
  package let pid: CInt
  /// The path of the file that it executes, without symbolic links (realpath(3)); nil when there is none.
  package let file: String?
  /// The near end of the socket whose far end the child waits at; nil once it has been let go.
  private var leash: Descriptor?
  /// Stands for the process; nil where there is no pidfd_open(2).
  private let process: Descriptor?
  private var isReaped = false
  /// Whether it executes its program.
  private var isReleased = false

  private init(
    pid: CInt, file: String?, leash: consuming Descriptor, process: consuming Descriptor?
  ) {
    self.pid = pid
    self.file = file
    self.leash = consume leash
    self.process = process
  }

  deinit {
    guard !isReaped else { return }
    var status: CInt = 0
    if isReleased {
      // The program goes on without us; if it has ended, nobody else will fetch its status.
      // SAFETY: one int is written.
      _ = unsafe waitpid(pid, &status, WNOHANG)
    } else {
      // It would end at the socket's end, but not while it is stopped.
      _ = kill(pid, SIGKILL)
      // SAFETY: one int is written.
      while unsafe waitpid(pid, &status, 0) == -1, tandem_errno() == EINTR {}
    }
  }

  /// Descriptors that become a program's standard streams; nil for the ones that this process has.
  package struct Streams: Sendable {
    /// Standard input, output and error.
    package var input, output, error: CInt?

    /// Makes a choice.
    package init(input: CInt? = nil, output: CInt? = nil, error: CInt? = nil) {
      (self.input, self.output, self.error) = (input, output, error)
    }
  }

  // While one program is forked, the far end of its socket is open here too; another one that is
  // forked meanwhile would keep a copy, and the first would seem to be held as long as the second is.
  private static let forking = Mutex(())

  /// Forks the child, which waits.
  ///
  /// - Parameters:
  ///   - path: the program's file (`ProgramSearch`); relative ones are of the working directory.
  ///   - arguments: all of its arguments, the first being the name by which it was called.
  ///   - environment: `NAME=value` each; nil for what this process was started with.
  ///   - variables: what is set besides, in place of variables of the same name.
  ///   - streams: its standard streams, open until this returns.
  /// - Returns: the held program.
  /// - Throws: `EINVAL` for text with a NUL inside, `EAGAIN` when there are too many processes,
  ///   `ENOMEM`, `EMFILE` or `ENFILE`.
  package static func start(
    path: String, arguments: [String], environment: [String]? = nil,
    setting variables: [String: String] = [:], streams: Streams = Streams()
  ) throws(Errno) -> StoppedLaunch {
    var entries = environment?.map { Array($0.utf8) }
    if !variables.isEmpty {
      let names = variables.keys.map { Array("\($0)=".utf8) }
      entries = (entries ?? startEnvironment()).filter { entry in
        !names.contains { entry.starts(with: $0) }
      }
      entries? += variables.sorted { $0.key < $1.key }.map { Array("\($0.key)=\($0.value)".utf8) }
    }
    return try start(
      path: Array(path.utf8), arguments: arguments.map { Array($0.utf8) },
      environment: entries, streams: streams)
  }

  /// Forks the child, which waits; for names that may not be text.
  ///
  /// - Parameters:
  ///   - path: the program's file; relative ones are of the working directory.
  ///   - arguments: all of its arguments, the first being the name by which it was called.
  ///   - environment: `NAME=value` each; nil for what this process was started with.
  ///   - streams: its standard streams, open until this returns.
  /// - Returns: the held program.
  /// - Throws: as the other one.
  package static func start(
    path: [UInt8], arguments: [[UInt8]], environment: [[UInt8]]? = nil,
    streams: Streams = Streams()
  ) throws(Errno) -> StoppedLaunch {
    let variables = environment ?? startEnvironment()
    guard !arguments.isEmpty, !([path] + arguments + variables).contains(where: { $0.contains(0) })
    else { throw .invalidArgument }
    let child = try forking.withLock { _ in
      forkOne(path: path, arguments: arguments, environment: variables, streams)
    }.get()
    let leash = Descriptor(owning: child.leash)
    let file = Self.withoutLinks(path)
    do throws(Errno) {
      let process = try KernelCalls.openProcess(child.pid)
      return StoppedLaunch(pid: child.pid, file: file, leash: leash, process: process)
    } catch {
      let held = StoppedLaunch(pid: child.pid, file: file, leash: leash, process: nil)
      // Older kernels don't have it, and filters refuse it. Otherwise the owner that is dropped here
      // kills and reaps it.
      switch error {
      case .notImplemented, .notPermitted, .accessDenied: return held
      default: throw error
      }
    }
  }

  private static func withoutLinks(_ path: [UInt8]) -> String? {
    // SAFETY: the path is NUL-terminated, and what is returned is freed here.
    unsafe (path + [0]).withUnsafeBytes { bytes in
      guard let start = unsafe bytes.bindMemory(to: CChar.self).baseAddress,
        let real = unsafe realpath(start, nil)
      else { return nil }
      defer { unsafe free(real) }
      return unsafe String(cString: real)
    }
  }

  private static func forkOne(
    path: [UInt8], arguments: [[UInt8]], environment: [[UInt8]], _ streams: Streams
  ) -> Result<(pid: CInt, leash: CInt), Errno> {
    do throws(Errno) {
      let ends = try SocketPair(.stream, nearNeverWaits: false)
      let near = Descriptor(owning: ends.near)
      // Closed here when the child has its own: else its end would not be noticed.
      let far = Descriptor(owning: ends.far)
      let (nearNumber, farNumber) = (near.rawValue, far.rawValue)
      let forShell = [Array("/bin/sh".utf8), path] + arguments.dropFirst()
      let numbers = [streams.input ?? -1, streams.output ?? -1, streams.error ?? -1]
      // SAFETY: all vectors are NULL-terminated and live as long as the call; the child has copies of
      // its own.
      let pid = try Syscall.check {
        unsafe ServerLaunch.withCStrings([path]) { path in
          unsafe ServerLaunch.withCStrings(arguments) { arguments in
            unsafe ServerLaunch.withCStrings(forShell) { forShell in
              unsafe ServerLaunch.withCStrings(environment) { environment in
                unsafe tandem_held_fork(
                  path[0], arguments, forShell, environment, farNumber, nearNumber,
                  numbers, tandem_start_get())
              }
            }
          }
        }
      }
      return .success((pid, near.relinquish()))
    } catch {
      return .failure(error)
    }
  }

  /// The environment that this process was started with, which setenv(3) changes nothing of
  /// (proc_pid_environ(5)); where that can't be read, the present one.
  private static func startEnvironment() -> [[UInt8]] {
    guard let bytes = try? ProcFile.bytes("/proc/self/environ") else {
      return ProcessSettings.environment()
    }
    return bytes.split(separator: 0).map { Array($0) }
  }

  /// Raises this process's limit on descriptors as far as it may (setrlimit(2), `RLIMIT_NOFILE`);
  /// observing a program on many CPUs needs many.
  ///
  /// Held programs get the limit that this process was started with all the same.
  package static func raiseDescriptorLimit() {
    // Notes the limit before it is changed, where the entry hook hasn't.
    // SAFETY: what is given is not looked at here.
    _ = unsafe tandem_start_get()
    ResourceLimits.raiseDescriptors()
  }

  /// Lets the program go: the child executes it.
  ///
  /// A signal that came while it was held ends it now, if that is what the signal does: `wait` tells.
  ///
  /// - Throws: the error number of execve(2) when the program can't be executed, such as `ENOENT`,
  ///   `EACCES`, `ENOEXEC` or `E2BIG`: nothing is left to wait for then; `EINVAL` when it was let go before.
  package mutating func release() throws(Errno) {
    guard let leash = leash.take() else { throw .invalidArgument }
    let number = leash.rawValue
    var go: UInt8 = 1
    // A child that was killed has no socket any more, which is for `wait` to tell.
    // SAFETY: one byte is read from `go`.
    _ = unsafe send(number, &go, 1, CInt(MSG_NOSIGNAL))
    var error: CInt = 0
    // The socket ends at the exec, as the child's side is close-on-exec.
    let count = unsafe withUnsafeMutableBytes(of: &error) { bytes in
      // SAFETY: at most an int is written to `error`. The end of a killed child may be ECONNRESET.
      unsafe (try? leash.read(into: bytes)) ?? 0
    }
    isReleased = true
    guard count == MemoryLayout<CInt>.size else { return }
    _ = try wait()
    throw Errno(rawValue: error)
  }

  /// Passes a signal on (kill(2)); nothing happens when it has been waited for.
  ///
  /// A program that is still held gets it when it is let go.
  ///
  /// - Parameter number: the signal's number.
  package func signal(_ number: CInt) {
    guard !isReaped else { return }
    // Not waited for, so the number is still its own.
    _ = kill(pid, number)
  }

  /// A descriptor that is readable from the end of the program on, for poll(2); -1, which poll(2)
  /// passes over, where there is no pidfd_open(2): ask `hasEnded` from time to time.
  package var endDescriptor: CInt {
    switch process {
    case .some(let descriptor): descriptor.rawValue
    case nil: -1
    }
  }

  /// Whether the program has ended (waitid(2), `WNOWAIT`): until `wait` its folder under `/proc` is
  /// still there, and its number its own.
  ///
  /// - Returns: true also when it has been waited for.
  package func hasEnded() -> Bool {
    guard !isReaped else { return true }
    return tandem_child_has_ended(pid) != 0
  }

  /// A change of a child between stopped and going on.
  package enum StopChange: Sendable, Hashable {
    /// It was stopped by a signal.
    case stopped(by: CInt)
    /// It goes on.
    case continued
  }

  /// What has happened to a program since this was last asked (waitid(2), `WSTOPPED`, `WCONTINUED`).
  ///
  /// - Parameter pid: the program's number, which was not waited for.
  /// - Returns: the last change; nil when there was none.
  package static func stopChange(of pid: CInt) -> StopChange? {
    switch tandem_child_stop(pid) {
    case 0: nil
    case -1: .continued
    case let number: .stopped(by: number)
    }
  }

  /// Waits until the program, which was let go, has ended (wait4(2)).
  ///
  /// - Returns: how it ended, and what it used together with those of its descendants that were
  ///   waited for; a little of it is the child's before its exec.
  /// - Throws: `EINVAL` while it is held, `ECHILD` when it has been waited for.
  package mutating func wait() throws(Errno) -> (status: ExitStatus, usage: RUsage) {
    guard isReleased else { throw .invalidArgument }
    guard !isReaped else { throw Errno(rawValue: ECHILD) }
    let (status, usage) = try RUsage.ofEndedChild(pid)
    isReaped = true
    return (status, usage)
  }
}
