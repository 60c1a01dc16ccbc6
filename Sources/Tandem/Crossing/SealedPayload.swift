internal import TandemSystem
internal import TandemWire

/// A payload too large for a ring: in a memory file that travels by descriptor and that nobody can change.
///
/// It holds an encoded message, or, if it is a *run*, the elements of an array of numbers as they lie in
/// memory, which spares both sides a copy.
package final class SealedPayload: Sendable {
  /// Payloads of at least this size travel so.
  static let least = FrameLimits.sealed

  let descriptor: Descriptor
  let byteCount: Int
  /// For a run, what stands for the element type; 0 for a message.
  let elementKind: UInt8

  private init(_ descriptor: consuming Descriptor, byteCount: Int, elementKind: UInt8) {
    self.descriptor = descriptor
    self.byteCount = byteCount
    self.elementKind = elementKind
  }

  /// Seals an encoded message.
  ///
  /// - Throws: `cannotStart` when there is no memory or descriptor for it.
  static func message(_ message: [UInt8], _ role: String) throws(PoolError) -> SealedPayload {
    // SAFETY: the bytes are read within the call that lends them.
    let made: Result<SealedPayload, Errno> = unsafe message.withUnsafeBytes { bytes in
      unsafe Self.seal(bytes, elementKind: 0)
    }
    return try checked(made, message.count, role)
  }

  private static func seal(
    _ bytes: UnsafeRawBufferPointer, elementKind: UInt8
  ) -> Result<SealedPayload, Errno> {
    do throws(Errno) {
      // SAFETY: the caller lends the bytes for the call.
      let descriptor = try unsafe SealedMemory.make(bytes)
      return .success(
        SealedPayload(descriptor, byteCount: bytes.count, elementKind: elementKind))
    } catch {
      return .failure(error)
    }
  }

  private static func checked(
    _ made: Result<SealedPayload, Errno>, _ count: Int?, _ role: String
  ) throws(PoolError) -> SealedPayload {
    do throws(Errno) {
      return try made.get()
    } catch {
      let size = count.map { " of \($0) bytes" } ?? ""
      throw PoolError(
        role == "result" ? .encodingFailed : .cannotStart,
        "there is no shared memory for the \(role)\(size): \(error)", cause: error)
    }
  }

  /// Seals the elements of a large array of numbers.
  ///
  /// - Parameters:
  ///   - value: a value of any type.
  ///   - role: what it is, for errors.
  /// - Returns: nil when it is no such array.
  /// - Throws: as above.
  static func run<Value>(of value: Value, _ role: String) throws(PoolError) -> SealedPayload? {
    // SAFETY: the elements are read within the call that lends them.
    let made: Result<SealedPayload, Errno>? = unsafe WireRun.withElements(
      of: value, atLeast: least
    ) { kind, elements in unsafe seal(elements, elementKind: kind) }
    guard let made else { return nil }
    return try checked(made, nil, role)
  }
}

/// A payload that came by descriptor: mapped for reading, and sealed, so that it may be read in place.
package final class ReceivedPayload: Sendable {
  private let memory: SharedMemory
  private let elementKind: UInt8

  /// Maps a payload; gives nil when it is not as it should be: smaller, or not sealed.
  ///
  /// - Parameters:
  ///   - descriptor: its file.
  ///   - byteCount: how large it is said to be.
  ///   - elementKind: for a run, what is said to stand for its element type; 0 for a message.
  init?(_ descriptor: consuming Descriptor, byteCount: UInt64, elementKind: UInt8) {
    guard SealedMemory.isSealed(descriptor.rawValue),
      let memory = try? SharedMemory(
        receiving: descriptor, byteCount: Int(clamping: byteCount), isWritable: false)
    else { return nil }
    memory.closeDescriptor()
    self.memory = memory
    self.elementKind = elementKind
  }

  /// How many bytes it has.
  var byteCount: Int { memory.byteCount }

  private var bytes: UnsafeRawBufferPointer {
    // SAFETY: mapped as long as this object lives, whose methods are the only ones to use it.
    unsafe UnsafeRawBufferPointer(start: memory.base, count: memory.byteCount)
  }

  /// Its bytes, copied.
  func copy() -> [UInt8] { unsafe Array(bytes) }

  /// Makes a value of it.
  ///
  /// - Throws: `decodingFailed`.
  func decode<Value: Decodable>(
    _ type: Value.Type, _ role: String, nesting: Int
  ) throws(PoolError) -> Value {
    guard elementKind != 0 else {
      // SAFETY: the bytes are mapped as long as this object lives, and sealed.
      return try unsafe ValueCoding.decode(type, from: bytes, of: self, role, nesting: nesting)
    }
    guard let value = unsafe WireRun.value(type, kind: elementKind, from: bytes) else {
      throw PoolError(.decodingFailed, "the \(role), a \(type), did not come as one")
    }
    return value
  }
}
