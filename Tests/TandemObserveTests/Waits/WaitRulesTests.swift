import TandemModel
import TandemObserve
import TandemSystem
import Testing

/// What can be found out about a process that isn't there.
private struct MadeUp: FutexEvidence {
  var words: FutexMemory?
  var threads: Set<CInt> = []
  var otherThreads: Set<CInt> = []
  var cLibrary = CLibrary.glibc
  var bytes: [UInt64: UInt8] = [:]
  var isPrivate = false
  var isRefused = false

  func memory() -> FutexMemory? { words }
  func isThread(_ tid: CInt, ofAnyProcess: Bool) -> Bool {
    threads.contains(tid) || ofAnyProcess && otherThreads.contains(tid)
  }
  func library() -> CLibrary { cLibrary }
  func byte(_ address: UInt64) -> UInt8? { bytes[address] }
  func isInPrivateMemory() -> Bool { isPrivate }
}

/// Waits for words of memory, made up from what each library does.
@Suite struct WaitRulesTests {
  private static let word: UInt64 = 0x5500_0000_1000
  private static let stack: UInt64 = 0x7ffd_0000_0000

  private func recognise(
    op: UInt64, value: UInt64, timeout: Bool = false, address: UInt64 = word,
    _ evidence: MadeUp = MadeUp()
  ) -> FutexRules.Recognised? {
    let call = FutexCall(
      SystemCallFrame(
        number: 0, address, op, value, timeout ? 1 : 0, stackPointer: Self.stack))
    var evidence = evidence
    return FutexRules.recognise(call, &evidence)
  }

  private func kind(
    op: UInt64, value: UInt64, timeout: Bool = false, address: UInt64 = word,
    _ evidence: MadeUp = MadeUp()
  ) -> FutexKind? {
    recognise(op: op, value: value, timeout: timeout, address: address, evidence)?.kind
  }

  private func memory(_ before: [UInt32] = [], _ from: [UInt32]) -> FutexMemory? {
    FutexMemory(
      before: before.isEmpty ? [] : Array(repeating: 0, count: 12 - before.count) + before,
      from: from + Array(repeating: 0, count: 4 - from.count))
  }

  @Test func argumentsOfBothCalls() {
    let call = FutexCall(SystemCallFrame(number: 202, 0x1000, 0x189, 7, 0, stackPointer: 0xff0))
    #expect(call.operation == .waitBitset)
    #expect(call.isRealtime && !call.isShared && !call.hasTimeout)
    #expect(call.value == 7)
    #expect(call.isOnStack(within: 17) && !call.isOnStack(within: 16))
    // Above the stack's end only.
    #expect(!FutexCall(SystemCallFrame(number: 202, 1, stackPointer: 2)).isOnStack(within: 100))
    // futex_wait: address, value, mask, private and 32 bits wide, limit, CLOCK_MONOTONIC.
    let newer = FutexCall(newer: SystemCallFrame(number: 455, 0x1000, 7, 0xffff_ffff, 0x82, 1, 1))
    #expect(newer.operation == .waitBitset)
    #expect(!newer.isShared && !newer.isRealtime && newer.hasTimeout && newer.value == 7)
  }

  @Test func operationsThatSayEverything() {
    for op: UInt64 in [6, 13, 0x86, 0x8d] { #expect(kind(op: op, value: 0) == .mutex) }
    #expect(kind(op: 0x8b, value: 0) == .condition)
    // Waking and the like is nothing to wait in; so is an operation that doesn't exist.
    for op: UInt64 in [1, 3, 4, 5, 7, 8, 10, 12, 14, 127] { #expect(kind(op: op, value: 2) == nil) }
  }

  @Test func glibc() {
    for op: UInt64 in [0, 0x80] { #expect(kind(op: op, value: 2) == .mutex) }
    // With its holder: lock, depth, holder.
    let held = MadeUp(words: memory([], [2, 1, 77, 1]), threads: [77], cLibrary: .musl)
    #expect(kind(op: 0x80, value: 2, held) == .mutex)
    #expect(kind(op: 0x189, value: 2, timeout: true, held) == .mutex)
    #expect(kind(op: 0x189, value: 2, timeout: true, MadeUp(words: held.words)) == .unknown)
    // A robust mutex between processes.
    let elsewhere = MadeUp(otherThreads: [77])
    #expect(kind(op: 0, value: 0x8000_0000 | 77, elsewhere) == .mutex)
    #expect(kind(op: 0, value: 0x8000_0000 | 78, elsewhere) == .parking)
    // Joins, also of threads whose numbers are another namespace's.
    let joined = MadeUp(threads: [77])
    #expect(kind(op: 0x109, value: 77, joined) == .join)
    #expect(kind(op: 0, value: 77, joined) == .join)
    #expect(kind(op: 0x109, value: 5, MadeUp(isPrivate: true)) == .join)
    #expect(kind(op: 0x109, value: 5) == .unknown)
    #expect(kind(op: 0x189, value: 77, joined) == .unknown)
  }

  @Test func glibcsSemaphores() {
    let three = MadeUp(words: memory([], [0, 3, 0]))
    #expect(
      recognise(op: 0x189, value: 0, three)
        == .init(kind: .semaphore, address: Self.word, waiters: 3))
    // The same between processes has another mark, and the one isn't the other.
    let shared = MadeUp(words: memory([], [0, 2, 128]))
    #expect(recognise(op: 0x109, value: 0, shared)?.waiters == 2)
    #expect(kind(op: 0x189, value: 0, shared) == .unknown)
    #expect(kind(op: 0x109, value: 0, three) == .unknown)
    // Nobody waits, or more than there can be.
    for waiters: UInt32 in [0, 1 << 22, .max] {
      #expect(kind(op: 0x189, value: 0, MadeUp(words: memory([], [0, waiters, 0]))) == .unknown)
    }
  }

  @Test func glibcsConditions() {
    // Up to 2.40: sequence 9 (of group 0), start 2; references; sizes; original size, 2 users; the
    // first of the two words.
    let old: [UInt32] = [18, 0, 4, 0, 4, 0, 1, 0, 4, 16]
    #expect(
      recognise(op: 0x189, value: 0, MadeUp(words: memory(old, [0, 1])))
        == .init(kind: .condition, address: Self.word, waiters: 2))
    // The second word, which is four bytes on.
    let second: [UInt32] = [18, 0, 4, 0, 0, 4, 1, 0, 4, 16, 0]
    #expect(
      kind(
        op: 0x189, value: 0, address: Self.word + 4, MadeUp(words: memory(second, [0])))
        == .condition)
    // Since 2.41 without references, and with any value.
    let new: [UInt32] = [18, 0, 4, 0, 1, 0, 4, 16]
    for value: UInt64 in [0, 2, 3, 5] {
      #expect(
        kind(op: 0x189, value: value, MadeUp(words: memory(new, [UInt32(value), 0])))
          == .condition)
    }
    // One between processes has a mark, and must be waited for accordingly.
    var shared = new
    shared[7] |= 1
    #expect(kind(op: 0x109, value: 0, MadeUp(words: memory(shared, [0]))) == .condition)
    #expect(kind(op: 0x189, value: 0, MadeUp(words: memory(shared, [0]))) == .unknown)
    // More users than ever came.
    var impossible = new
    impossible[7] = 80
    #expect(kind(op: 0x189, value: 0, MadeUp(words: memory(impossible, [0]))) == .unknown)
  }

  @Test func glibcsReadWriteLocks() {
    // Readers, writers, the word; the other word, padding.
    let reading = MadeUp(words: memory([9, 0], [3, 1, 0, 0]))
    #expect(kind(op: 0x189, value: 3, reading) == .readWriteLock)
    // Readers, writers, the other word, the word; padding, the writer.
    let writing = MadeUp(words: memory([9, 1, 0], [3, 0, 0, 77]))
    #expect(kind(op: 0x189, value: 3, address: Self.word + 4, writing) == .readWriteLock)
    // Held by nobody, nobody would wait.
    #expect(kind(op: 0x189, value: 3, MadeUp(words: memory([0, 0], [3, 1, 0, 0]))) == .unknown)
    // Without the memory, 3 is enough.
    #expect(kind(op: 0x189, value: 3) == .readWriteLock)
  }

  @Test func glibcsBarriers() {
    // Arrivals, the round; how many, whether shared.
    let second = MadeUp(words: memory([3], [2, 2, 0]))
    #expect(kind(op: 0x80, value: 2, second) == .barrier)
    #expect(kind(op: 0, value: 2, second) == .mutex)
    #expect(kind(op: 0x80, value: 2, MadeUp(words: memory([5], [2, 2, 0]))) == .mutex)
    #expect(kind(op: 0x80, value: 0, MadeUp(words: memory([2], [0, 3, 0]))) == .barrier)
  }

  @Test func musl() {
    let musl = MadeUp(cLibrary: .musl)
    #expect(kind(op: 0x80, value: 2, musl) == .join)
    #expect(kind(op: 0x80, value: 2, address: Self.stack + 200, musl) == .condition)
    #expect(kind(op: 0x80, value: 0x8000_0010, musl) == .mutex)
    #expect(kind(op: 0x80, value: 0x8000_0000 | 77, musl) == .mutex)
    #expect(kind(op: 0x80, value: 0x8000_0003, musl) == .mutex)
    #expect(kind(op: 0x80, value: 0x8000_0000, musl) == .semaphore)
    #expect(kind(op: 0x80, value: 0x4000_0000 | 77, musl) == .mutex)
    #expect(kind(op: 0x80, value: 0xffff_ffff, musl) == .readWriteLock)
    #expect(kind(op: 0x80, value: 1, musl) == .parking)
    // In a static program the library isn't seen.
    let unknown = MadeUp(cLibrary: .unknown)
    #expect(kind(op: 0x80, value: 0x8000_0010, unknown) == .mutex)
    #expect(kind(op: 0x80, value: 2, address: Self.stack + 200, unknown) == .condition)
  }

  @Test func librariesAreToldByTheirFiles() {
    #expect(CLibrary(mappedFile: "/lib/x86_64-linux-gnu/libc.so.6") == .glibc)
    #expect(CLibrary(mappedFile: "/lib64/libc-2.28.so") == .glibc)
    #expect(CLibrary(mappedFile: "/lib/ld-musl-aarch64.so.1") == .musl)
    #expect(CLibrary(mappedFile: "/usr/lib/libcurl.so.4") == nil)
    #expect(CLibrary(mappedFile: "") == nil)
  }

  @Test func rustGoAndOthers() {
    #expect(kind(op: 0x89, value: 2) == .mutex)
    #expect(kind(op: 0x89, value: 0xffff_ffff) == .parking)
    for value: UInt64 in [0x4000_0001, 0x8000_0000, 0xbfff_ffff] {
      #expect(kind(op: 0x89, value: value) == .readWriteLock)
    }
    #expect(kind(op: 0x89, value: 7) == .condition)
    // With a time limit it may be glibc's.
    #expect(kind(op: 0x89, value: 2, timeout: true) == .unknown)
    // Go's locks and its idle threads; parking_lot.
    #expect(kind(op: 0x80, value: 2, MadeUp(cLibrary: .unknown)) == .mutex)
    #expect(kind(op: 0x80, value: 0) == .parking)
    #expect(kind(op: 0x80, value: 1) == .parking)
    // libgomp's lock; libdispatch's event, on the stack.
    #expect(kind(op: 0x80, value: 0xffff_ffff) == .unknown)
    #expect(kind(op: 0x80, value: 0xffff_ffff, address: Self.stack + 64) == .parking)
  }

  @Test func pythonsParkingLot() {
    let lock: UInt64 = 0x7f00_1234_5671
    let argument = Self.stack + 0x300
    let words: [UInt32] = [
      UInt32(truncatingIfNeeded: argument), UInt32(argument >> 32),
      UInt32(truncatingIfNeeded: lock), UInt32(lock >> 32),
    ]
    let address = Self.stack + 0x100
    func parked(_ byte: UInt8?) -> FutexRules.Recognised? {
      let evidence = MadeUp(
        words: memory(words, [0, 1, 0]), bytes: byte.map { [lock: $0] } ?? [:])
      return recognise(op: 0x189, value: 0, address: address, evidence)
    }
    #expect(parked(3) == .init(kind: .pythonLock, address: lock, waiters: nil))
    #expect(parked(1) == .init(kind: .pythonQueue, address: lock, waiters: nil))
    #expect(parked(2) == .init(kind: .pythonQueue, address: lock, waiters: nil))
    // Not Python's: a semaphore on a stack.
    #expect(parked(9)?.kind == .semaphore)
    #expect(parked(nil)?.kind == .semaphore)
    // Nor far from the end of the stack.
    let far = MadeUp(words: memory(words, [0, 1, 0]), bytes: [lock: 3])
    #expect(kind(op: 0x189, value: 0, far) == .semaphore)
  }

  @Test func oneWaiterWaitsForWorkAndSeveralForALock() {
    for kind in FutexKind.allCases {
      let (one, two) = (FutexRules.state(kind, waiters: 1), FutexRules.state(kind, waiters: 2))
      #expect(FutexRules.waitersDecide(kind) == (one != two))
      switch kind {
      case .gil: #expect(one == .gil && two == .gil)
      case .mutex, .readWriteLock, .queueTurn: #expect(one == .lock && two == .lock)
      case .semaphore, .pythonLock, .systemV, .unknown:
        #expect(one == .waitingForWork && two == .lock)
      case .condition, .barrier, .join, .parking, .pythonQueue:
        #expect(one == .waitingForWork && two == .waitingForWork)
      case .unreadable: #expect(one == .other && two == .other)
      }
    }
  }

  /// What only memory tells has no name where that may not be read; the rest keeps its own.
  @Test func memoryThatMayNotBeRead() {
    let refused = MadeUp(isRefused: true)
    #expect(kind(op: 0x189, value: 0, refused) == .unreadable)
    #expect(kind(op: 0x189, value: 0, timeout: true, refused) == .unreadable)
    #expect(kind(op: 0x80, value: 2, refused) == .mutex)
    #expect(kind(op: 0x189, value: 3, refused) == .readWriteLock)
    #expect(kind(op: 0x109, value: 77, MadeUp(threads: [77], isRefused: true)) == .join)
  }

  /// Whatever stands in the memory, there is an answer.
  @Test func anyWordsGiveAnAnswer() {
    var generator = SystemRandomNumberGenerator()
    let interesting: [UInt32] = [0, 1, 2, 3, 8, 16, 128, 1 << 22, 1 << 30, 1 << 31, .max]
    for _ in 0..<20_000 {
      func any() -> UInt32 {
        Bool.random(using: &generator)
          ? interesting.randomElement(using: &generator) ?? 0 : .random(in: 0...UInt32.max)
      }
      let evidence = MadeUp(
        words: FutexMemory(before: (0..<12).map { _ in any() }, from: (0..<4).map { _ in any() }),
        cLibrary: [.glibc, .musl, .unknown].randomElement(using: &generator) ?? .glibc)
      let found = recognise(
        op: [0, 9, 0x80, 0x89, 0x109, 0x189].randomElement(using: &generator) ?? 0,
        value: UInt64(any()), timeout: .random(using: &generator),
        address: UInt64(any()) << 16 | UInt64(any()), evidence)
      #expect(found != nil)
    }
  }
}
