package import TandemSystem

/// A wait for a word of memory, decoded from its arguments (futex(2)).
package struct FutexCall: Sendable, Hashable {
  /// The operation.
  package enum Operation: Sendable, Hashable {
    /// `FUTEX_WAIT`: glibc's mutexes and barriers, everything of musl, Go, libgomp and libdispatch.
    case wait
    /// `FUTEX_WAIT_BITSET`: glibc's semaphores, conditions, read-write locks and joins, all of Rust's.
    case waitBitset
    /// `FUTEX_LOCK_PI` and `FUTEX_LOCK_PI2`: a lock that lends its holder the waiter's priority.
    case lockPI
    /// `FUTEX_WAIT_REQUEUE_PI`: a condition whose mutex is such a lock.
    case requeuePI
    /// An operation without a long wait.
    case other
  }

  /// The operation.
  package var operation: Operation
  /// Where the word is.
  package var address: UInt64
  /// The value at which the thread went to sleep.
  package var value: UInt32
  /// Whether threads of other processes may wait for the word (without `FUTEX_PRIVATE_FLAG`).
  package var isShared: Bool
  /// Whether a time limit would be read on the clock of the day (`FUTEX_CLOCK_REALTIME`).
  package var isRealtime: Bool
  /// Whether there is a time limit.
  package var hasTimeout: Bool
  /// Where the thread's stack ends.
  package var stackPointer: UInt64

  /// Reads the arguments of futex(2).
  ///
  /// - Parameter frame: the call.
  package init(_ frame: SystemCallFrame) {
    operation =
      switch frame.a1 & 0x7f {
      case 0: .wait
      case 9: .waitBitset
      case 6, 13: .lockPI
      case 11: .requeuePI
      default: .other
      }
    address = frame.a0
    value = UInt32(truncatingIfNeeded: frame.a2)
    isShared = frame.a1 & 0x80 == 0
    isRealtime = frame.a1 & 0x100 != 0
    hasTimeout = frame.a3 != 0
    stackPointer = frame.stackPointer
  }

  /// Reads the arguments of futex_wait(2), the newer call.
  ///
  /// - Parameter frame: the call: address, value, mask, flags, time limit, clock.
  package init(newer frame: SystemCallFrame) {
    operation = .waitBitset
    address = frame.a0
    value = UInt32(truncatingIfNeeded: frame.a1)
    isShared = frame.a3 & 0x80 == 0
    isRealtime = frame.a5 == 0
    hasTimeout = frame.a4 != 0
    stackPointer = frame.stackPointer
  }

  /// Whether the word lies on the waiting thread's own stack, near its end: the thread sleeps on
  /// something that it has only just made.
  ///
  /// - Parameter bytes: how far.
  /// - Returns: whether it does.
  package func isOnStack(within bytes: UInt64) -> Bool {
    address >= stackPointer && address - stackPointer < bytes
  }
}

/// The C library of a process, as far as its futexes differ.
package enum CLibrary: Sendable, Hashable {
  case glibc
  case musl
  /// None that is mapped as a file: a static program, or one that does without.
  case unknown

  /// Recognises the library by a mapped file.
  ///
  /// - Parameter path: the file's path.
  package init?(mappedFile path: String) {
    let name = path.split(separator: "/").last ?? ""
    if name.hasPrefix("libc.so.6") || name.hasPrefix("libc-2.") {
      self = .glibc
    } else if name.hasPrefix("ld-musl-") || name.hasPrefix("libc.musl-") {
      self = .musl
    } else {
      return nil
    }
  }
}
