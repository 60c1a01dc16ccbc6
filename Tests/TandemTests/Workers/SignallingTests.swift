import Glibc
import Tandem
import TandemSystem
import Testing

/// Ending worker processes, and what they have started.
@Suite("Ending a worker process", .timeLimit(.minutes(10)))
struct SignallingTests {
  @Test("A worker that ignores SIGTERM is ended by kill, with what it has started")
  func ignoresTermination() async throws {
    let notice = try NoticeFile()
    let process = WorkerProcess(input: notice.path) { (path: String) -> Int in
      // Waited for instead of obeyed.
      var term = sigset_t()
      sigemptyset(&term)
      sigaddset(&term, SIGTERM)
      sigprocmask(SIG_BLOCK, &term, nil)
      NoticeFile.tell(path, startSleeper())
      var signal: Int32 = 0
      sigwait(&term, &signal)
      NoticeFile.tell(path, signal)
      while true { pause() }
    }
    try process.start()
    let sleep = try notice.next()
    #expect(sleep > 0)
    let sleepEnd = try KernelCalls.openProcess(sleep)
    process.terminate()
    // It got the signal, and is still there.
    #expect(try notice.next() == SIGTERM)
    #expect(process.isAlive && process.outcome == nil)
    process.kill()
    guard case .signaled(.kill, _) = try await joined(process) else {
      Issue.record("not killed")
      return
    }
    #expect(PacketSocket.waitReadable(sleepEnd.rawValue, timeout: .seconds(5)))
  }

  @Test("SIGTERM reaches a worker that is stopped")
  func stopped() async throws {
    let process = WorkerProcess(input: 0) { waitForEver($0) }
    try process.start()
    let pid = try #require(process.processIdentifier)
    process.send(.stop)
    process.terminate()
    guard case .signaled(.terminate, let error) = try await joined(process) else {
      Issue.record("not ended by SIGTERM")
      return
    }
    #expect(error.crash?.processIdentifier == pid)
    // Nothing happens any more.
    process.kill()
    process.terminate()
    #expect(!process.isAlive)
  }

  @Test("A crash ends what the worker has started")
  func crashEndsTheGroup() async throws {
    let notice = try NoticeFile()
    let process = WorkerProcess(input: notice.path) { (path: String) -> Int in
      NoticeFile.tell(path, startSleeper())
      pause()
      return 0
    }
    try process.start()
    let sleepEnd = try KernelCalls.openProcess(try notice.next())
    process.send(.segmentationFault)
    _ = try await joined(process)
    #expect(PacketSocket.waitReadable(sleepEnd.rawValue, timeout: .seconds(5)))
  }

  @Test("A worker that is not started takes no signal")
  func notStarted() {
    let process = WorkerProcess(input: 1) { $0 }
    process.kill()
    #expect(!process.isAlive && process.processIdentifier == nil && process.usage == nil)
  }
}

/// A named pipe through which workers send numbers.
private struct NoticeFile: ~Copyable {
  let path: String
  private let descriptor: Descriptor

  init() throws(Errno) {
    path = "/tmp/tandem-test-\(getpid())-\(Int.random(in: 0..<1 << 40))"
    guard mkfifo(path, 0o600) == 0 else { throw .accessDenied }
    descriptor = try Descriptor.open(path, .readWrite)
  }

  deinit { unlink(path) }

  /// Waits for a number.
  borrowing func next() throws -> Int32 {
    guard PacketSocket.waitReadable(descriptor.rawValue, timeout: .seconds(20)) else {
      throw Errno.timedOut
    }
    return try descriptor.readSome(limit: 4).enumerated().reduce(0) { result, byte in
      result | Int32(byte.element) << (8 * Int32(byte.offset))
    }
  }

  /// Sends a number, from another process.
  static func tell(_ path: String, _ number: Int32) {
    guard let file = try? Descriptor.open(path, .writeOnly) else { return }
    try? file.writeAll((0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * Int32($0))) })
  }
}
