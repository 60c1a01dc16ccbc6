import Glibc
import TandemSystem
import TandemTestSupport
import Testing

/// The text of `/proc/PID/task/TID/syscall`, right and wrong.
@Suite struct ProcSyscallTests {
  /// The number of read(2).
  #if arch(x86_64)
    private static let read = 0
  #else
    private static let read = 63
  #endif

  private func parse(_ text: String) -> ProcSyscall? {
    let bytes = Array(text.utf8)
    return ProcSyscall.parse(bytes.span)
  }

  @Test func theThreeForms() {
    #expect(parse("running\n") == .running)
    #expect(
      parse("-1 0x7ffd1000 0x7f002000\n")
        == .outsideCall(stackPointer: 0x7ffd_1000, programCounter: 0x7f00_2000))
    #expect(
      parse("202 0x1 0x2 0x3 0x4 0x5 0xffffffffffffffff 0x7ffd1000 0x7f002000\n")
        == .inCall(
          SystemCallFrame(
            number: 202, 1, 2, 3, 4, 5, .max, stackPointer: 0x7ffd_1000,
            programCounter: 0x7f00_2000)))
    // A thread that has ended.
    #expect(parse("-1 0x0 0x0") == .outsideCall(stackPointer: 0, programCounter: 0))
  }

  @Test(arguments: [
    "", "\n", "run", "runningx", "running 1", "-1", "-1 0x1", "-1 0x1 0x2 0x3", "-2 0x1 0x2",
    "-9223372036854775808 0x1 0x2", "99999999999999999999 0x1 0x2 0x3 0x4 0x5 0x6 0x7 0x8",
    "0 0x1 0x2 0x3 0x4 0x5 0x6 0x7", "0 0x1 0x2 0x3 0x4 0x5 0x6 0x7 0x8 0x9",
    "0 1 2 3 4 5 6 7 8", "0 0x 0x2 0x3 0x4 0x5 0x6 0x7 0x8", "0 0x 1 0x3 0x4 0x5 0x6 0x7 0x8",
    "0 0x1ffffffffffffffff 0x2 0x3 0x4 0x5 0x6 0x7 0x8", "0 0xg 0x2 0x3 0x4 0x5 0x6 0x7 0x8",
    "0 0x1 0x2 0x3 0x4 0x5 0x6 0x7 0x8x", "- 0x1 0x2", "--1 0x1 0x2", "0x10 0x1 0x2",
  ])
  func whatIsntOneOfThemIsNothing(_ text: String) {
    #expect(parse(text) == nil)
  }

  /// Every beginning of a line, and every line with one byte changed: nil or a value, never a trap.
  @Test func mutilatedLinesAreNoTraps() {
    let line = Array("232 0x1 0x2 0x3 0x4 0x5 0x6 0x7ffd1000 0x7f002000\n".utf8)
    for count in line.indices { _ = ProcSyscall.parse(line.span.extracting(first: count)) }
    for index in line.indices {
      for byte in [0, 9, 10, 32, 45, 48, 102, 120, 255] as [UInt8] {
        var changed = line
        changed[index] = byte
        _ = ProcSyscall.parse(changed.span)
      }
    }
  }

  @Test func aChildThatWaitsIsInACall() throws {
    let child = try IdleChild.fork()
    let pid = child.pid
    var last: ProcSyscall?
    try waitUntil("the child to read, not \(String(describing: last))") {
      last = try ProcSyscall.read(pid, of: pid)
      if case .inCall(let frame)? = last { return frame.number == Self.read }
      return false
    }
    guard case .inCall(let frame)? = last else { throw Errno.badMessage }
    #expect(frame.stackPointer != 0)
    #expect(ProcThread.exists(child.pid, of: child.pid))
    #expect(ProcThread.exists(child.pid, of: nil))
    #expect(!ProcThread.exists(child.pid, of: getpid()))
    #expect(try ThreadStat.read(child.pid, of: child.pid).state == "S")
    #expect(try !ProcThread.kernelFunction(child.pid, of: child.pid).isEmpty)
  }

  @Test func whatIsntThereIsAnError() {
    // PID_MAX_LIMIT is 2^22: there is no such process.
    let nobody: CInt = 1 << 23
    #expect(throws: Errno.noSuchFile) { try ProcSyscall.read(nobody, of: nobody) }
    #expect(throws: Errno.noSuchFile) { try ThreadStat.read(nobody, of: nobody) }
    #expect(throws: Errno.noSuchFile) { try ProcDescriptors.link(0, of: nil, in: nobody) }
    #expect(throws: Errno.noSuchFile) { try ProcDescriptors.all(of: nobody, limit: 1) }
    #expect(throws: Errno.noSuchProcess) { try FutexMemory.read(0x10_0000, of: nobody) }
    #expect(throws: Errno.invalidArgument) { try FutexMemory.read(8, of: getpid()) }
    #expect(!ProcThread.exists(nobody, of: nobody))
    #expect(!ProcThread.exists(0, of: nil))
    #expect(!ProcThread.exists(-1, of: getpid()))
  }

  @Test func theWordsAroundAnAddress() throws {
    let words = UnsafeMutablePointer<UInt32>.allocate(capacity: 32)
    for index in 0..<32 { words[index] = UInt32(index) }
    defer { words.deallocate() }
    let address = UInt64(UInt(bitPattern: words + 16))
    let memory = try FutexMemory.read(address, of: getpid())
    #expect(memory.hasBefore)
    #expect(memory[0] == 16)
    #expect(memory[12] == 19)
    #expect(memory[-4] == 15)
    #expect(memory[-48] == 4)
    #expect(memory.long(-8) == 15 << 32 | 14)
    for outside in [-52, 16, 1, -2, Int.min + 4] { #expect(memory[outside] == nil) }
    #expect(memory.long(12) == nil)
  }

  /// A futex at the very beginning of its mapping.
  @Test func theWordsBeforeMayBeMissing() throws {
    let page = sysconf(CInt(_SC_PAGESIZE))
    let start = try #require(
      mmap(nil, 2 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))
    defer { munmap(start, 2 * page) }
    let second = start + page
    #expect(mprotect(second, page, PROT_READ | PROT_WRITE) == 0)
    second.storeBytes(of: 7, as: UInt32.self)
    let memory = try FutexMemory.read(UInt64(UInt(bitPattern: second)), of: getpid())
    #expect(!memory.hasBefore)
    #expect(memory[0] == 7)
    #expect(memory[-4] == nil)
    #expect(throws: Errno.self) {
      try FutexMemory.read(UInt64(UInt(bitPattern: start)) + 64, of: getpid())
    }
  }
}
