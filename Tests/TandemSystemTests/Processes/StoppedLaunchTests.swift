import CTandemShims
import Glibc
import TandemSystem
import TandemTestSupport
import Testing

/// Programs that are held, let go, and must not be able to tell.
@Suite(.serialized) struct StoppedLaunchTests {
  /// The two signals that the C library keeps to itself: whether they are ignored is passed on anyway.
  private let reserved: UInt64 = 1 << 31 | 1 << 32

  /// Runs a script, with the path of a file that it may write, and gives what it wrote there.
  private func output(of script: String) throws -> [UInt8] {
    let fifo = try Fifo()
    var program = try StoppedLaunch.start(
      path: "/bin/sh", arguments: ["sh", "-c", script, "sh", fifo.file])
    try program.release()
    #expect(try program.wait().status == .exited(code: 0))
    return try ProcFile.bytes(fifo.file)
  }

  private func text(of script: String) throws -> String {
    String(decoding: try output(of: script), as: UTF8.self)
  }

  @Test func itIsHeldUntilItIsLetGo() throws {
    let fifo = try Fifo()
    var program = try StoppedLaunch.start(
      path: "/bin/sh", arguments: ["sh", "-c", "echo ran > \"$1\"; exit 3", "sh", fifo.path])
    #expect(try ThreadStat.read(program.pid, of: program.pid).parent == getpid())
    let hasEnded = program.hasEnded()
    #expect(!hasEnded)
    #expect(throws: Errno.invalidArgument) { try program.wait() }
    #expect(try fifo.hear(milliseconds: 0) == nil)
    try program.release()
    #expect(try fifo.hear() == "ran\n")
    #expect(throws: Errno.invalidArgument) { try program.release() }
    let (status, usage) = try program.wait()
    #expect(status == .exited(code: 3))
    #expect(usage.cpuNS > 0 && usage.minorFaults > 0)
    let hasEndedNow = program.hasEnded()
    #expect(hasEndedNow)
    #expect(throws: Errno(rawValue: ECHILD)) { try program.wait() }
  }

  @Test func itsEndIsSeenBeforeItIsWaitedFor() throws {
    var program = try StoppedLaunch.start(path: "/bin/true", arguments: ["true"])
    try program.release()
    var poll = pollfd(fd: program.endDescriptor, events: Int16(POLLIN), revents: 0)
    #expect(Glibc.poll(&poll, 1, 60_000) == 1)
    let hasEnded = [program.hasEnded(), program.hasEnded()]
    #expect(hasEnded == [true, true])
    #expect(try ThreadStat.read(program.pid, of: program.pid).state == "Z")
    #expect(try program.wait().status == .exited(code: 0))
    #expect(throws: Errno.noSuchFile) { try ThreadStat.read(program.pid, of: program.pid) }
  }

  @Test func signalsArePassedOn() throws {
    var program = try StoppedLaunch.start(path: "/bin/sleep", arguments: ["sleep", "600"])
    try program.release()
    program.signal(SIGTERM)
    #expect(try program.wait().status == .signaled(signal: SIGTERM, dumpedCore: false))
    program.signal(SIGTERM)
  }

  @Test func aSignalWhileItIsHeldWaitsForIt() throws {
    var program = try StoppedLaunch.start(path: "/bin/sleep", arguments: ["sleep", "600"])
    program.signal(SIGINT)
    let hasEnded = program.hasEnded()
    #expect(!hasEnded)
    try program.release()
    #expect(try program.wait().status == .signaled(signal: SIGINT, dumpedCore: false))
  }

  @Test func aStoppedLaunchThatIsKilledIsNoError() throws {
    var program = try StoppedLaunch.start(path: "/bin/sleep", arguments: ["sleep", "600"])
    program.signal(SIGKILL)
    try program.release()
    #expect(try program.wait().status == .signaled(signal: SIGKILL, dumpedCore: false))
  }

  @Test func oneThatIsDroppedIsGone() throws {
    let pid: CInt
    do {
      let program = try StoppedLaunch.start(path: "/bin/true", arguments: ["true"])
      pid = program.pid
    }
    #expect(kill(pid, 0) == -1)
  }

  @Test(arguments: [
    ("/no/such/file", ENOENT), ("/etc/passwd", EACCES), ("/etc", EACCES),
    ("/etc/passwd/x", ENOTDIR),
  ])
  func whatCannotBeExecutedSaysWhy(path: String, errno: CInt) throws {
    var program = try StoppedLaunch.start(path: path, arguments: [path])
    let pid = program.pid
    #expect(throws: Errno(rawValue: errno)) { try program.release() }
    #expect(kill(pid, 0) == -1)
    #expect(throws: Errno(rawValue: ECHILD)) { try program.wait() }
  }

  @Test func aScriptWithoutAnInterpreterIsTheShells() throws {
    let fifo = try Fifo()
    let script = try Descriptor.open(fifo.file, [.writeOnly, .create], mode: 0o755)
    try script.writeAll(Array("echo \"$0 $1 $#\" > '\(fifo.path)'\n".utf8))
    // A file that is open for writing can't be executed (ETXTBSY).
    try script.close()
    var program = try StoppedLaunch.start(path: fifo.file, arguments: ["called so", "an argument"])
    try program.release()
    #expect(try fifo.hear() == "\(fifo.file) an argument 1\n")
    #expect(try program.wait().status == .exited(code: 0))
  }

  @Test func textWithANULIsRefused() {
    for arguments in [[], ["a\0b"]] {
      #expect(throws: Errno.invalidArgument) {
        _ = try StoppedLaunch.start(path: "/bin/true", arguments: arguments)
      }
    }
    #expect(throws: Errno.invalidArgument) {
      _ = try StoppedLaunch.start(path: "/bin/true\0", arguments: ["true"])
    }
  }

  @Test func argumentsNeedNotBeText() throws {
    let fifo = try Fifo()
    var program = try StoppedLaunch.start(
      path: Array("/bin/sh".utf8),
      arguments: [
        Array("sh".utf8), Array("-c".utf8), Array("printf %s \"$1\" > '\(fifo.file)'".utf8),
        Array("sh".utf8), [0xff, 0x20, 0xfe],
      ])
    try program.release()
    _ = try program.wait()
    #expect(try ProcFile.bytes(fifo.file) == [0xff, 0x20, 0xfe])
  }

  @Test func itHasTheEnvironmentThatWeWereStartedWith() throws {
    setenv("TANDEM_TEST_SET_LATER", "1", 1)
    defer { unsetenv("TANDEM_TEST_SET_LATER") }
    #expect(
      try output(of: "cat /proc/$$/environ > \"$1\"") == ProcFile.bytes("/proc/self/environ"))
  }

  @Test func itsEnvironmentMayBeGiven() throws {
    let fifo = try Fifo()
    var program = try StoppedLaunch.start(
      path: "/bin/sh", arguments: ["sh", "-c", "cat /proc/$$/environ > '\(fifo.file)'"],
      environment: ["A=1", "B=zwei"])
    try program.release()
    _ = try program.wait()
    #expect(try ProcFile.bytes(fifo.file) == Array("A=1\0B=zwei\0".utf8))
  }

  @Test func variablesAreSetBesides() throws {
    let fifo = try Fifo()
    var program = try StoppedLaunch.start(
      path: "/bin/sh", arguments: ["sh", "-c", "cat /proc/$$/environ > '\(fifo.file)'"],
      environment: ["A=1", "AB=2", "B=zwei"], setting: ["A": "3", "C": "=4"])
    try program.release()
    _ = try program.wait()
    #expect(try ProcFile.bytes(fifo.file) == Array("AB=2\0B=zwei\0A=3\0C==4\0".utf8))
  }

  @Test func itHasTheSurroundingsThatWeHave() throws {
    // Fields 5 to 8 are the process group, the session, the terminal and its foreground group.
    let fields = try ProcFile.text("/proc/self/stat").split(separator: ")").last?
      .split(separator: " ")[2...5]
    let script = """
      { cut -d')' -f2- /proc/$$/stat | cut -d' ' -f4-7; pwd -P; grep Umask /proc/$$/status; \
      for i in 0 1 2; do readlink /proc/$$/fd/$i; done; } > "$1"
      """
    let theirs = try text(of: script).split(separator: "\n", omittingEmptySubsequences: false)
    #expect(fields?.first.flatMap { CInt($0) } == getpgrp())
    #expect(theirs.first?.split(separator: " ") == fields.map { Array($0) })
    let folder = try #require(getcwd(nil, 0))
    defer { free(folder) }
    #expect(theirs[1] == String(cString: folder))
    let mask = String(ProcessSettings.fileModeMask(), radix: 8)
    #expect(theirs[2].hasSuffix("\t0\(String(repeating: "0", count: 3 - mask.count))\(mask)"))
  }

  @Test func itHasTheSignalsThatWeWereStartedWith() throws {
    // What has changed since then is ours alone.
    let earlier = signal(SIGUSR1, SIG_IGN)
    defer { signal(SIGUSR1, earlier) }
    var blocked = sigset_t(), before = sigset_t()
    sigemptyset(&blocked)
    sigaddset(&blocked, SIGUSR2)
    pthread_sigmask(SIG_BLOCK, &blocked, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }

    let status = KeyedLines(try output(of: "exec cat /proc/self/status > \"$1\""))
    let start = tandem_start_get().pointee
    #expect(status.unsigned("SigIgn", radix: 16).map { $0 & ~reserved } == start.ignored)
    #expect(status.unsigned("SigBlk", radix: 16) == start.blocked)
    #expect(status.unsigned("SigCgt", radix: 16) == 0)
    if start.is_early != 0 { #expect(start.ignored & (1 << UInt64(SIGUSR1 - 1)) == 0) }
  }

  @Test func itGetsNoDescriptorOfOurs() throws {
    // What this process was itself given, and doesn't know of, it passes on as any program would.
    let given = Set(try descriptors().filter { fcntl($0, F_GETFD) & FD_CLOEXEC == 0 })
    let other = try StoppedLaunch.start(path: "/bin/true", arguments: ["true"])
    let events: SwitchEvents? =
      canRecordSwitches ? try SwitchEvents(following: .nextExec(of: other.pid)) : nil
    let script = "exec ls /proc/self/fd > \"$1\""
    let theirs = Set(try text(of: script).split(separator: "\n").compactMap { CInt($0) })
    // One is that of the folder that is listed.
    #expect(theirs.subtracting(given).count == 1, "\(theirs) \(given)")
    #expect(theirs.isSuperset(of: [0, 1, 2]))
    // Open until here.
    _ = consume events
  }

  private func descriptors() throws -> [CInt] {
    let folder = try #require(opendir("/proc/self/fd"))
    defer { closedir(folder) }
    var result: [CInt] = []
    while let entry = readdir(folder) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if let number = CInt(name), number != dirfd(folder) { result.append(number) }
    }
    return result
  }

  @Test func itIsHeldFromAnyThreadAtOnce() async throws {
    // One that is held keeps none of another's socket, or letting that go would never end.
    try await withThrowingTaskGroup(of: TandemSystem.ExitStatus.self) { group in
      for code in 0..<8 {
        group.addTask {
          var program = try StoppedLaunch.start(
            path: "/bin/sh", arguments: ["sh", "-c", "exit \(code)"])
          let other = try StoppedLaunch.start(path: "/bin/true", arguments: ["true"])
          try program.release()
          defer { other.signal(0) }
          return try program.wait().status
        }
      }
      var codes: Set<TandemSystem.ExitStatus> = []
      for try await status in group { codes.insert(status) }
      #expect(codes == Set((0..<8).map { .exited(code: CInt($0)) }))
    }
  }

  @Test func itOutlivesAKilledStarter() async throws {
    let heard = try Fifo()
    let told = try Fifo()
    let (input, output) = (heard.path, told.path)
    await #expect(processExitsWith: .signal(SIGKILL)) {
      [input = input as String, output = output as String] in
      // The descriptors that tests talk over, whose end is waited for out there.
      for number in CInt(3)..<1024 { _ = fcntl(number, F_SETFD, FD_CLOEXEC) }
      var program = try StoppedLaunch.start(
        path: "/bin/sh",
        arguments: ["sh", "-c", "read line < \"$1\"; echo \"$line\" > \"$2\"", "sh", input, output])
      try program.release()
      kill(getpid(), SIGKILL)
    }
    try heard.say("alive\n")
    #expect(try told.hear() == "alive\n")
  }

  @Test func itIsNeverExecutedWhenItsStarterIsKilledFirst() async throws {
    let numbers = try Fifo()
    let told = try Fifo()
    let (pids, output) = (numbers.path, told.path)
    await #expect(processExitsWith: .signal(SIGKILL)) {
      [pids = pids as String, output = output as String] in
      let program = try StoppedLaunch.start(
        path: "/bin/sh", arguments: ["sh", "-c", "echo ran > \"$1\"", "sh", output])
      // The group's number, to be sure that it is the very process.
      let fifo = try Descriptor.open(pids, .writeOnly)
      try fifo.writeAll(Array("\(program.pid)".utf8))
      kill(getpid(), SIGKILL)
    }
    let number = try #require(try numbers.hear())
    let pid = try #require(CInt(number))
    // Whoever inherits it reaps it or not: it has ended when it is gone, or readable.
    if let process = try? KernelCalls.openProcess(pid) {
      var poll = pollfd(fd: process.rawValue, events: Int16(POLLIN), revents: 0)
      #expect(Glibc.poll(&poll, 1, 60_000) == 1)
    }
    #expect(try told.hear(milliseconds: 0) == nil)
  }

  @Test func closedStandardDescriptorsStayClosed() async throws {
    // This process's own are open, so the start that C passes on is made up here.
    var start = tandem_start_get().pointee
    start.closed = 1 << 0 | 1 << 2
    start.ignored = 1 << UInt64(SIGHUP - 1)
    start.blocked = 1 << UInt64(SIGUSR2 - 1)
    let fifo = try Fifo()
    let script = """
      exec > '\(fifo.file)'; for i in 0 1 2; do [ -e /proc/$$/fd/$i ] && echo $i; done; \
      exec cat /proc/self/status
      """
    let ends = try SocketPair(.stream, nearNeverWaits: false)
    let near = Descriptor(owning: ends.near)
    let arguments = CVector(["sh", "-c", script])
    let pid = tandem_held_fork(
      "/bin/sh", arguments.pointers, [nil], [nil], ends.far, ends.near, [-1, -1, -1], &start)
    close(ends.far)
    #expect(pid > 0)
    try near.writeAll([1])
    var status: CInt = 0
    #expect(waitpid(pid, &status, 0) == pid)
    let bytes = try ProcFile.bytes(fifo.file)
    #expect(bytes.starts(with: Array("1\nName:".utf8)))
    let lines = KeyedLines(bytes)
    #expect(lines.unsigned("SigBlk", radix: 16) == start.blocked)
    #expect(lines.unsigned("SigIgn", radix: 16).map { $0 & ~reserved } == start.ignored)
  }

  @Test func standardStreamsCanBeGiven() throws {
    let first = try Fifo()
    let second = try Fifo()
    let output = try Descriptor.open(first.file, [.writeOnly, .create])
    let error = try Descriptor.open(second.file, [.writeOnly, .create])
    var program = try StoppedLaunch.start(
      path: "/bin/sh", arguments: ["sh", "-c", "echo out; echo error >&2"],
      streams: StoppedLaunch.Streams(output: output.rawValue, error: error.rawValue))
    try program.release()
    #expect(try program.wait().status == .exited(code: 0))
    #expect(try ProcFile.bytes(first.file) == Array("out\n".utf8))
    #expect(try ProcFile.bytes(second.file) == Array("error\n".utf8))
  }

  @Test func anEndedSocketEndsTheChildWithoutExecuting() throws {
    // What the kernel does to a starter that is killed: its end of the socket is closed.
    let fifo = try Fifo()
    let ends = try SocketPair(.stream, nearNeverWaits: false)
    let arguments = CVector(["sh", "-c", "echo ran > '\(fifo.path)'"])
    let pid = tandem_held_fork(
      "/bin/sh", arguments.pointers, [nil], [nil], ends.far, ends.near, [-1, -1, -1],
      tandem_start_get())
    close(ends.far)
    close(ends.near)
    var status: CInt = 0
    #expect(waitpid(pid, &status, 0) == pid)
    #expect(TandemSystem.ExitStatus(waitStatus: status) == .exited(code: 127))
    #expect(try fifo.hear(milliseconds: 0) == nil)
  }
}
