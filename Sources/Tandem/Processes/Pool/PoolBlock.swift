internal import TandemSystem
internal import TandemWire

/// The memory that a pool shares with one of its worker processes, behind the worker's page: two rings,
/// the bell that wakes the worker, and what the worker is doing.
///
/// What the worker wrote is not trusted: it decides whom a crash is blamed on, and nothing else.
@safe struct PoolBlock {
  /// To the worker.
  let requests: RingMemory
  /// From the worker.
  let replies: RingMemory
  /// Wakes the worker.
  let bell: Doorbell
  /// Written by the worker: the number of the frame that it works on.
  let current: SharedWord
  /// Written by the worker: which item of it, or `noItem`.
  let item: SharedWord
  /// Written by the worker: when it began the item, in nanoseconds of CLOCK_MONOTONIC.
  let began: SharedCounter
  /// Written by the pool: the number of the frame that is to end early; 0 for none.
  let cancelled: SharedWord

  /// Written by the worker: whether it waits for room for a reply.
  let waitsForRoom: SharedWord

  /// Instead of an item: the worker decodes all inputs of the frame or encodes all its outputs.
  static let noItem = UInt32.max

  /// How many bytes a block takes.
  static func byteCount(capacity: Int) -> Int {
    Offset.rings + 2 * RingMemory.byteCount(capacity: capacity)
  }

  /// Where each part begins, in bytes: what different sides write lies on different cache lines.
  private enum Offset {
    static let current = Doorbell.byteCount
    static let item = current + MemoryLayout<UInt32>.size
    static let began = item + MemoryLayout<UInt32>.size
    static let waitsForRoom = began + MemoryLayout<UInt64>.size
    static let cancelled = 2 * Doorbell.byteCount
    static let rings = 4 * Doorbell.byteCount
  }

  /// A block in shared memory, zeros at first.
  ///
  /// - Parameters:
  ///   - address: aligned to 64 bytes, with `byteCount(capacity:)` bytes, mapped as long as it is used.
  ///   - capacity: of each ring.
  init(at address: UnsafeMutableRawPointer, capacity: Int) {
    // SAFETY: the caller vouches for the memory; each part has cache lines of its own.
    bell = unsafe Doorbell(at: address)
    current = unsafe SharedWord((address + Offset.current).assumingMemoryBound(to: UInt32.self))
    item = unsafe SharedWord((address + Offset.item).assumingMemoryBound(to: UInt32.self))
    began = unsafe SharedCounter((address + Offset.began).assumingMemoryBound(to: UInt64.self))
    cancelled = unsafe SharedWord((address + Offset.cancelled).assumingMemoryBound(to: UInt32.self))
    waitsForRoom = unsafe SharedWord(
      (address + Offset.waitsForRoom).assumingMemoryBound(to: UInt32.self))
    requests = unsafe RingMemory(at: address + Offset.rings, capacity: capacity)
    replies = unsafe RingMemory(
      at: address + Offset.rings + RingMemory.byteCount(capacity: capacity), capacity: capacity)
  }
}

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

  /// Wakes whoever waits: a caller rather than the reply thread, since it is its result that comes, mostly.
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
