internal import TandemSystem
internal import TandemWire

/// The bells that a pool's workers ring: in memory that the pool shares with all of them.
@safe struct PoolBells: Sendable {
  /// Wakes the reply thread.
  let replies: Doorbell
  /// Wakes a thread of the program that waits for a result itself.
  let caller: Doorbell

  /// How many bytes they take.
  static let byteCount = 4096

  /// The bells in shared memory.
  ///
  /// - Parameter address: the beginning of `byteCount` bytes, zeros at first, mapped as long as they are
  ///   used.
  @unsafe init(at address: UnsafeMutableRawPointer) {
    // SAFETY: the caller vouches for the memory.
    replies = unsafe Doorbell(at: address)
    caller = unsafe Doorbell(at: address + Doorbell.byteCount)
    callerIsThere = unsafe SharedWord(
      (address + 2 * Doorbell.byteCount).assumingMemoryBound(to: UInt32.self))
  }

  /// Whether a thread of the program waits itself.
  ///
  /// Set before it sends what it waits for.
  private let callerIsThere: SharedWord

  /// Wakes a caller that waits, or else the reply thread: mostly it is the caller's result that comes.
  ///
  /// A caller that is there will look before it sleeps, and after it has taken back its word the reply
  /// thread is woken for what it missed (the same argument as in Doorbell.swift, with this word in the
  /// place of `sleeping`).
  func ring() {
    fullMemoryFence()
    if callerIsThere.load() != 0 { caller.ring() } else { replies.ring() }
  }

  /// Says that the calling thread waits from now on.
  func callerComes() {
    callerIsThere.store(1)
    fullMemoryFence()
  }

  /// Says that it waits no more; afterwards it looks whether something has come.
  func callerGoes() {
    callerIsThere.store(0)
    fullMemoryFence()
  }
}
