internal import TandemSystem

/// Recognises what a futex is part of by the words around it.
///
/// The layouts are glibc's on 64-bit machines (`sysdeps/nptl/bits/thread-shared-types.h`, `struct
/// new_sem` of `sysdeps/nptl/internaltypes.h`, `struct pthread_barrier` of the same), which are part of
/// its binary interface and so don't change under programs, except for what the two forms of the
/// condition variable say. What is checked must hold while a thread waits.
enum FutexShape {
  /// More threads than this don't wait for one thing: the kernel has no more (`PID_MAX_LIMIT`).
  private static let mostThreads: UInt64 = 1 << 22

  /// A condition variable, and how many threads use it.
  ///
  /// Up to glibc 2.40: sequence, start, references of two groups, their sizes, the first's original
  /// size, users, and the two words that are waited for. Since 2.41 the references are gone.
  ///
  /// - Parameters:
  ///   - call: the wait.
  ///   - memory: the words around the futex.
  /// - Returns: the number of waiting threads; nil when it isn't one.
  static func conditionWaiters(_ call: FutexCall, _ memory: FutexMemory) -> Int? {
    // The whole is aligned to eight bytes, so the address says which of the two words it is.
    let group = call.address & 4 == 0 ? 0 : 1
    let signals = -4 * group
    guard call.address & 3 == 0, let users = memory[signals - 4], let size = memory[signals - 8]
    else { return nil }
    let waiters = UInt64(users >> 3)
    guard waiters >= 1, waiters < mostThreads, UInt64(size >> 2) < mostThreads,
      (users & 1 == 1) == call.isShared
    else { return nil }
    func isCondition(at start: Int) -> Bool {
      guard let sequence = memory.long(start), let first = memory.long(start + 8) else {
        return false
      }
      let (position, begin) = (sequence >> 1, first >> 1)
      return position >= waiters && position >= begin && position - begin < mostThreads
        && position < 1 << 56
    }
    if call.value == 0, let references = memory[signals - 24 + 4 * group],
      references >> 1 >= 1, UInt64(references >> 1) < mostThreads, isCondition(at: signals - 40)
    {
      return Int(waiters)
    }
    return isCondition(at: signals - 32) ? Int(waiters) : nil
  }

  /// A semaphore, and how many threads wait for it: the value, the waiters, and whether it is private.
  ///
  /// - Parameters:
  ///   - call: the wait.
  ///   - memory: the words around the futex.
  /// - Returns: the number of waiting threads; nil when it isn't one.
  static func semaphoreWaiters(_ call: FutexCall, _ memory: FutexMemory) -> Int? {
    guard call.value == 0, call.address & 7 == 0, let waiters = memory[4], waiters >= 1,
      UInt64(waiters) < mostThreads, let sharing = memory[8], sharing == (call.isShared ? 128 : 0)
    else { return nil }
    return Int(waiters)
  }

  /// A read-write lock: readers, writers, the two words that are waited for, two words of padding, and
  /// the writer that holds it.
  ///
  /// - Parameters:
  ///   - call: the wait.
  ///   - memory: the words around the futex.
  /// - Returns: whether it is one.
  static func isReadWriteLock(_ call: FutexCall, _ memory: FutexMemory) -> Bool {
    guard call.value == 2 || call.value == 3, call.address & 3 == 0 else { return false }
    // The first of the two words is aligned to eight bytes, the second isn't.
    let isFirst = call.address & 4 == 0
    let start = isFirst ? -8 : -12
    guard let readers = memory[start], let writers = memory[start + 4],
      let other = memory[isFirst ? 4 : -4], let padding = memory[start + 16],
      let morePadding = memory[start + 20]
    else { return false }
    return readers != 0 && UInt64(writers) < mostThreads && other <= 3 && padding == 0
      && morePadding == 0
  }

  /// A barrier that not all have reached: arrivals, the round that is waited for, how many make it
  /// full, and whether it is private.
  ///
  /// - Parameters:
  ///   - call: the wait.
  ///   - memory: the words around the futex.
  /// - Returns: whether it is one.
  static func isBarrier(_ call: FutexCall, _ memory: FutexMemory) -> Bool {
    guard let arrivals = memory[-4], let round = memory[0], let count = memory[4],
      let sharing = memory[8], round == call.value, sharing == (call.isShared ? 128 : 0),
      count >= 2, UInt64(count) < mostThreads
    else { return false }
    return (1...count).contains(arrivals &- round)
  }

  /// What waits in CPython's parking lot (`Python/parking_lot.c`, 3.13 and later): on its stack, a
  /// thread keeps an argument, the address that it is parked for, and the semaphore on which it sleeps.
  ///
  /// - Parameters:
  ///   - call: the wait.
  ///   - memory: the words around the futex.
  /// - Returns: the address that the thread is parked for; nil when it isn't parked there.
  static func pythonParkingAddress(_ call: FutexCall, _ memory: FutexMemory) -> UInt64? {
    let nearby: UInt64 = 4096
    guard call.isOnStack(within: nearby), semaphoreWaiters(call, memory) == 1,
      let argument = memory.long(-16), let address = memory.long(-8)
    else { return nil }
    // The argument is of the callers, a few frames up; the address is one that a process can have.
    let isArgument =
      argument == 0
      || (argument > call.address && argument - call.stackPointer < nearby)
    return isArgument && (4096..<(1 << 56)).contains(address) ? address : nil
  }
}
