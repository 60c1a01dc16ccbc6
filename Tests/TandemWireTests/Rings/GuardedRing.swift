import Glibc
import TandemSystem

@testable import TandemWire

/// Both ends of a ring between two pages that may not be touched: what reads outside ends the run.
///
/// A class, with the ends' methods, because `#expect` can't call those of types that can't be copied.
final class GuardedRing: @unchecked Sendable {
  // Whoever uses it from two threads leaves each end to one of them.
  let memory: RingMemory
  /// Positions and data.
  let bytes: UnsafeMutableRawBufferPointer
  var writer: RingWriter
  var reader: RingReader
  private let mapping: UnsafeMutableRawPointer
  private let mapped: Int

  /// A ring of zeros.
  ///
  /// - Parameters:
  ///   - capacity: its capacity.
  ///   - start: both positions.
  ///   - atEnd: it ends where the untouchable page begins, or begins where the other one ends.
  init(capacity: Int = 4096, from start: UInt64 = 0, atEnd: Bool = true) {
    let page = 4096
    let size = RingMemory.byteCount(capacity: capacity)
    let inside = (size + page - 1) / page * page
    mapped = inside + 2 * page
    let mapping = mmap(nil, mapped, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard let mapping, mapping != MAP_FAILED,
      mprotect(mapping + page, inside, PROT_READ | PROT_WRITE) == 0
    else { preconditionFailure("no memory: \(errno)") }
    self.mapping = mapping
    let address = mapping + page + (atEnd ? inside - size : 0)
    bytes = UnsafeMutableRawBufferPointer(start: address, count: size)
    memory = RingMemory(at: address, capacity: capacity)
    writer = RingWriter(memory, from: start)
    reader = RingReader(memory, from: start)
    written = start
    read = start
  }

  deinit { munmap(mapping, mapped) }

  /// Both ends as after so many bytes.
  func restart(at position: UInt64) {
    written = position
    read = position
    writer = RingWriter(memory, from: position)
    reader = RingReader(memory, from: position)
  }

  /// Where a position is in `bytes`.
  func offset(_ position: UInt64) -> Int { 128 + Int(position % UInt64(memory.capacity)) }

  /// The writer's position, as it stands in memory.
  var written: UInt64 {
    get { bytes.load(fromByteOffset: 0, as: UInt64.self) }
    set { bytes.storeBytes(of: newValue, toByteOffset: 0, as: UInt64.self) }
  }

  /// The reader's position, as it stands in memory.
  var read: UInt64 {
    get { bytes.load(fromByteOffset: 64, as: UInt64.self) }
    set { bytes.storeBytes(of: newValue, toByteOffset: 64, as: UInt64.self) }
  }

  // MARK: The writing end

  func append(_ id: Int, _ payload: [UInt8] = []) -> UInt64? {
    var header = RingHeader(.task)
    header.id = UInt32(truncatingIfNeeded: id)
    return writer.append(header, payload)
  }
  func append(_ header: RingHeader, _ payload: [UInt8]) -> UInt64? {
    writer.append(header, payload)
  }
  func hasRoom(_ payload: Int) -> Bool { writer.hasRoom(payload: payload) }
  @discardableResult func publish() -> Bool { writer.publish() }
  func isConsumed(_ position: UInt64) -> Bool { writer.isConsumed(position) }
  func revoke(_ position: UInt64) -> Bool { writer.revoke(position) }

  // MARK: The reading end

  var hasFrame: Bool { reader.hasFrame() }
  func next() throws(RingError) -> RingHeader? { try reader.next() }
  func take() -> Bool { reader.take() }
  func advance() { reader.advance() }

  /// Takes the next frame out.
  func pop() throws(RingError) -> (header: RingHeader, payload: [UInt8])? {
    guard let header = try reader.next() else { return nil }
    var bytes: [UInt8] = []
    reader.copyPayload(header, into: &bytes)
    reader.advance()
    return (header, bytes)
  }

  /// Reads until there is no frame, an error, or more frames than the memory can hold.
  func drain() -> (frames: Int, error: RingError?) {
    let most = memory.capacity / RingHeader.alignment
    var frames = 0
    var bytes: [UInt8] = []
    do throws(RingError) {
      while frames <= most, let header = try reader.next() {
        reader.copyPayload(header, into: &bytes)
        precondition(bytes.count == Int(header.payloadSize))
        precondition(bytes.count <= memory.capacity - RingHeader.size)
        _ = reader.take()
        reader.advance()
        frames += 1
      }
      return (frames, nil)
    } catch {
      return (frames, error)
    }
  }
}
