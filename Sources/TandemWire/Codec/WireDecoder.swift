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
    // SAFETY: the elements of an array lie in an object of their own, where nothing moves or changes them
    // while somebody has the array: the message below does, as long as anything refers to it.
    try withExtendedLifetime(bytes) {
      try unsafe decode(type, from: bytes.withUnsafeBytes { unsafe $0 }, of: bytes, keys: keys)
    }
  }

  /// Decodes a message that lies in memory.
  ///
  /// - Parameters:
  ///   - type: as in the methods above.
  ///   - bytes: likewise; they must not change.
  ///   - owner: keeps the bytes where they are, as long as there is a reference to it.
  ///   - keys: as in the methods above.
  /// - Returns: the value.
  /// - Throws: as the methods above.
  @unsafe package func decode<Value: Decodable>(
    _ type: Value.Type, from bytes: UnsafeRawBufferPointer, of owner: Any,
    keys: DecodingKeyTable? = nil
  ) throws -> Value {
    let (start, names): (Int, DecodingKeyTable?)
    var wire = unsafe WireBytes(bytes)
    do throws(WireError) {
      (start, names) = try wire.openMessage(keys: keys)
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
      bytes: wire, of: owner, keys: names, userInfo: userInfo, maximumDepth: maximumDepth)
    let scope = DecodingScope(message: message, base: nil)
    defer { scope.close() }
    return try scope.decode(type, at: place, level: 0, key: nil)
  }
}

/// What all parts of one message share while it is decoded.
final class DecodingMessage {
  /// The value, whose extent has been checked.
  let bytes: WireBytes
  /// Keeps the bytes where they are.
  private let owner: Any
  /// The names that entries may refer to; nil if there are none.
  let keys: DecodingKeyTable?
  /// What users' `init(from:)` finds.
  let userInfo: [CodingUserInfoKey: Any]
  /// How many containers may enclose one another.
  let maximumDepth: Int
  /// The names that were sent in full; their numbers follow those of the message's table.
  private lazy var inline = DecodingKeyTable()
  /// How many values' `init(from:)` are running, one inside the other.
  var activeCalls: Int {
    get { unsafe storedActiveCalls }
    _modify { yield unsafe &storedActiveCalls }
  }
  // SAFETY (unchecked): used by one call at a time, and no access encloses another.
  @exclusivity(unchecked) private var storedActiveCalls: Int = 0

  /// The state before the first value.
  init(
    bytes: WireBytes, of owner: Any, keys: DecodingKeyTable?,
    userInfo: [CodingUserInfoKey: any Sendable], maximumDepth: Int
  ) {
    self.bytes = bytes
    self.owner = owner
    self.keys = keys
    self.userInfo = userInfo
    self.maximumDepth = maximumDepth
  }

  /// How many calls may be running; as on the encoding side.
  var maximumCalls: Int { maximumDepth > Int.max / 2 ? Int.max : maximumDepth * 2 }

  /// The name that has a number.
  func name(_ number: Int) -> String {
    let known = keys?.count ?? 0
    return number < known ? keys?.name(number) ?? "" : inline.name(number - known)
  }

  /// Whether the name that has a number is equal to another.
  func isName(_ number: Int, _ name: String) -> Bool {
    guard let keys, number < keys.count else { return self.name(number) == name }
    return keys.isName(number, name)
  }

  /// One number for all names that are equal as `String`s.
  func equivalent(_ number: Int) -> Int {
    let known = keys?.count ?? 0
    if number < known { return keys?.equivalent(number) ?? number }
    return keys?.number(of: inline.name(number - known))
      ?? inline.equivalent(number - known) + known
  }

  /// The number, as `equivalent` gives it, of a name that some entry so far had.
  func number(of name: String) -> Int? {
    let known = keys?.count ?? 0
    return keys?.number(of: name) ?? inline.number(of: name).map { $0 + known }
  }

  /// Takes the first entry off the entries of a keyed container.
  ///
  /// - Parameter entries: where the entries are; gets the rest.
  /// - Returns: its key, nil if the name can't be one, and where its value is; nil when there is none left.
  /// - Throws: what is wrong with the bytes.
  @inline(__always)
  func nextEntry<Key: EntryKey>(
    _ entries: inout Range<Int>
  ) throws(WireError) -> (key: Key?, place: Place)? {
    guard !entries.isEmpty else { return nil }
    let start = entries.lowerBound
    let limit = entries.upperBound
    var index = start
    let reference = try bytes.varint(UInt64.self, at: &index, limit: limit)
    let key: Key?
    if reference == 0 {
      let count = try bytes.count(at: &index, limit: limit)
      key = try Key.read(index..<(index + count), in: bytes)
      index += count
    } else {
      guard let keys, reference <= UInt64(keys.count) else {
        throw .unknownKey(reference, offset: start)
      }
      key = Key(name: keys.name(Int(reference) - 1))
    }
    entries = try bytes.end(ofValueAt: index, limit: limit)..<limit
    return (key, Place(offset: index))
  }

  /// The number of a name that an entry has in full.
  func number(ofInline name: String) -> Int {
    let known = keys?.count ?? 0
    if let number = inline.number(of: name),
      inline.name(number).utf8.elementsEqual(name.utf8)
    {
      return number + known
    }
    inline.append(name)
    return inline.count - 1 + known
  }
}
