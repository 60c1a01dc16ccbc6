internal import Glibc
package import TandemSystem

/// A program that a test is about to start, and what it starts with.
///
/// Every program that tests start is started here: as the leader of a session of its own, so that all
/// its descendants can be found and ended; with no signal blocked and every disposition at its
/// default, because the threads of a test block signals; and with no descriptor but the standard three.
package struct Spawner: Sendable {
  /// Where the program's standard input comes from.
  package enum Input: Sendable {
    /// `/dev/null`.
    case nothing
    /// A pipe that `SpawnedProgram.write` writes to.
    case pipe
  }

  /// Where one of the program's outputs goes.
  package enum Output: Sendable, Equatable {
    /// `/dev/null`.
    case nothing
    /// A pipe that `SpawnedProgram` reads.
    case pipe
    /// Where the test's own goes.
    case inherited
    /// A file, made or emptied first.
    case file(String)
  }

  /// The program's path; it is not searched for.
  package var path: String
  /// The program's arguments, its name first.
  package var arguments: [String]
  /// The program's whole environment.
  package var environment: [String: String]
  /// Where its standard input comes from, unless it has a terminal.
  package var input: Input = .nothing
  /// Where its standard output goes; `pipe` means the terminal where there is one.
  package var output: Output = .pipe
  /// Where its standard error goes; `pipe` means the terminal where there is one.
  package var error: Output = .pipe
  /// The width of its controlling terminal in columns; nil for a program without a terminal.
  package var terminalColumns: UInt16?
  /// The height of that terminal in rows.
  package var terminalRows: UInt16 = 40
  /// How many processes its session may have at one time: with more it is ended.
  package var processLimit = 256

  /// Makes a program to start.
  ///
  /// - Parameters:
  ///   - path: the program's path; it is not searched for.
  ///   - arguments: the program's arguments, its name first.
  ///   - environment: its whole environment; nil for the test's own.
  package init(_ path: String, _ arguments: [String], environment: [String: String]? = nil) {
    self.path = path
    self.arguments = arguments
    // The text of a report depends on the locale: tests have one, wherever they run.
    self.environment = environment ?? Self.ownEnvironment().merging(["LC_ALL": "C.UTF-8"]) { $1 }
  }

  /// The environment of the test.
  ///
  /// - Returns: the variables by their names.
  package static func ownEnvironment() -> [String: String] {
    var variables: [String: String] = [:]
    for entry in ProcessSettings.environment() {
      let text = String(decoding: entry, as: UTF8.self)
      guard let equals = text.firstIndex(of: "=") else { continue }
      variables[String(text[..<equals])] = String(text[text.index(after: equals)...])
    }
    return variables
  }

  /// Starts the program.
  ///
  /// - Returns: the running program, which is ended with all its session when the value goes.
  /// - Throws: the error number of whatever could not be made or started.
  package func start() throws(Errno) -> SpawnedProgram {
    var actions = FileActions()
    defer { actions.destroy() }
    let streams: SpawnedProgram.Streams
    if let terminalColumns {
      streams = try connect(toTerminalOf: terminalColumns, &actions)
    } else {
      streams = try connect(&actions)
    }
    // What the test has open, close-on-exec or not, is not the program's. A number that isn't open is
    // passed over.
    for number in CInt(3)..<1024 { posix_spawn_file_actions_addclose(&actions.actions, number) }
    let pid = try spawn(&actions)
    return try SpawnedProgram(pid, streams, processLimit: processLimit)
  }

  private func spawn(_ actions: inout FileActions) throws(Errno) -> pid_t {
    var attributes = posix_spawnattr_t()
    var (none, all) = (sigset_t(), sigset_t())
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    sigemptyset(&none)
    sigfillset(&all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    // POSIX_SPAWN_SETSID, which spawn.h declares only under _GNU_SOURCE.
    let newSession: CInt = 0x80
    posix_spawnattr_setflags(
      &attributes, Int16(newSession | CInt(POSIX_SPAWN_SETSIGMASK) | CInt(POSIX_SPAWN_SETSIGDEF)))
    var argv: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    var envp: [UnsafeMutablePointer<CChar>?] =
      environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { (argv + envp).forEach { free($0) } }
    var pid: pid_t = 0
    let failure = posix_spawn(&pid, path, &actions.actions, &attributes, &argv, &envp)
    guard failure == 0 else { throw Errno(rawValue: failure) }
    return pid
  }
}

/// What posix_spawn(3) does with descriptors, and the descriptors that it needs until then.
private struct FileActions: ~Copyable {
  var actions = posix_spawn_file_actions_t()
  private var theirs: [CInt] = []

  init() { posix_spawn_file_actions_init(&actions) }

  /// Gives the program a descriptor, which is closed here once the program is started.
  mutating func give(_ descriptor: consuming Descriptor, as number: CInt) {
    let theirNumber = descriptor.relinquish()
    theirs.append(theirNumber)
    posix_spawn_file_actions_adddup2(&actions, theirNumber, number)
  }

  /// Opens a file in the program.
  mutating func open(_ path: String, _ flags: CInt, as number: CInt) {
    posix_spawn_file_actions_addopen(&actions, number, path, flags, 0o600)
  }

  /// Gives the program a second descriptor of the same open file.
  mutating func duplicate(_ number: CInt, as other: CInt) {
    posix_spawn_file_actions_adddup2(&actions, number, other)
  }

  mutating func destroy() {
    posix_spawn_file_actions_destroy(&actions)
    for number in theirs { close(number) }
    theirs = []
  }
}

extension Spawner {
  /// Connects the three standard streams with pipes and files.
  private func connect(_ actions: inout FileActions) throws(Errno) -> SpawnedProgram.Streams {
    var streams = SpawnedProgram.Streams()
    switch input {
    case .nothing: actions.open("/dev/null", O_RDONLY, as: 0)
    case .pipe:
      let ends = try PipeEnds().relinquish()
      streams.input = Descriptor(owning: ends.writer)
      actions.give(Descriptor(owning: ends.reader), as: 0)
    }
    for (number, output) in [(CInt(1), output), (2, error)] {
      switch output {
      case .nothing: actions.open("/dev/null", O_WRONLY, as: number)
      case .inherited: break
      case .file(let path): actions.open(path, O_WRONLY | O_CREAT | O_TRUNC, as: number)
      case .pipe:
        let ends = try PipeEnds(nonBlocking: .reader).relinquish()
        let near = Descriptor(owning: ends.reader)
        if number == 1 { streams.output = consume near } else { streams.error = consume near }
        actions.give(Descriptor(owning: ends.writer), as: number)
      }
    }
    return streams
  }

  /// Connects the standard streams with a new terminal, which becomes the session's.
  private func connect(
    toTerminalOf columns: UInt16, _ actions: inout FileActions
  ) throws(Errno) -> SpawnedProgram.Streams {
    let terminal = try Descriptor.open("/dev/ptmx", [.readWrite, .nonBlocking])
    let number = terminal.rawValue
    var size = winsize(ws_row: terminalRows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
    var (unlock, name): (CInt, CInt) = (0, 0)
    // ioctl_tty(2), TIOCSPTLCK and TIOCGPTN; grantpt(3) has nothing to do on a devpts.
    try Syscall.check { ioctl(number, UInt(0x4004_5431), &unlock) }
    try Syscall.check { ioctl(number, UInt(0x8004_5430), &name) }
    try Syscall.check { ioctl(number, UInt(TIOCSWINSZ), &size) }
    // The first terminal that a session's leader opens is its controlling terminal.
    actions.open("/dev/pts/\(name)", O_RDWR, as: 0)
    for (stream, output) in [(CInt(1), output), (2, error)] {
      if case .file(let path) = output {
        actions.open(path, O_WRONLY | O_CREAT | O_TRUNC, as: stream)
      } else {
        actions.duplicate(0, as: stream)
      }
    }
    var streams = SpawnedProgram.Streams()
    streams.input = try terminal.duplicate()
    streams.output = consume terminal
    return streams
  }
}
