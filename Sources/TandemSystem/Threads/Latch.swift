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
    // SAFETY: pairs with the allocation in `init`; no thread waits on an object without references.
    unsafe word.deallocate()
  }

  /// Opens it for good and wakes all waiting threads.
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
