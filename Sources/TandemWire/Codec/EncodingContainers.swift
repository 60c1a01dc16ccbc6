// The faces that users' `encode(to:)` sees. Each is a reference to a buffer and the number of an
// open value in it, small enough to lie inside `any Encoder` without an allocation.
//
// In the containers that are not generic, `encode<Value>` is the witness of the protocols'
// requirements for `Int`, `String` and so on as well: it is specialised to each.

/// The encoder of one value.
struct ValueEncoder: Encoder {
  /// Where the value goes.
  let buffer: EncodingBuffer
  /// Which of the buffer's open values it is.
  let index: Int

  var codingPath: [any CodingKey] { buffer.codingPath(at: index) }
  var userInfo: [CodingUserInfoKey: Any] { buffer.message.userInfo }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    buffer.keyedContainer(type, at: index)
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    UnkeyedWriter(buffer: buffer, index: buffer.openContainer(.unkeyed, at: index))
  }

  func singleValueContainer() -> any SingleValueEncodingContainer {
    SingleValueWriter(buffer: buffer, index: buffer.openSingle(at: index))
  }
}

/// A keyed container of a value.
struct KeyedWriter<Key: CodingKey>: KeyedEncodingContainerProtocol {
  /// Where the entries go.
  let buffer: EncodingBuffer
  /// Which of the buffer's open values the container belongs to.
  let index: Int

  var codingPath: [any CodingKey] { buffer.codingPath(at: index) }

  mutating func encodeNil(forKey key: Key) throws {
    try buffer.check(index)
    buffer.appendKey(key.stringValue)
    buffer.bytes.append(Tag.null.rawValue)
  }

  mutating func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
    try buffer.check(index)
    let start = buffer.bytes.count
    buffer.appendKey(key.stringValue)
    do {
      try buffer.encode(value, at: key)
    } catch {
      buffer.rollBack(to: start)
      throw error
    }
  }

  /// Encodes a value of a type that is known here, so that this is specialised to it.
  @inline(__always)
  private func encode<Value>(known value: Value, name: String) throws {
    try buffer.check(index)
    buffer.appendKey(name)
    _ = buffer.bytes.appendKnown(value)
  }

  mutating func nestedContainer<Nested: CodingKey>(
    keyedBy keyType: Nested.Type, forKey key: Key
  ) -> KeyedEncodingContainer<Nested> {
    let child = buffer.child(at: key, name: key.stringValue, in: index, as: .keyed)
    return KeyedEncodingContainer(KeyedWriter<Nested>(buffer: child, index: 0))
  }

  mutating func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
    let child = buffer.child(at: key, name: key.stringValue, in: index, as: .unkeyed)
    return UnkeyedWriter(buffer: child, index: 0)
  }

  mutating func superEncoder() -> any Encoder { superEncoder(for: SuperKey()) }

  mutating func superEncoder(forKey key: Key) -> any Encoder { superEncoder(for: key) }

  private func superEncoder(for key: some CodingKey) -> any Encoder {
    ValueEncoder(
      buffer: buffer.child(at: key, name: key.stringValue, in: index, as: nil), index: 0)
  }
}

// One method a primitive type: the witness of a generic type's generic method would find out at run
// time, for each value, what type it has.
extension KeyedWriter {
  mutating func encode(_ value: Bool, forKey key: Key) throws {
    try encode(known: value, name: key.stringValue)
  }
  mutating func encode(_ value: String, forKey key: Key) throws {
    try encode(known: value, name: key.stringValue)
  }
  mutating func encode(_ value: Double, forKey key: Key) throws {
    try encode(known: value, name: key.stringValue)
  }
  mutating func encode(_ value: Float, forKey key: Key) throws {
    try encode(known: value, name: key.stringValue)
  }
  mutating func encode(_ value: Int, forKey key: Key) throws {
    try encode(known: value, name: key.stringValue)
  }
  mutating func encode(_ value: Int8, forKey key: Key) throws {
    try encode(known: value, name: key.stringValue)
  }
  mutating func encode(_ value: Int16, forKey key: Key) throws {
    try encode(known: value, name: key.stringValue)
  }
  mutating func encode(_ value: Int32, forKey key: Key) throws {
    try encode(known: value, name: key.stringValue)
  }
  mutating func encode(_ value: Int64, forKey key: Key) throws {
    try encode(known: value, name: key.stringValue)
  }
  mutating func encode(_ value: Int128, forKey key: Key) throws {
    try encode(known: value, name: key.stringValue)
  }
  mutating func encode(_ value: UInt, forKey key: Key) throws {
    try encode(known: value, name: key.stringValue)
  }
  mutating func encode(_ value: UInt8, forKey key: Key) throws {
    try encode(known: value, name: key.stringValue)
  }
  mutating func encode(_ value: UInt16, forKey key: Key) throws {
    try encode(known: value, name: key.stringValue)
  }
  mutating func encode(_ value: UInt32, forKey key: Key) throws {
    try encode(known: value, name: key.stringValue)
  }
  mutating func encode(_ value: UInt64, forKey key: Key) throws {
    try encode(known: value, name: key.stringValue)
  }
  mutating func encode(_ value: UInt128, forKey key: Key) throws {
    try encode(known: value, name: key.stringValue)
  }
}

/// An unkeyed container of a value.
struct UnkeyedWriter: UnkeyedEncodingContainer {
  /// Where the elements go.
  let buffer: EncodingBuffer
  /// Which of the buffer's open values the container belongs to.
  let index: Int

  var codingPath: [any CodingKey] { buffer.codingPath(at: index) }
  var count: Int { buffer.count(at: index) }

  mutating func encodeNil() throws {
    try buffer.check(index)
    buffer.bytes.append(Tag.null.rawValue)
    buffer.addToCount(1, at: index)
  }

  mutating func encode<Value: Encodable>(_ value: Value) throws {
    try buffer.check(index)
    try buffer.encode(value, at: IndexKey(index: count))
    buffer.addToCount(1, at: index)
  }

  mutating func encode(_ value: Int128) throws {
    try buffer.check(index)
    buffer.bytes.appendInteger(value)
    buffer.addToCount(1, at: index)
  }

  mutating func encode(_ value: UInt128) throws {
    try buffer.check(index)
    buffer.bytes.appendInteger(value)
    buffer.addToCount(1, at: index)
  }

  /// Foundation's `Data` encodes itself with this call.
  mutating func encode<Bytes: Sequence>(contentsOf sequence: Bytes) throws
  where Bytes.Element == UInt8 {
    try buffer.check(index)
    // SAFETY: the run is written within the call that lends the bytes.
    let copied = sequence.withContiguousStorageIfAvailable { bytes in
      unsafe buffer.bytes.appendRun(bytes)
      return bytes.count
    }
    if let copied {
      buffer.addToCount(copied, at: index)
    } else {
      for byte in sequence { try encode(byte) }
    }
  }

  mutating func nestedContainer<Nested: CodingKey>(
    keyedBy keyType: Nested.Type
  ) -> KeyedEncodingContainer<Nested> {
    KeyedEncodingContainer(KeyedWriter<Nested>(buffer: child(as: .keyed), index: 0))
  }

  mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
    UnkeyedWriter(buffer: child(as: .unkeyed), index: 0)
  }

  mutating func superEncoder() -> any Encoder { ValueEncoder(buffer: child(as: nil), index: 0) }

  private func child(as tag: Tag?) -> EncodingBuffer {
    buffer.child(at: IndexKey(index: count), name: nil, in: index, as: tag)
  }
}

/// A value that is one other value.
struct SingleValueWriter: SingleValueEncodingContainer {
  /// Where the value goes.
  let buffer: EncodingBuffer
  /// Which of the buffer's open values it is.
  let index: Int

  var codingPath: [any CodingKey] { buffer.codingPath(at: index) }

  mutating func encodeNil() throws {
    try buffer.checkSingle(index)
    buffer.bytes.append(Tag.null.rawValue)
    buffer.finishSingle(index)
  }

  mutating func encode<Value: Encodable>(_ value: Value) throws {
    try buffer.checkSingle(index)
    try buffer.encode(value, at: nil)
    buffer.finishSingle(index)
  }

  mutating func encode(_ value: Int128) throws {
    try buffer.checkSingle(index)
    buffer.bytes.appendInteger(value)
    buffer.finishSingle(index)
  }

  mutating func encode(_ value: UInt128) throws {
    try buffer.checkSingle(index)
    buffer.bytes.appendInteger(value)
    buffer.finishSingle(index)
  }
}
