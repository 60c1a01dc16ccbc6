package import TandemModel
package import TandemSystem

/// Recognises what a thread waits for when it waits for a word of memory.
///
/// The waits of common libraries:
///
/// | waits for | operation | value | recognised by |
/// | --- | --- | --- | --- |
/// | glibc's mutex and internal locks; `std::mutex` | WAIT | 2 | value |
/// | glibc's mutex with a time limit | BITSET | 2 | value, and the holder's number behind it |
/// | glibc's robust mutex | WAIT | holder, bit 31 | value |
/// | Swift's `Mutex`, priority-inheriting mutexes | LOCK_PI, LOCK_PI2 | | operation |
/// | glibc's semaphore, CPython's locks up to 3.12 | BITSET | 0 | words around |
/// | glibc's condition variable | BITSET | 0, from 2.41 on any | words around |
/// | glibc's read-write lock | BITSET | 2, 3 | words around |
/// | glibc's barrier | WAIT | any | words around |
/// | glibc's join | BITSET, shared | a thread's number | value |
/// | CPython 3.13 and later: `PyMutex`, queues | BITSET | 0 | words around, on the own stack |
/// | musl's mutex and internal locks | WAIT | bit 31 or bit 30, and more | value |
/// | musl's join, and its condition (on the own stack) | WAIT | 2 | the library |
/// | musl's semaphore | WAIT | bit 31 alone | value |
/// | Rust's `Mutex` | BITSET, no limit, no clock | 2 | value |
/// | Rust's `RwLock` | the same | bits 30 or 31, not all | value |
/// | Rust's `park`, `Condvar` | the same | all ones; a count | value |
/// | Go's internal locks | WAIT | 2 | value |
/// | libgomp's lock | WAIT | all ones | value, and a second waiter |
///
/// In parking_lot (Rust), Java, .NET, Abseil and Ruby, each thread sleeps on a word or a condition of its
/// own for every purpose, so from outside their locks look like waits for work. `RuntimeWaits` recognises
/// what the data of some runtimes shows beyond that.
package enum FutexRules {
  /// What was recognised.
  package struct Recognised: Sendable, Hashable {
    /// What the futex belongs to.
    package var kind: FutexKind
    /// The lock's address where it isn't the word's.
    package var address: UInt64
    /// How many threads wait, if the words say so.
    package var waiters: Int?

    /// Makes a value.
    ///
    /// - Parameters:
    ///   - kind: what the futex belongs to.
    ///   - address: the lock's address, or the word's.
    ///   - waiters: how many threads wait, if the words say so.
    package init(kind: FutexKind, address: UInt64, waiters: Int?) {
      self.kind = kind
      self.address = address
      self.waiters = waiters
    }
  }

  /// Recognises what a futex belongs to.
  ///
  /// - Parameters:
  ///   - call: the wait.
  ///   - evidence: what can be found out beyond its arguments.
  /// - Returns: what it is, `unknown` included; nil when the thread doesn't wait for another thread.
  package static func recognise(
    _ call: FutexCall, _ evidence: inout some FutexEvidence
  ) -> Recognised? {
    func found(_ kind: FutexKind, waiters: Int? = nil, address: UInt64? = nil) -> Recognised {
      Recognised(kind: kind, address: address ?? call.address, waiters: waiters)
    }
    switch call.operation {
    case .lockPI: return found(.mutex)
    case .requeuePI: return found(.condition)
    case .other: return nil
    case .wait: return found(plainWait(call, &evidence))
    case .waitBitset: break
    }

    // A join waits without FUTEX_PRIVATE_FLAG, because the kernel wakes it. In the process's own memory,
    // nothing else does that. (Thread numbers of another namespace aren't ours.)
    if call.isShared, call.value != 0,
      isThread(call.value, ofAnyProcess: false, &evidence) || evidence.isInPrivateMemory()
    {
      return found(.join)
    }
    if isRusts(call) { return found(rustWait(call)) }
    guard let memory = evidence.memory() else {
      // glibc waits with 3 for nothing else before 2.41, and later seldom.
      if call.value == 3, !call.hasTimeout { return found(.readWriteLock) }
      return found(evidence.isRefused ? .unreadable : .unknown)
    }
    if let parked = FutexShape.pythonParkingAddress(call, memory) {
      switch evidence.byte(parked) {
      case 3: return found(.pythonLock, address: parked)  // Locked, with threads parked.
      case 1, 2: return found(.pythonQueue, address: parked)
      default: break
      }
    }
    if let waiters = FutexShape.conditionWaiters(call, memory) {
      return found(.condition, waiters: waiters)
    }
    if let waiters = FutexShape.semaphoreWaiters(call, memory) {
      return found(.semaphore, waiters: waiters)
    }
    if FutexShape.isReadWriteLock(call, memory) { return found(.readWriteLock) }
    if call.value == 2, call.hasTimeout, hasHolder(call, memory, &evidence) { return found(.mutex) }
    return found(.unknown)
  }

  /// `FUTEX_WAIT`, whose arguments reveal the least.
  private static func plainWait(
    _ call: FutexCall, _ evidence: inout some FutexEvidence
  ) -> FutexKind {
    let memory = evidence.memory()
    if call.value == 2 {
      if let memory {
        if hasHolder(call, memory, &evidence) { return .mutex }
        if FutexShape.isBarrier(call, memory) { return .barrier }
      }
      switch evidence.library() {
      case .glibc: return .mutex
      case .musl: return call.isOnStack(within: 1024) ? .condition : .join
      case .unknown: return call.isOnStack(within: 1024) ? .condition : .mutex
      }
    }
    // Joins of glibc before 2.31.
    if call.isShared, isThread(call.value, ofAnyProcess: false, &evidence) { return .join }

    let number = call.value & 0x3fff_ffff
    switch call.value >> 30 {
    // Bit 31: musl's locks without and with a holder's number, glibc's robust mutexes, musl's internal
    // locks, which count down from 2^31.
    case 0b10 where number != 0:
      let isMusls = number == 16 || evidence.library() == .musl
      if isMusls || isThread(number, ofAnyProcess: true, &evidence) { return .mutex }
    case 0b10 where evidence.library() == .musl: return .semaphore
    // Bit 30: the lock of a `FILE` of musl's.
    case 0b01 where evidence.library() == .musl: return .mutex
    // All ones: musl's read-write lock that is held by a writer.
    case 0b11 where call.value == .max && evidence.library() == .musl: return .readWriteLock
    case 0b11 where call.value == .max && !call.isOnStack(within: 1024): return .unknown
    default: break
    }
    if let memory {
      if FutexShape.isBarrier(call, memory) { return .barrier }
      // Conditions of glibc before 2.30.
      if FutexShape.conditionWaiters(call, memory) != nil { return .condition }
    }
    return .parking
  }

  /// Whether a wait has the form of Rust's: neither a time limit nor the realtime clock, which glibc
  /// requests even without a limit.
  private static func isRusts(_ call: FutexCall) -> Bool {
    !call.isShared && !call.isRealtime && !call.hasTimeout
  }

  /// Rust's standard library (`library/std/src/sys/sync`).
  private static func rustWait(_ call: FutexCall) -> FutexKind {
    switch call.value {
    case 2: .mutex
    case .max: .parking
    case _ where call.value >> 30 != 0: .readWriteLock
    // A condition's count of notifications.
    default: .condition
    }
  }

  /// Whether the word is part of a mutex of glibc that names its holder.
  private static func hasHolder(
    _ call: FutexCall, _ memory: FutexMemory, _ evidence: inout some FutexEvidence
  ) -> Bool {
    // Lock, depth, holder.
    guard let holder = memory[8] else { return false }
    return isThread(holder, ofAnyProcess: call.isShared, &evidence)
  }

  private static func isThread(
    _ number: UInt32, ofAnyProcess: Bool, _ evidence: inout some FutexEvidence
  ) -> Bool {
    // PID_MAX_LIMIT.
    guard number > 0, number <= 1 << 22 else { return false }
    return evidence.isThread(CInt(number), ofAnyProcess: ofAnyProcess)
  }

  /// How a wait for a futex is counted.
  ///
  /// A semaphore with several waiters, and an unrecognised word with several, count as locks as long as
  /// nothing else is known. A single waiter waits for work. The samples of a word over time are better
  /// evidence (`FutexTurns`).
  ///
  /// - Parameters:
  ///   - kind: what the futex belongs to.
  ///   - waiters: how many threads wait for it.
  /// - Returns: the state.
  package static func state(_ kind: FutexKind, waiters: Int) -> WorkerState {
    switch kind {
    case .gil: .gil
    // It may be a lock, a GIL or an empty queue.
    case .unreadable: .other
    case .mutex, .readWriteLock, .queueTurn: .lock
    case .semaphore, .pythonLock, .systemV, .unknown: waiters > 1 ? .lock : .waitingForWork
    case .condition, .barrier, .join, .parking, .pythonQueue: .waitingForWork
    }
  }

  /// Whether the number of waiters decides how a wait is counted.
  ///
  /// - Parameter kind: what the futex belongs to.
  /// - Returns: whether it does.
  package static func waitersDecide(_ kind: FutexKind) -> Bool {
    state(kind, waiters: 1) != state(kind, waiters: 2)
  }
}

/// Evidence about a wait for a futex beyond its arguments, fetched only when needed.
package protocol FutexEvidence {
  /// The words around the futex; nil when the memory can't be read.
  mutating func memory() -> FutexMemory?
  /// Whether a number is that of a thread: of the waiting process, or of any.
  mutating func isThread(_ tid: CInt, ofAnyProcess: Bool) -> Bool
  /// The process's C library.
  mutating func library() -> CLibrary
  /// A byte of the process's memory; nil when it can't be read.
  mutating func byte(_ address: UInt64) -> UInt8?
  /// Whether the word lies in memory that is the process's alone.
  mutating func isInPrivateMemory() -> Bool
  /// Whether memory was requested and can't be read.
  var isRefused: Bool { get }
}

extension FutexEvidence {
  package var isRefused: Bool { false }
}
