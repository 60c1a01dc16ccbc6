internal import CTandemShims
internal import Glibc

/// Sleeping until a 32-bit word in memory changes (futex(2)).
///
/// The word may be shared between processes, so the kernel's process-private short cut is not used.
package enum Futex {
  /// What ended a wait.
  package enum WakeUp: Sendable {
    /// The word was woken, had changed before the wait, or a signal came: read it again.
    case changed
    /// The time limit passed.
    case timedOut
  }

  /// Waits until `word` is woken, unless it isn't `expected` any more.
  ///
  /// - Parameters:
  ///   - word: the word's address, aligned to four bytes; it must stay mapped until the call returns.
  ///   - expected: the value at which to sleep.
  ///   - timeout: nanoseconds to wait at most; nil waits for ever.
  /// - Returns: why the wait ended.
  package static func wait(
    _ word: UnsafeMutablePointer<UInt32>, while expected: UInt32, timeout: UInt64? = nil
  ) -> WakeUp {
    // A wait of centuries is a wait for ever.
    let limit = timeout.map { Int64(clamping: $0) } ?? -1
    do throws(Errno) {
      // SAFETY: the caller keeps the word mapped; the kernel only reads it.
      try Syscall.check(retryOnInterrupt: false) {
        unsafe tandem_futex_wait(word, expected, limit)
      }
      return .changed
    } catch {
      return error == .timedOut ? .timedOut : .changed
    }
  }

  /// Wakes all threads that wait on `word`.
  ///
  /// - Parameter word: the word's address.
  package static func wakeAll(_ word: UnsafeMutablePointer<UInt32>) {
    // SAFETY: the kernel uses the address as a key and doesn't touch the memory.
    _ = unsafe tandem_futex_wake_all(word)
  }

  /// Wakes one thread that waits on `word`.
  ///
  /// - Parameter word: the word's address.
  package static func wakeOne(_ word: UnsafeMutablePointer<UInt32>) {
    // SAFETY: as above.
    _ = unsafe tandem_futex_wake_one(word)
  }
}
