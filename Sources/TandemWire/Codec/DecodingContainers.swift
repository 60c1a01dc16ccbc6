// The faces that users' `init(from:)` sees.
//
// In the containers that are not generic, `decode<Value>` is the witness of the protocols'
// requirements for `Int`, `String` and so on as well: it is specialised to each.

/// The decoder of one value.
struct ValueDecoder: Decoder {
  /// The scope that the value is in.
  let scope: DecodingScope
  /// Where the value is.
  let place: Place
  /// How many containers enclose it.
  let level: Int
  /// How many keys of the scope's stack lead to it.
  let pathLength: Int

  var codingPath: [any CodingKey] { scope.codingPath(pathLength) }
  var userInfo: [CodingUserInfoKey: Any] { scope.message.userInfo }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    do throws(ReadFailure) {
      let contents = try contents(.keyed, long: .longKeyed)
      do throws(WireError) {
        return try scope.keyedContainer(
          type, contents: contents, level: level + 1, pathLength: pathLength)
      } catch {
        throw .malformed(error)
      }
    } catch {
      throw scope.error(error, type: [String: any Decodable].self, at: pathLength)
    }
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    do throws(ReadFailure) {
      if case .element(let vector) = place.source, vector.lanes > 0 {
        return UnkeyedReader(
          scope: scope, vector: vector, at: place.offset, level: level + 1, pathLength: pathLength)
      }
      let contents = try contents(.unkeyed, long: .longUnkeyed)
      do throws(WireError) {
        return try UnkeyedReader(
          scope: scope, contents: contents, level: level + 1, pathLength: pathLength)
      } catch {
        throw .malformed(error)
      }
    } catch {
      throw scope.error(error, type: [any Decodable].self, at: pathLength)
    }
  }

  func singleValueContainer() -> any SingleValueDecodingContainer {
    SingleValueReader(decoder: self)
  }

  /// The entries or elements of the container that the value must be.
  private func contents(_ tag: Tag, long: Tag) throws(ReadFailure) -> Range<Int> {
    let bytes = scope.message.bytes
    guard place.source == .tagged else { throw bytes.mismatch(place) }
    let first = bytes.byte(at: place.offset)
    guard first == tag.rawValue || first == long.rawValue else { throw bytes.mismatch(place) }
    guard level < scope.message.maximumDepth else {
      throw .malformed(.tooDeep(limit: scope.message.maximumDepth))
    }
    do {
      return try bytes.contents(
        ofContainerAt: place.offset, long: first == long.rawValue, limit: bytes.limit)
    } catch {
      throw .malformed(error)
    }
  }
}

/// A keyed container.
struct KeyedReader<Key: CodingKey>: KeyedDecodingContainerProtocol {
  /// Which key is where.
  ///
  /// All that there is: the standard library copies the reader at each call.
  let index: KeyedIndex

  private var scope: DecodingScope { index.scope }
  private var level: Int { index.level }
  private var pathLength: Int { index.pathLength }
  var codingPath: [any CodingKey] { scope.codingPath(pathLength) }
  var allKeys: [Key] { index.names.compactMap { Key(stringValue: $0) } }

  func contains(_ key: Key) -> Bool { index.place(of: key.stringValue) != nil }

  func decodeNil(forKey key: Key) throws -> Bool {
    scope.message.bytes.isNull(try place(of: key))
  }

  func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
    try scope.decode(type, at: try place(of: key), level: level, key: key)
  }

  /// As the standard library's, but for optionals: a nil that was sent is one inside of what is there.
  func decodeIfPresent<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value? {
    guard let place = index.place(of: key.stringValue) else { return nil }
    if scope.message.bytes.isNull(place), !(type is any OptionalOfAny.Type) { return nil }
    return try scope.decode(type, at: place, level: level, key: key)
  }

  /// Decodes a value of a type that is known here, so that this is specialised to it.
  @inline(__always)
  private func decode<Value: Decodable>(
    known type: Value.Type, at place: Place, _ key: Key
  ) throws -> Value {
    do throws(ReadFailure) {
      if WireBytes.isKnown(type) { return try scope.message.bytes.known(type, at: place) }
      throw scope.message.bytes.mismatch(place)
    } catch {
      throw scope.error(error, type: type, at: pathLength, key: key)
    }
  }

  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type, forKey key: Key
  ) throws -> KeyedDecodingContainer<Nested> {
    try decoder(at: try place(of: key), key: key).container(keyedBy: type)
  }

  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    try decoder(at: try place(of: key), key: key).unkeyedContainer()
  }

  /// As in JSON, a missing superclass reads as nil.
  func superDecoder() throws -> any Decoder {
    let key = SuperKey()
    return decoder(at: index.place(of: key.stringValue) ?? .missing, key: key)
  }

  func superDecoder(forKey key: Key) throws -> any Decoder {
    decoder(at: index.place(of: key.stringValue) ?? .missing, key: key)
  }

  private func place(of key: Key) throws -> Place {
    guard let place = index.place(of: key.stringValue) else {
      throw DecodingError.keyNotFound(
        key,
        .init(
          codingPath: codingPath,
          debugDescription: "No value for the key \"\(key.stringValue)\"."))
    }
    return place
  }

  private func decoder(at place: Place, key: any CodingKey) -> ValueDecoder {
    let scope = scope.part(behind: key, at: pathLength)
    return ValueDecoder(scope: scope, place: place, level: level, pathLength: 0)
  }
}

// One method a primitive type, for the reason that `KeyedWriter` has as many.
extension KeyedReader {
  func decodeIfPresent(_ type: Bool.Type, forKey key: Key) throws -> Bool? {
    try known(type, key)
  }
  func decodeIfPresent(_ type: String.Type, forKey key: Key) throws -> String? {
    try known(type, key)
  }
  func decodeIfPresent(_ type: Double.Type, forKey key: Key) throws -> Double? {
    try known(type, key)
  }
  func decodeIfPresent(_ type: Float.Type, forKey key: Key) throws -> Float? {
    try known(type, key)
  }
  func decodeIfPresent(_ type: Int.Type, forKey key: Key) throws -> Int? {
    try known(type, key)
  }

  /// Decodes a value of a type that is known here, if it is there and not nil.
  @inline(__always)
  private func known<Value: Decodable>(_ type: Value.Type, _ key: Key) throws -> Value? {
    guard let place = index.place(of: key.stringValue), !scope.message.bytes.isNull(place) else {
      return nil
    }
    return try decode(known: type, at: place, key)
  }

  func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool {
    try decode(known: type, at: try place(of: key), key)
  }
  func decode(_ type: String.Type, forKey key: Key) throws -> String {
    try decode(known: type, at: try place(of: key), key)
  }
  func decode(_ type: Double.Type, forKey key: Key) throws -> Double {
    try decode(known: type, at: try place(of: key), key)
  }
  func decode(_ type: Float.Type, forKey key: Key) throws -> Float {
    try decode(known: type, at: try place(of: key), key)
  }
  func decode(_ type: Int.Type, forKey key: Key) throws -> Int {
    try decode(known: type, at: try place(of: key), key)
  }
  func decode(_ type: Int8.Type, forKey key: Key) throws -> Int8 {
    try decode(known: type, at: try place(of: key), key)
  }
  func decode(_ type: Int16.Type, forKey key: Key) throws -> Int16 {
    try decode(known: type, at: try place(of: key), key)
  }
  func decode(_ type: Int32.Type, forKey key: Key) throws -> Int32 {
    try decode(known: type, at: try place(of: key), key)
  }
  func decode(_ type: Int64.Type, forKey key: Key) throws -> Int64 {
    try decode(known: type, at: try place(of: key), key)
  }
  func decode(_ type: Int128.Type, forKey key: Key) throws -> Int128 {
    try decode(known: type, at: try place(of: key), key)
  }
  func decode(_ type: UInt.Type, forKey key: Key) throws -> UInt {
    try decode(known: type, at: try place(of: key), key)
  }
  func decode(_ type: UInt8.Type, forKey key: Key) throws -> UInt8 {
    try decode(known: type, at: try place(of: key), key)
  }
  func decode(_ type: UInt16.Type, forKey key: Key) throws -> UInt16 {
    try decode(known: type, at: try place(of: key), key)
  }
  func decode(_ type: UInt32.Type, forKey key: Key) throws -> UInt32 {
    try decode(known: type, at: try place(of: key), key)
  }
  func decode(_ type: UInt64.Type, forKey key: Key) throws -> UInt64 {
    try decode(known: type, at: try place(of: key), key)
  }
  func decode(_ type: UInt128.Type, forKey key: Key) throws -> UInt128 {
    try decode(known: type, at: try place(of: key), key)
  }
}

/// An unkeyed container.
struct UnkeyedReader: UnkeyedDecodingContainer {
  private let scope: DecodingScope
  private let end: Int
  private let level: Int
  private let pathLength: Int
  private let elementCount: Int
  private var offset: Int
  /// The run that the next element is in; it begins with that element.
  private var run: Run?

  /// How many elements have been decoded.
  private(set) var currentIndex = 0

  /// Counts the elements, which checks their extents.
  ///
  /// - Parameters:
  ///   - scope: the scope of the value that it is the container of.
  ///   - contents: where the elements are.
  ///   - level: how many containers enclose them.
  ///   - pathLength: how many keys of the scope's stack lead to the container.
  /// - Throws: what is wrong with the bytes.
  init(
    scope: DecodingScope, contents: Range<Int>, level: Int, pathLength: Int
  ) throws(WireError) {
    self.scope = scope
    self.level = level
    self.pathLength = pathLength
    end = contents.upperBound
    offset = contents.lowerBound
    let bytes = scope.message.bytes
    var index = offset
    var count = 0
    while index < end {
      if bytes.isRun(at: index) {
        let run = try bytes.run(at: index, limit: end)
        count += run.count
        index = run.end
      } else {
        count += 1
        index = try bytes.end(ofValueAt: index, limit: end)
      }
    }
    elementCount = count
  }

  /// Reads the numbers of a vector.
  init(scope: DecodingScope, vector: RunElement, at start: Int, level: Int, pathLength: Int) {
    self.scope = scope
    self.level = level
    self.pathLength = pathLength
    offset = start
    end = start + vector.width
    elementCount = vector.lanes
    run = Run(element: RunElement(kind: vector.kind), count: vector.lanes, start: start)
  }

  var codingPath: [any CodingKey] { scope.codingPath(pathLength) }
  var count: Int? { elementCount }
  var isAtEnd: Bool { currentIndex >= elementCount }

  mutating func decodeNil() throws -> Bool {
    let place = try next(Never?.self)
    guard scope.message.bytes.isNull(place) else { return false }
    try advance()
    return true
  }

  mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    let place = try next(type)
    let value = try scope.decode(
      type, at: place, level: level, key: IndexKey(index: currentIndex))
    try advance()
    return value
  }

  mutating func decode(_ type: Int128.Type) throws -> Int128 {
    let place = try next(type)
    let value = try scope.decode(
      type, at: place, level: level, key: IndexKey(index: currentIndex))
    try advance()
    return value
  }

  mutating func decode(_ type: UInt128.Type) throws -> UInt128 {
    let place = try next(type)
    let value = try scope.decode(
      type, at: place, level: level, key: IndexKey(index: currentIndex))
    try advance()
    return value
  }

  mutating func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type
  ) throws -> KeyedDecodingContainer<Nested> {
    let container = try decoder(at: try next([String: any Decodable].self)).container(keyedBy: type)
    try advance()
    return container
  }

  mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
    let container = try decoder(at: try next([any Decodable].self)).unkeyedContainer()
    try advance()
    return container
  }

  mutating func superDecoder() throws -> any Decoder {
    let decoder = decoder(at: try next((any Decoder).self))
    try advance()
    return decoder
  }

  /// Where the next element is; it stays the next until `advance`, so that a user may try another
  /// type after an error.
  private mutating func next(_ type: any Any.Type) throws -> Place {
    guard !isAtEnd else {
      throw DecodingError.valueNotFound(
        type,
        .init(
          codingPath: codingPath + [IndexKey(index: currentIndex)],
          debugDescription: "The unkeyed container has no more than \(elementCount) elements."))
    }
    let bytes = scope.message.bytes
    if run == nil, bytes.isRun(at: offset) {
      do {
        run = try bytes.run(at: offset, limit: end)
      } catch {
        throw scope.error(.malformed(error), type: type, at: pathLength)
      }
    }
    if let run { return Place(offset: run.start, source: .element(run.element)) }
    return Place(offset: offset)
  }

  /// Goes on to the element after the next.
  private mutating func advance() throws {
    currentIndex += 1
    if var rest = run {
      rest.start += rest.element.width
      rest.count -= 1
      offset = rest.start
      run = rest.count > 0 ? rest : nil
      return
    }
    do {
      offset = try scope.message.bytes.end(ofValueAt: offset, limit: end)
    } catch {
      throw scope.error(.malformed(error), type: Never.self, at: pathLength)
    }
  }

  private func decoder(at place: Place) -> ValueDecoder {
    let scope = scope.part(behind: IndexKey(index: currentIndex), at: pathLength)
    return ValueDecoder(scope: scope, place: place, level: level, pathLength: 0)
  }
}

/// A value that is one other value.
struct SingleValueReader: SingleValueDecodingContainer {
  /// The decoder of the value.
  let decoder: ValueDecoder

  var codingPath: [any CodingKey] { decoder.codingPath }

  func decodeNil() -> Bool { decoder.scope.message.bytes.isNull(decoder.place) }

  func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    try decoder.scope.decode(type, at: decoder.place, level: decoder.level, key: nil)
  }

  func decode(_ type: Int128.Type) throws -> Int128 {
    try decoder.scope.decode(type, at: decoder.place, level: decoder.level, key: nil)
  }

  func decode(_ type: UInt128.Type) throws -> UInt128 {
    try decoder.scope.decode(type, at: decoder.place, level: decoder.level, key: nil)
  }
}
