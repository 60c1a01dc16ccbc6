internal import Synchronization

/// What stands before the payload of a frame in a ring: 48 bytes, little-endian.
///
///     offset  bytes
///          0      4   state: 0 ready, 1 taken, 2 revoked; changed in place, see `RingWriter.revoke`
///          4      4   how many bytes of payload follow in the ring
///          8      4   the frame's number
///         12      4   how many items it carries
///         16      1   kind
///         17      1   flags
///         18      2   the number of the function that it is for
///         20      4   results: nanoseconds spent on encoding and decoding in the worker, saturating
///         24      8   results: when the work began, in nanoseconds of CLOCK_MONOTONIC
///         32      8   results: how long the work ran, in nanoseconds
///         40      8   the payload's whole size, if it travels by descriptor
///
/// Frames begin at multiples of 64 bytes, so a tiny task is one cache line.
package struct RingHeader: Hashable, Sendable {
  /// What a frame is.
  ///
  /// A closed list: both ends are the same program.
  package enum Kind: UInt8, CaseIterable, Sendable {
    /// Not a frame: the rest of the ring up to its end.
    case filler = 0
    /// To the worker: what a function number stands for from now on.
    case define = 1
    /// To the worker: run the function on these items.
    case task = 2
    /// To the worker: end after what came before.
    case retire = 3
    /// From the worker: the outputs of all items.
    case result = 4
    /// From the worker: what became of each item, at least one of which has no output.
    case mixed = 5
    /// From the worker: it is set up, or why not.
    case ready = 6
  }

  /// The payload is in a memory file that comes by the control socket.
  package static let isElsewhere: UInt8 = 1
  /// Such tasks are short: results may be told of together.
  package static let isQuick: UInt8 = 2
  /// An item that throws doesn't keep the following ones from being run.
  package static let continuesAfterError: UInt8 = 4

  /// For a payload elsewhere that is the elements of an array: the number of their type (`WireRun`); 0 for a
  /// message.
  ///
  /// It stands in the upper half of the flags.
  package var elementKind: UInt8 {
    get { flags >> 4 }
    set { flags = flags & 0xF | newValue << 4 }
  }

  /// How many bytes a header has.
  package static let size = 48
  /// What frames are aligned to.
  package static let alignment = 64

  package var payloadSize: UInt32 = 0
  package var id: UInt32 = 0
  package var count: UInt32 = 0
  package var kind: Kind
  package var flags: UInt8 = 0
  package var function: UInt16 = 0
  package var codecNanoseconds: UInt32 = 0
  package var began: UInt64 = 0
  package var ran: UInt64 = 0
  package var wholeSize: UInt64 = 0

  /// A header.
  package init(_ kind: Kind) { self.kind = kind }

  /// How much of a ring a frame with a payload of this size takes.
  @inline(__always)
  package static func extent(payload: Int) -> Int {
    (size + payload + alignment - 1) & ~(alignment - 1)
  }

  /// Writes the header, with the state "ready".
  ///
  /// - Parameter address: 48 writable bytes, aligned to 8.
  @unsafe @inline(__always)
  func write(to address: UnsafeMutableRawPointer) {
    // SAFETY: the caller vouches for the bytes.
    unsafe address.storeBytes(of: 0, as: UInt32.self)
    unsafe address.storeBytes(of: payloadSize, toByteOffset: 4, as: UInt32.self)
    unsafe address.storeBytes(of: id, toByteOffset: 8, as: UInt32.self)
    unsafe address.storeBytes(of: count, toByteOffset: 12, as: UInt32.self)
    unsafe address.storeBytes(of: kind.rawValue, toByteOffset: 16, as: UInt8.self)
    unsafe address.storeBytes(of: flags, toByteOffset: 17, as: UInt8.self)
    unsafe address.storeBytes(of: function, toByteOffset: 18, as: UInt16.self)
    unsafe address.storeBytes(of: codecNanoseconds, toByteOffset: 20, as: UInt32.self)
    unsafe address.storeBytes(of: began, toByteOffset: 24, as: UInt64.self)
    unsafe address.storeBytes(of: ran, toByteOffset: 32, as: UInt64.self)
    unsafe address.storeBytes(of: wholeSize, toByteOffset: 40, as: UInt64.self)
  }

  /// Reads a header out of memory that a peer may still change: each field once.
  ///
  /// - Parameter address: 48 readable bytes, aligned to 8.
  /// - Returns: nil when it is of no known kind.
  @unsafe @inline(__always)
  static func read(from address: UnsafeMutableRawPointer) -> RingHeader? {
    // What is checked is loaded atomically: of a plain load the compiler may make two, and the peer
    // may write between them.
    // SAFETY: the caller vouches for the bytes; of plain integers any bit pattern is a value, and
    // Atomic<UInt32> has the layout of UInt32. The order comes from the position's acquiring load.
    let word = unsafe (address + 16).assumingMemoryBound(to: Atomic<UInt32>.self).pointee
      .load(ordering: .relaxed)
    let size = unsafe (address + 4).assumingMemoryBound(to: Atomic<UInt32>.self).pointee
      .load(ordering: .relaxed)
    guard let kind = Kind(rawValue: UInt8(truncatingIfNeeded: word)) else { return nil }
    var header = RingHeader(kind)
    header.payloadSize = size
    header.flags = UInt8(truncatingIfNeeded: word >> 8)
    header.function = UInt16(truncatingIfNeeded: word >> 16)
    header.id = unsafe address.load(fromByteOffset: 8, as: UInt32.self)
    header.count = unsafe address.load(fromByteOffset: 12, as: UInt32.self)
    header.codecNanoseconds = unsafe address.load(fromByteOffset: 20, as: UInt32.self)
    header.began = unsafe address.load(fromByteOffset: 24, as: UInt64.self)
    header.ran = unsafe address.load(fromByteOffset: 32, as: UInt64.self)
    header.wholeSize = unsafe address.load(fromByteOffset: 40, as: UInt64.self)
    return header
  }
}
