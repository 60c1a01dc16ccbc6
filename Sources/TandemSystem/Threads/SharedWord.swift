internal import Synchronization

/// A 32-bit word in memory that other threads or processes change, used atomically.
@safe package struct SharedWord: @unchecked Sendable {
  // SAFETY (@unchecked): the memory is only touched through atomic operations and the futex.
  private let address: UnsafeMutablePointer<UInt32>

  /// Wraps an address.
  ///
  /// - Parameter address: aligned to four bytes, mapped as long as the word is used.
  @unsafe package init(_ address: UnsafeMutablePointer<UInt32>) {
    unsafe self.address = address
  }

  /// The value now; pairs with the release of the store.
  @inline(__always)
  package func load() -> UInt32 {
    // SAFETY: Atomic<UInt32> has the layout of UInt32, and every access to the word is atomic.
    unsafe UnsafeRawPointer(address).assumingMemoryBound(to: Atomic<UInt32>.self).pointee
      .load(ordering: .acquiring)
  }

  /// Stores a value, after everything that this thread stored before.
  ///
  /// - Parameter value: the new value.
  @inline(__always)
  package func store(_ value: UInt32) {
    // SAFETY: as in `load`.
    unsafe UnsafeRawPointer(address).assumingMemoryBound(to: Atomic<UInt32>.self).pointee
      .store(value, ordering: .releasing)
  }

  /// Wakes all threads that wait for another value.
  package func wakeAll() {
    unsafe Futex.wakeAll(address)
  }

  /// Blocks until the value is another one.
  ///
  /// - Parameters:
  ///   - value: the value to wait at.
  ///   - timeout: how long at most; nil waits for ever.
  /// - Returns: whether the value is another one.
  package func wait(while value: UInt32, timeout: Duration? = nil) -> Bool {
    let deadline = timeout.map { MonotonicClock.now() &+ $0.saturatedNanoseconds }
    while load() == value {
      var rest: UInt64?
      if let deadline {
        let now = MonotonicClock.now()
        guard now < deadline else { return false }
        rest = deadline - now
      }
      _ = unsafe Futex.wait(address, while: value, timeout: rest)
    }
    return true
  }

  /// Stores a value if the present one is as expected, in one step.
  ///
  /// - Parameters:
  ///   - expected: the value to replace.
  ///   - desired: the new value.
  /// - Returns: whether it was replaced.
  @inline(__always)
  package func compareExchange(_ expected: UInt32, _ desired: UInt32) -> Bool {
    // SAFETY: as in `load`.
    unsafe UnsafeRawPointer(address).assumingMemoryBound(to: Atomic<UInt32>.self).pointee
      .compareExchange(
        expected: expected, desired: desired, ordering: .sequentiallyConsistent
      ).exchanged
  }

  /// Stores a value and gives the one before, in one step.
  ///
  /// - Parameter value: the new value.
  /// - Returns: the value before.
  @inline(__always)
  package func exchange(_ value: UInt32) -> UInt32 {
    // SAFETY: as in `load`.
    unsafe UnsafeRawPointer(address).assumingMemoryBound(to: Atomic<UInt32>.self).pointee
      .exchange(value, ordering: .sequentiallyConsistent)
  }

  /// Adds one, wrapping around.
  @inline(__always)
  package func increment() {
    // SAFETY: as in `load`.
    unsafe UnsafeRawPointer(address).assumingMemoryBound(to: Atomic<UInt32>.self).pointee
      .wrappingAdd(1, ordering: .sequentiallyConsistent)
  }

  /// Wakes one thread that waits for another value.
  package func wakeOne() {
    unsafe Futex.wakeOne(address)
  }

  /// Sleeps until it is woken, unless the value is another one already.
  ///
  /// - Parameters:
  ///   - value: the value at which to sleep.
  ///   - nanoseconds: how long at most; nil sleeps for ever.
  /// - Returns: whether the time was over.
  package func sleep(while value: UInt32, nanoseconds: UInt64? = nil) -> Bool {
    unsafe Futex.wait(address, while: value, timeout: nanoseconds) == .timedOut
  }
}

/// A 64-bit number in memory that other threads or processes change, used atomically.
@safe package struct SharedCounter: @unchecked Sendable {
  // SAFETY (@unchecked): the memory is only touched through atomic operations.
  private let address: UnsafeMutablePointer<UInt64>

  /// Wraps an address.
  ///
  /// - Parameter address: aligned to eight bytes, mapped as long as the counter is used.
  @unsafe package init(_ address: UnsafeMutablePointer<UInt64>) {
    unsafe self.address = address
  }

  /// The value now; pairs with the release of the store.
  @inline(__always)
  package func load() -> UInt64 {
    // SAFETY: Atomic<UInt64> has the layout of UInt64, and every access to the word is atomic.
    unsafe UnsafeRawPointer(address).assumingMemoryBound(to: Atomic<UInt64>.self).pointee
      .load(ordering: .acquiring)
  }

  /// Stores a value, after everything that this thread stored before.
  ///
  /// - Parameter value: the new value.
  @inline(__always)
  package func store(_ value: UInt64) {
    // SAFETY: as in `load`.
    unsafe UnsafeRawPointer(address).assumingMemoryBound(to: Atomic<UInt64>.self).pointee
      .store(value, ordering: .releasing)
  }
}

/// Keeps what this thread stored before from being seen after what it loads next.
@inline(__always)
package func fullMemoryFence() {
  atomicMemoryFence(ordering: .sequentiallyConsistent)
}
