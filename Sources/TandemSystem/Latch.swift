internal import Synchronization

/// A door that opens once; threads wait for it on a futex.
@safe package final class Latch: @unchecked Sendable {
  // SAFETY (@unchecked): the word is only touched through atomic operations and the futex.
  private let word: UnsafeMutablePointer<UInt32>

  /// Makes a closed latch.
  package init() {
    // SAFETY: released in `deinit`.
    unsafe word = .allocate(capacity: 1)
    unsafe word.initialize(to: 0)
  }

  deinit {
    // SAFETY: pairs with the allocation in `init`; nobody waits on an object without references.
    unsafe word.deallocate()
  }

  /// Opens it for good and wakes everybody who waits.
  package func open() {
    let word = unsafe SharedWord(word)
    word.store(1)
    word.wakeAll()
  }

  /// Blocks the calling thread until the latch is open.
  ///
  /// - Parameter timeout: how long at most; nil waits for ever.
  /// - Returns: whether it is open.
  package func wait(timeout: Duration? = nil) -> Bool {
    unsafe SharedWord(word).wait(while: 0, timeout: timeout)
  }
}

/// A 32-bit word in memory that other threads or processes change, used atomically.
@safe package struct SharedWord {
  private let address: UnsafeMutablePointer<UInt32>

  /// Wraps an address.
  ///
  /// - Parameter address: aligned to four bytes, mapped as long as the word is used.
  @unsafe package init(_ address: UnsafeMutablePointer<UInt32>) {
    unsafe self.address = address
  }

  /// The value now; pairs with the release of whoever stored it.
  package func load() -> UInt32 {
    // SAFETY: Atomic<UInt32> has the layout of UInt32, and every access to the word is atomic.
    unsafe UnsafeRawPointer(address).assumingMemoryBound(to: Atomic<UInt32>.self).pointee
      .load(ordering: .acquiring)
  }

  /// Stores a value, after everything that this thread stored before.
  ///
  /// - Parameter value: the new value.
  package func store(_ value: UInt32) {
    // SAFETY: as in `load`.
    unsafe UnsafeRawPointer(address).assumingMemoryBound(to: Atomic<UInt32>.self).pointee
      .store(value, ordering: .releasing)
  }

  /// Wakes everybody who waits for another value.
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
}

extension Duration {
  /// The duration in nanoseconds: 0 for a negative one, 146 years for a longer one.
  package var saturatedNanoseconds: UInt64 {
    let (seconds, attoseconds) = components
    guard seconds >= 0, attoseconds >= 0 else { return 0 }
    let longest: UInt64 = 1 << 62
    let (whole, overflow) = UInt64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
    return overflow ? longest : min(longest, whole &+ UInt64(attoseconds / 1_000_000_000))
  }
}
