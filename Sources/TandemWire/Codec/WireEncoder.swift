/// Turns `Encodable` values into bytes, in the format that `WireFormat.swift` describes.
///
/// Whatever Foundation's JSON coder carries there and back, this one does; and beyond it, numbers
/// that are not finite.
package struct WireEncoder {
  /// What users' `encode(to:)` finds in the encoder's `userInfo`.
  package var userInfo: [CodingUserInfoKey: any Sendable] = [:]

  /// How many containers may enclose one another; a value nested deeper is an error.
  package var maximumDepth = WireFormat.maximumDepth

  /// The longest container, in bytes, that gets a u32 length; less only in tests.
  var longestShortContainer = Int(UInt32.max)

  /// An encoder without `userInfo`.
  package init() {}

  /// Encodes a value.
  ///
  /// - Parameters:
  ///   - value: the value.
  ///   - keys: the table of the names sent before, or nil: the message stands alone. What is
  ///     encoded with a table must be sent: the names in it count as sent from then on.
  /// - Returns: the message.
  /// - Throws: `EncodingError`, or what the value's own `encode(to:)` throws. The table is then as
  ///   it was.
  package func encode<Value: Encodable>(
    _ value: Value, keys: EncodingKeyTable? = nil
  ) throws -> [UInt8] {
    var bytes: [UInt8] = []
    try append(value, to: &bytes, keys: keys)
    return bytes
  }

  /// Encodes a value after bytes that are already there, such as a frame's header.
  ///
  /// - Parameters:
  ///   - value: the value.
  ///   - bytes: where the message is appended.
  ///   - keys: as in `encode(_:keys:)`.
  /// - Throws: as `encode(_:keys:)`; `bytes` is then as it was.
  package func append<Value: Encodable>(
    _ value: Value, to bytes: inout [UInt8], keys: EncodingKeyTable? = nil
  ) throws {
    let start = bytes.count
    bytes.append(WireFormat.head)
    // The commonest messages need none of the objects below.
    if bytes.appendKnown(value) { return }

    let keys = keys ?? EncodingKeyTable()
    let known = keys.count
    let message = EncodingMessage(
      keys: keys, userInfo: userInfo, maximumDepth: maximumDepth,
      longestShortContainer: longestShortContainer)
    let buffer = EncodingBuffer(message: message)
    // Swapped, not copied: the array keeps one owner and so is written in place.
    swap(&buffer.bytes, &bytes)
    defer {
      swap(&buffer.bytes, &bytes)
      buffer.close()
    }
    do {
      try buffer.encode(value, at: nil)
      if keys.count > known {
        buffer.bytes[start] |= WireFormat.newKeysFlag
        buffer.bytes.appendKeys(keys.names(since: known))
      }
    } catch {
      keys.rollBack(to: known)
      buffer.bytes.removeSubrange(start...)
      throw error
    }
  }
}

/// What all parts of one message share while it is encoded.
final class EncodingMessage {
  /// The names sent so far.
  let keys: EncodingKeyTable
  /// What users' `encode(to:)` finds.
  let userInfo: [CodingUserInfoKey: Any]
  /// How many containers may enclose one another.
  let maximumDepth: Int
  /// The longest container, in bytes, that gets a u32 length.
  let longestShortContainer: Int
  /// The first error of a method that can't throw; thrown by the next that can.
  var failure: EncodingError?
  /// How many values' `encode(to:)` are running, one inside the other.
  var activeCalls: Int {
    get { unsafe storedActiveCalls }
    _modify { yield unsafe &storedActiveCalls }
  }
  // SAFETY (unchecked): used by one call at a time, and no access encloses another.
  @exclusivity(unchecked) private var storedActiveCalls: Int = 0

  /// The state before the first byte.
  init(
    keys: EncodingKeyTable, userInfo: [CodingUserInfoKey: any Sendable], maximumDepth: Int,
    longestShortContainer: Int
  ) {
    self.keys = keys
    self.userInfo = userInfo
    self.maximumDepth = maximumDepth
    self.longestShortContainer = longestShortContainer
  }

  /// How many calls may be running: values that go round in a circle without a container, one
  /// single value inside the other, must end as well.
  var maximumCalls: Int { maximumDepth > Int.max / 2 ? Int.max : maximumDepth * 2 }
}
