import Glibc
import TandemModel
import TandemObserve
import TandemSystem
import TandemTestSupport
import Testing

/// Real threads that wait for what they were made to wait for.
@Suite struct WaitLiveTests {
  private static let futex: Set<String> = ["futex"]

  /// Runs the fixture with one kind of waiting and gives what each of its threads waits for.
  private func waits(
    _ argument: String, _ calls: Set<String>, label: String? = nil, count: Int = 1,
    lines: Int? = nil
  ) throws -> [Wait] {
    let program = try WaitProgram.fixture([argument], lines: lines ?? count + 1)
    defer { program.end() }
    var reader = program.reader()
    let label = label ?? String(argument.prefix { $0 != "=" })
    let threads = program.labelled(label)
    #expect(threads.count == count)
    for thread in threads { _ = try program.settled(thread, in: calls, &reader) }
    // Once more: now all of them are there.
    return try threads.compactMap { thread in
      let reading = try program.settled(thread, in: calls, &reader)
      guard case .waiting(let wait) = reading else {
        Issue.record("\(thread): \(reading)")
        return nil
      }
      #expect(wait.call.map { calls.contains($0) } == true, "\(wait)")
      return wait
    }
  }

  // MARK: Threads among themselves

  struct LockCase: Sendable, CustomTestStringConvertible {
    var argument: String
    var count = 1
    var state: WorkerState
    var kind: FutexKind
    var waiters: Int
    var testDescription: String { argument }
  }

  @Test(arguments: [
    LockCase(argument: "mutex", count: 3, state: .lock, kind: .mutex, waiters: 3),
    LockCase(argument: "timed-mutex", state: .lock, kind: .mutex, waiters: 1),
    LockCase(argument: "robust-mutex", state: .lock, kind: .mutex, waiters: 1),
    LockCase(argument: "condition", state: .waitingForWork, kind: .condition, waiters: 1),
    LockCase(
      argument: "condition=3", count: 3, state: .waitingForWork, kind: .condition, waiters: 3),
    LockCase(argument: "timed-condition", state: .waitingForWork, kind: .condition, waiters: 1),
    LockCase(argument: "used-condition", state: .waitingForWork, kind: .condition, waiters: 1),
    LockCase(argument: "semaphore", state: .waitingForWork, kind: .semaphore, waiters: 1),
    LockCase(argument: "semaphore=3", count: 3, state: .lock, kind: .semaphore, waiters: 3),
    LockCase(argument: "read-lock", state: .lock, kind: .readWriteLock, waiters: 1),
    LockCase(argument: "write-lock", state: .lock, kind: .readWriteLock, waiters: 1),
    LockCase(argument: "barrier", count: 2, state: .waitingForWork, kind: .barrier, waiters: 2),
    LockCase(argument: "second-barrier", state: .waitingForWork, kind: .barrier, waiters: 1),
  ])
  func futexes(_ each: LockCase) throws {
    for wait in try waits(each.argument, Self.futex, count: each.count) {
      #expect(wait.state == each.state, "\(wait)")
      guard case .futex(let futex) = wait.detail else {
        Issue.record("no futex: \(wait)")
        continue
      }
      #expect(futex.kind == each.kind)
      #expect(futex.waiters == each.waiters)
      #expect(futex.address != 0)
      // glibc wakes the waiters of a robust mutex through the kernel, which knows no private words.
      #expect(futex.isShared == (each.argument == "robust-mutex"))
    }
  }

  @Test func swiftsMutexIsALock() throws {
    let waits = try waits("swift-mutex", Self.futex, lines: 3)
    #expect(waits.map(\.state) == [.lock])
  }

  @Test func aThreadsEndIsNoLock() throws {
    let waits = try waits("join", Self.futex, lines: 3)
    #expect(waits.map(\.state) == [.waitingForWork])
    guard case .futex(let futex)? = waits.first?.detail else {
      Issue.record("no futex: \(waits)")
      return
    }
    #expect(futex.kind == .join)
  }

  @Test func aFutexOfTheGILIsAskedFor() throws {
    let program = try WaitProgram.fixture(["mutex"], lines: 4)
    defer { program.end() }
    var reader = program.reader()
    let thread = try #require(program.labelled("mutex").first)
    let settled = try program.settled(thread, in: Self.futex, &reader)
    guard case .waiting(let wait) = settled, case .futex(let futex) = wait.detail else {
      Issue.record("\(settled)")
      return
    }
    var asked: [UInt64] = []
    let reading = reader.read(thread.tid, of: thread.pid) {
      asked.append($0)
      return true
    }
    #expect(asked == [futex.address])
    guard case .waiting(let again) = reading else {
      Issue.record("\(reading)")
      return
    }
    #expect(again.state == .gil)
  }

  // MARK: Time

  @Test func sleepIsSleep() throws {
    #expect(
      try waits("sleep", ["nanosleep", "clock_nanosleep"]).map(\.state) == [.sleep])
    #expect(try waits("poll-none", ["poll", "ppoll"]).map(\.state) == [.sleep])
    #expect(try waits("select-none", ["select", "pselect6"]).map(\.state) == [.sleep])
    #expect(try waits("suspend", ["rt_sigsuspend"]).map(\.state) == [.waitingForWork])
  }

  // MARK: Descriptors

  struct DescriptorCase: Sendable, CustomTestStringConvertible {
    var argument: String
    var calls: Set<String>
    var kind: DescriptorKind
    var state: WorkerState
    var testDescription: String { argument }
  }

  @Test(arguments: [
    DescriptorCase(
      argument: "pipe", calls: ["read"], kind: .pipe(name: nil, .inside), state: .waitingForWork),
    DescriptorCase(
      argument: "full-pipe", calls: ["write"], kind: .pipe(name: nil, .inside),
      state: .waitingForWork),
    DescriptorCase(
      argument: "stdin", calls: ["read"], kind: .pipe(name: nil, .outside), state: .io),
    DescriptorCase(
      argument: "socketpair", calls: ["read"], kind: .unixSocket(.inside), state: .waitingForWork),
    DescriptorCase(
      argument: "poll-socket", calls: ["poll", "ppoll"], kind: .unixSocket(.inside),
      state: .waitingForWork),
    DescriptorCase(
      argument: "poll-stdin", calls: ["poll", "ppoll"], kind: .pipe(name: nil, .outside),
      state: .io),
    DescriptorCase(
      argument: "select-stdin", calls: ["select", "pselect6"], kind: .pipe(name: nil, .outside),
      state: .io),
    DescriptorCase(
      argument: "epoll", calls: ["epoll_wait", "epoll_pwait"], kind: .readinessSet,
      state: .waitingForWork),
    DescriptorCase(argument: "eventfd", calls: ["read"], kind: .event, state: .waitingForWork),
    DescriptorCase(argument: "timerfd", calls: ["read"], kind: .timer, state: .sleep),
    DescriptorCase(argument: "inotify", calls: ["read"], kind: .fileChanges, state: .io),
    DescriptorCase(argument: "pidfd", calls: ["poll", "ppoll"], kind: .process, state: .child),
    DescriptorCase(argument: "udp", calls: ["read"], kind: .socket("UDP"), state: .io),
  ])
  func descriptors(_ each: DescriptorCase) throws {
    for wait in try waits(each.argument, each.calls) {
      #expect(wait.state == each.state, "\(wait)")
      guard case .descriptor(_, let kind) = wait.detail else {
        Issue.record("no descriptor: \(wait)")
        continue
      }
      #expect(kind == each.kind)
    }
  }

  @Test func severalDescriptorsAreWaitedForLikeWork() throws {
    let waits = try waits("poll-two", ["poll", "ppoll"])
    #expect(waits.map(\.state) == [.waitingForWork])
  }

  @Test func aNamedPipeIsAPipe() throws {
    let path = temporaryName()
    defer { unlink(path) }
    let waits = try waits("fifo=\(path)", ["read"])
    #expect(waits.map(\.state) == [.waitingForWork])
    #expect(
      waits.map(\.detail).contains { detail in
        if case .descriptor(_, .pipe(name: path, .inside)) = detail { true } else { false }
      })
  }

  @Test func aFileThatIsBeingOpenedIsNamed() throws {
    let path = temporaryName()
    let program = try WaitProgram.fixture(["opening=\(path)"], lines: 2)
    defer {
      unlink(path)
      program.end()
    }
    var reader = program.reader()
    let thread = try #require(program.labelled("opening").first)
    let reading = try program.settled(thread, in: ["openat"], &reader)
    #expect(reading == .waiting(Wait(.io, call: "openat", .path(path))))
  }

  @Test(arguments: ["flock", "ofd-lock"])
  func locksOfFilesAreLocks(_ kind: String) throws {
    let path = temporaryName()
    defer { unlink(path) }
    let waits = try waits("\(kind)=\(path)", ["flock", "fcntl"])
    #expect(waits.map(\.state) == [.lock])
    #expect(
      waits.map(\.detail).contains { detail in
        if case .descriptor(_, .file(path)) = detail { true } else { false }
      })
  }

  @Test func childrenAreChildren() throws {
    #expect(try waits("child", ["wait4", "waitid"]).map(\.state) == [.child])
    let path = temporaryName()
    defer { unlink(path) }
    #expect(
      try waits("vfork=\(path)", ["clone", "clone3", "vfork"]).map(\.state) == [.child])
  }

  // MARK: Connections

  @Test func aConnectionToItselfIsInside() throws {
    let waits = try waits("tcp", ["read"])
    #expect(waits.map(\.state) == [.waitingForWork], "\(waits)")
    guard case .descriptor(_, .connection(let peer, .inside))? = waits.first?.detail else {
      Issue.record("\(waits)")
      return
    }
    #expect(peer.hasPrefix("TCP 127.0.0.1:"))
  }

  @Test func aConnectionThatLeadsOutIsIO() throws {
    let listener = socket(AF_INET, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
    defer { close(listener) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    withUnsafeMutablePointer(to: &address) { address in
      address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        _ = bind(listener, $0, length)
        _ = getsockname(listener, $0, &length)
      }
    }
    listen(listener, 1)
    let port = UInt16(bigEndian: address.sin_port)
    let program = try WaitProgram.fixture(["tcp-out=\(port)"], lines: 2)
    let connection = accept(listener, nil, nil)
    defer {
      close(connection)
      program.end()
    }
    var reader = program.reader()
    let thread = try #require(program.labelled("tcp-out").first)
    let reading = try program.settled(thread, in: ["read"], &reader)
    guard case .waiting(let wait) = reading else {
      Issue.record("\(reading)")
      return
    }
    #expect(wait.state == .io)
    #expect(wait.call == "read")
    guard case .descriptor(_, .connection("TCP 127.0.0.1:\(port)", .outside)) = wait.detail else {
      Issue.record("\(wait)")
      return
    }
    // The other end is inside once its process is observed.
    reader.add(process: getpid())
    var last = try program.settled(thread, in: ["read"], &reader)
    try waitUntil("the other end to be inside, not \(last)") {
      last = reader.read(thread.tid, of: thread.pid) { _ in false }
      if case .waiting(let wait) = last { return wait.state != .io }
      return false
    }
    guard case .waiting(let inside) = last else {
      Issue.record("\(last)")
      return
    }
    #expect(inside.state == .waitingForWork)
  }

  @Test func aListenerWaitsForWork() throws {
    let waits = try waits("listener", ["accept", "accept4"])
    #expect(waits.map(\.state) == [.waitingForWork])
    guard case .descriptor(_, .listener(let address))? = waits.first?.detail else {
      Issue.record("\(waits)")
      return
    }
    #expect(address.hasPrefix("TCP 127.0.0.1:"))
  }

  // MARK: Stops and ends

  @Test func aStoppedThreadWaitsForNothingAndGoesOnAfterwards() throws {
    let program = try WaitProgram.fixture(["sleep", "poll-none"], lines: 3)
    defer { program.end() }
    var reader = program.reader()
    let thread = try #require(program.labelled("sleep").first)
    let poller = try #require(program.labelled("poll-none").first)
    _ = try program.settled(thread, in: ["nanosleep", "clock_nanosleep"], &reader)
    _ = try program.settled(poller, in: ["poll", "ppoll"], &reader)

    func state(_ thread: WaitProgram.Thread) -> WorkerState? {
      let reading = reader.read(thread.tid, of: thread.pid) { _ in false }
      guard case .waiting(let wait) = reading else { return nil }
      return wait.state
    }
    func wait(for wanted: WorkerState, of thread: WaitProgram.Thread) throws {
      try waitUntil("\(thread.label) to be \(wanted)") { state(thread) == wanted }
    }
    kill(program.pid, SIGSTOP)
    try wait(for: .other, of: thread)
    kill(program.pid, SIGCONT)
    // Both calls have another number from now on.
    try wait(for: .sleep, of: thread)
    try wait(for: .sleep, of: poller)
  }

  @Test func whoHasEndedIsGone() throws {
    let program = try WaitProgram.fixture(["sleep"], lines: 2)
    var reader = program.reader()
    let thread = try #require(program.labelled("sleep").first)
    _ = try program.settled(thread, in: ["nanosleep", "clock_nanosleep"], &reader)
    kill(program.pid, SIGKILL)
    var ended = siginfo_t()
    // Ended, and still there as a zombie.
    #expect(waitid(P_PID, id_t(program.pid), &ended, WEXITED | WNOWAIT) == 0)
    #expect(reader.read(program.pid, of: program.pid) { _ in false } == .gone)
    program.end()
    #expect(reader.read(thread.tid, of: thread.pid) { _ in false } == .gone)
    #expect(reader.read(program.pid, of: program.pid) { _ in false } == .gone)
  }

  @Test func aThreadThatRunsRuns() throws {
    let program = try WaitProgram.fixture(["spin"], lines: 2)
    defer { program.end() }
    var reader = program.reader()
    let thread = try #require(program.labelled("spin").first)
    try waitUntil("the thread to run") {
      reader.read(thread.tid, of: thread.pid) { _ in false } == .running
    }
  }
}
