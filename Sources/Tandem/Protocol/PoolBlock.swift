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
