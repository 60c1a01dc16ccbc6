/// One message between a parent and a worker: what it is, of which task, and its bytes.
///
/// A frame begins with a header of 16 bytes, little-endian, and goes on with the payload:
///
///     offset  bytes
///          0      1   0xA1: the upper half says "Tandem", the lower half is the version
///          1      1   the kind
///          2      2   flags; none yet, so zero
///          4      4   the number of the task
///          8      8   how many bytes of payload follow
package struct Frame: Hashable, Sendable {
  /// What the frame is.
  package var kind: Kind
  /// The number of the task that it belongs to, given by the parent.
  package var id: UInt32
  /// What it carries; its meaning depends on the kind.
  package var payload: [UInt8]

  /// What a frame is.
  ///
  /// A closed list: both ends are the same executable, so an unknown kind means wrong bytes.
  package enum Kind: UInt8, CaseIterable, Sendable {
    /// From the parent: run this task.
    case task = 1
    /// From the worker: the task returned this value.
    case result = 2
    /// From the worker: the task threw this error.
    case failure = 3
  }

  /// How many bytes a header has.
  package static let headerSize = 16

  /// The first byte of every frame.
  static let magic: UInt8 = 0xA1

  /// A frame.
  package init(kind: Kind, id: UInt32, payload: [UInt8] = []) {
    self.kind = kind
    self.id = id
    self.payload = payload
  }

  /// The bytes of the frame.
  package func encoded() -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Self.headerSize + payload.count)
    Self.appendHeader(kind: kind, id: id, payloadSize: payload.count, to: &bytes)
    bytes.append(contentsOf: payload)
    return bytes
  }

  /// Appends a frame whose payload is written in place, after its header, rather than copied there.
  ///
  /// - Parameters:
  ///   - kind: what the frame is.
  ///   - id: the number of the task.
  ///   - bytes: where it is appended.
  ///   - writePayload: appends the payload, and changes nothing that is already there.
  /// - Throws: what `writePayload` throws; `bytes` is then as it was.
  package static func append<Failure: Error>(
    kind: Kind, id: UInt32, to bytes: inout [UInt8],
    writePayload: (inout [UInt8]) throws(Failure) -> Void
  ) throws(Failure) {
    let start = bytes.count
    appendHeader(kind: kind, id: id, payloadSize: 0, to: &bytes)
    do {
      try writePayload(&bytes)
    } catch {
      bytes.removeLast(bytes.count - start)
      throw error
    }
    let size = UInt64(bytes.count - start - headerSize)
    for index in 0..<8 {
      bytes[start + 8 + index] = UInt8(truncatingIfNeeded: size >> (8 * UInt64(index)))
    }
  }

  /// Appends a header alone, for a payload that is sent from where it is.
  ///
  /// - Parameters:
  ///   - kind: what the frame is.
  ///   - id: the number of the task.
  ///   - payloadSize: how many bytes will follow.
  ///   - bytes: where the header is appended.
  package static func appendHeader(
    kind: Kind, id: UInt32, payloadSize: Int, to bytes: inout [UInt8]
  ) {
    bytes.append(magic)
    bytes.append(kind.rawValue)
    bytes.appendLittleEndian(UInt16(0))
    bytes.appendLittleEndian(id)
    bytes.appendLittleEndian(UInt64(payloadSize))
  }
}
