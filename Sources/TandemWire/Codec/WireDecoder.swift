/// Turns the bytes of a `WireEncoder` back into values.
///
/// Total: whatever the bytes are, the result is a value or an error. What is allocated is bounded
/// by a small multiple of the bytes that are there, never by a number that they claim.
package struct WireDecoder {
  /// What users' `init(from:)` finds in the decoder's `userInfo`.
  package var userInfo: [CodingUserInfoKey: any Sendable] = [:]

  /// How many containers may enclose one another; bytes nested deeper are an error.
  package var maximumDepth = WireFormat.maximumDepth

  /// A decoder without `userInfo`.
  package init() {}

  /// Decodes a message.
  ///
  /// - Parameters:
  ///   - type: the type of the value.
  ///   - bytes: the message, and nothing else.
  ///   - keys: the table of the names received before, or nil if the message stands alone. It
  ///     takes the message's new names even if the value turns out not to be decodable; after an
  ///     error whose underlying error is a `WireError`, the two sides' tables may differ.
  /// - Returns: the value.
  /// - Throws: `DecodingError`, or what the value's own `init(from:)` throws.
  package func decode<Value: Decodable>(
    _ type: Value.Type, from bytes: [UInt8], keys: DecodingKeyTable? = nil
  ) throws -> Value {
    try decode(type, from: bytes[...], keys: keys)
  }

  /// Decodes a message that is part of an array.
  ///
  /// - Parameters:
  ///   - type: as in the method above.
  ///   - bytes: likewise.
  ///   - keys: likewise.
  /// - Returns: the value.
  /// - Throws: as the method above.
  package func decode<Value: Decodable>(
    _ type: Value.Type, from bytes: ArraySlice<UInt8>, keys: DecodingKeyTable? = nil
  ) throws -> Value {
    let start: Int
    var wire = WireBytes(bytes)
    do throws(WireError) {
      start = try wire.openMessage(keys: keys)
      let end = try wire.end(ofValueAt: start, limit: wire.limit)
      if end != wire.limit { throw WireError.trailingBytes(wire.limit - end) }
    } catch {
      throw DecodingError.dataCorrupted(
        .init(codingPath: [], debugDescription: error.description, underlyingError: error))
    }
    // The commonest messages need none of the objects below.
    let place = Place(offset: start)
    if WireBytes.isKnown(type) {
      // Where it fails, what follows says why, and where.
      do { return try wire.known(type, at: place) } catch {}
    }

    let message = DecodingMessage(
      bytes: wire, userInfo: userInfo, maximumDepth: maximumDepth)
    return try DecodingScope(message: message, path: []).decode(type, at: place, level: 0, key: nil)
  }
}

/// What all parts of one message share while it is decoded.
final class DecodingMessage {
  /// The value, whose extent has been checked.
  let bytes: WireBytes
  /// What users' `init(from:)` finds.
  let userInfo: [CodingUserInfoKey: Any]
  /// How many containers may enclose one another.
  let maximumDepth: Int
  /// The names that were sent in full; their numbers follow those of the message's table.
  private let inline = DecodingKeyTable()
  /// How many values' `init(from:)` are running, one inside the other.
  var activeCalls = 0

  /// The state before the first value.
  init(
    bytes: WireBytes, userInfo: [CodingUserInfoKey: any Sendable], maximumDepth: Int
  ) {
    self.bytes = bytes
    self.userInfo = userInfo
    self.maximumDepth = maximumDepth
  }

  /// How many calls may be running; as on the encoding side.
  var maximumCalls: Int { maximumDepth > Int.max / 4 ? Int.max : maximumDepth * 4 }

  /// The name that has a number.
  func name(_ number: Int) -> String {
    let known = bytes.keys?.count ?? 0
    return number < known ? bytes.keys?.name(number) ?? "" : inline.name(number - known)
  }

  /// One number for all names that are equal as `String`s.
  func equivalent(_ number: Int) -> Int {
    let known = bytes.keys?.count ?? 0
    if number < known { return bytes.keys?.equivalent(number) ?? number }
    return bytes.keys?.number(of: inline.name(number - known))
      ?? inline.equivalent(number - known) + known
  }

  /// The number, as `equivalent` gives it, of a name that some entry so far had.
  func number(of name: String) -> Int? {
    let known = bytes.keys?.count ?? 0
    return bytes.keys?.number(of: name) ?? inline.number(of: name).map { $0 + known }
  }

  /// The number of a name that an entry has in full.
  func number(ofInline name: String) -> Int {
    let known = bytes.keys?.count ?? 0
    if let number = inline.number(of: name),
      inline.name(number).utf8.elementsEqual(name.utf8)
    {
      return number + known
    }
    inline.append(name)
    return inline.count - 1 + known
  }
}
