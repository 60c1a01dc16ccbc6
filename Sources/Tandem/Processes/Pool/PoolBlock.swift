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
  /// Written by the worker: which item of it.
  let item: SharedWord
  /// Written by the worker: when it began the item, in nanoseconds of CLOCK_MONOTONIC.
  let began: SharedCounter
  /// Written by the pool: the number of the frame that is to end early.
  let cancelled: SharedWord

  /// How many bytes a block takes.
  static func byteCount(capacity: Int) -> Int { 256 + 2 * RingMemory.byteCount(capacity: capacity) }

  /// A block in shared memory, zeros at first.
  ///
  /// - Parameters:
  ///   - address: aligned to 64 bytes, with `byteCount(capacity:)` bytes, mapped as long as it is used.
  ///   - capacity: of each ring.
  init(at address: UnsafeMutableRawPointer, capacity: Int) {
    // SAFETY: the caller vouches for the memory; each part has cache lines of its own.
    bell = unsafe Doorbell(at: address)
    current = unsafe SharedWord((address + 64).assumingMemoryBound(to: UInt32.self))
    item = unsafe SharedWord((address + 68).assumingMemoryBound(to: UInt32.self))
    began = unsafe SharedCounter((address + 72).assumingMemoryBound(to: UInt64.self))
    cancelled = unsafe SharedWord((address + 128).assumingMemoryBound(to: UInt32.self))
    requests = unsafe RingMemory(at: address + 256, capacity: capacity)
    replies = unsafe RingMemory(
      at: address + 256 + RingMemory.byteCount(capacity: capacity), capacity: capacity)
  }
}

/// What a pool's worker process is told at its start.
struct PoolWorkerOrders: Codable {
  /// The capacity of each ring, in bytes.
  var ringCapacity: Int
  /// The largest result, in bytes.
  var largestResult: Int
  /// How long it looks for work before it sleeps, in nanoseconds.
  var spin: UInt64
  /// What it does first: the encoded `TaskRecord`; nil for nothing.
  var setup: [UInt8]?
  /// What it does last.
  var teardown: [UInt8]?
}
