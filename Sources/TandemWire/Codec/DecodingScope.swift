/// The part of a message in which coding paths grow and shrink by one stack.
///
/// Values that are decoded one inside the other share a scope. What `nestedContainer` and
/// `superDecoder` give may be used in turns with the container that it is in, so it gets a scope of
/// its own, with its own stack.
final class DecodingScope {
  /// What the scopes of one message share.
  let message: DecodingMessage
  private let base: PathNode?
  private var path: [any CodingKey] {
    get { unsafe storedPath }
    _modify { yield unsafe &storedPath }
  }
  // SAFETY (unchecked): used by one call at a time, and no access encloses another.
  @exclusivity(unchecked) private var storedPath: [any CodingKey] = []

  /// The keyed containers that were made last, to be used again: most values are one of many alike.
  private var made: [Made] {
    get { unsafe storedMade }
    _modify { yield unsafe &storedMade }
  }
  // SAFETY (unchecked): used by one call at a time, and no access encloses another.
  @exclusivity(unchecked) private var storedMade: [Made] = []

  /// A keyed container that nobody may have any more.
  private struct Made {
    let key: ObjectIdentifier
    let level: Int
    let pathLength: Int
    let index: KeyedIndex
    var container: AnyObject
  }

  /// How many containers are kept.
  private static let mostMade = 8

  /// A scope that begins behind some keys.
  init(message: DecodingMessage, base: PathNode?) {
    self.message = message
    self.base = base
  }

  /// A scope of its own for what a key leads to.
  ///
  /// - Parameters:
  ///   - key: the key.
  ///   - length: how many keys of the stack lead to the value around it.
  /// - Returns: the scope.
  func part(behind key: any CodingKey, at length: Int) -> DecodingScope {
    DecodingScope(
      message: message,
      base: PathNode(key, after: PathNode.node(path.prefix(length), after: base)))
  }

  /// Gives up what refers to the scope.
  func close() { made = [] }

  /// A keyed container, which may be one that served a value before.
  ///
  /// - Parameters:
  ///   - type: the type of its keys.
  ///   - contents: where its entries are.
  ///   - level: how many containers enclose the entries.
  ///   - pathLength: how many keys of the stack lead to it.
  /// - Returns: the container.
  /// - Throws: what is wrong with the bytes.
  func keyedContainer<Key: CodingKey>(
    _ type: Key.Type, contents: Range<Int>, level: Int, pathLength: Int
  ) throws(WireError) -> KeyedDecodingContainer<Key> {
    let key = ObjectIdentifier(type)
    let known = made.firstIndex {
      $0.key == key && $0.level == level && $0.pathLength == pathLength
    }
    // Who kept the container, or asked for two of a value, has this one for itself.
    if let known, isKnownUniquelyReferenced(&made[known].container) {
      try made[known].index.read(contents)
      // SAFETY: the object was such a container, which is one reference, when it was kept.
      return unsafe unsafeBitCast(made[known].container, to: KeyedDecodingContainer<Key>.self)
    }
    let index = KeyedIndex(scope: self, level: level, pathLength: pathLength)
    try index.read(contents)
    let container = KeyedDecodingContainer(KeyedReader<Key>(index: index))
    // What `nestedContainer` gives has a scope of its own, which serves one value.
    guard base == nil,
      MemoryLayout<KeyedDecodingContainer<Key>>.size == MemoryLayout<AnyObject>.size
    else { return container }
    // SAFETY: the container is one reference, to an object.
    let object = unsafe unsafeBitCast(container, to: AnyObject.self)
    let new = Made(
      key: key, level: level, pathLength: pathLength, index: index, container: object)
    if let known {
      made[known] = new
    } else if made.count < Self.mostMade {
      made.append(new)
    }
    return container
  }

  /// Decodes a value.
  ///
  /// - Parameters:
  ///   - type: its type.
  ///   - place: where it is.
  ///   - level: how many containers enclose it.
  ///   - key: what leads to it from the value around it; nil for the same place.
  /// - Returns: the value.
  /// - Throws: `DecodingError`, or what the value's `init(from:)` throws.
  @inline(__always)
  func decode<Value: Decodable>(
    _ type: Value.Type, at place: Place, level: Int, key: (any CodingKey)?
  ) throws -> Value {
    do throws(ReadFailure) {
      if WireBytes.isKnown(type) { return try message.bytes.known(type, at: place) }
    } catch {
      throw self.error(error, type: type, at: path.count, key: key)
    }
    return try decodeOther(type, at: place, level: level, key: key)
  }

  /// Decodes a value of a type that is not primitive.
  private func decodeOther<Value: Decodable>(
    _ type: Value.Type, at place: Place, level: Int, key: (any CodingKey)?
  ) throws -> Value {
    let shortcut = TypeShortcut.of(type)
    // Only where it is of use: an optional of a type that is not known here costs more than most values.
    if shortcut.way != .none, level < message.maximumDepth,
      let value = message.bytes.whole(type, shortcut, at: place)
    {
      return value
    }
    let pathLength = path.count
    if let key { path.append(key) }
    message.activeCalls += 1
    defer {
      message.activeCalls -= 1
      path.removeLast(path.count - pathLength)
    }
    guard message.activeCalls <= message.maximumCalls else {
      throw error(.malformed(.tooDeep(limit: message.maximumDepth)), type: type, at: path.count)
    }
    if message.activeCalls % NestedCalls.step == 0 {
      return try NestedCalls.withRoom { try call(type, shortcut, at: place, level: level) }
    }
    return try call(type, shortcut, at: place, level: level)
  }

  /// Has a value decoded.
  @inline(__always)
  private func call<Value: Decodable>(
    _ type: Value.Type, _ shortcut: TypeShortcut, at place: Place, level: Int
  ) throws -> Value {
    if shortcut.way != .none, level < message.maximumDepth,
      let value = try parts(of: type, shortcut, at: place, level: level)
    {
      return value
    }
    return try Value(
      from: ValueDecoder(scope: self, place: place, level: level, pathLength: path.count))
  }

  /// Decodes a value whose shortcut leads through its parts; gives nil for any other.
  private func parts<Value>(
    of type: Value.Type, _ shortcut: TypeShortcut, at place: Place, level: Int
  ) throws -> Value? {
    switch shortcut.way {
    case .array:
      guard let contents = message.bytes.contents(ofArrayAt: place),
        let array = type as? any CodableArray.Type
      else { return nil }
      let reader: UnkeyedReader
      do throws(WireError) {
        reader = try UnkeyedReader(
          scope: self, contents: contents, level: level + 1, pathLength: path.count)
      } catch {
        throw self.error(.malformed(error), type: type, at: path.count)
      }
      return try array.decode(reader, in: contents.count, as: type)
    case .dictionary:
      guard let contents = message.bytes.contents(ofDictionaryAt: place),
        let dictionary = type as? any KeyedDictionary.Type
      else { return nil }
      return try dictionary.decode(
        self, contents, level: level + 1, pathLength: path.count, as: type)
    case .none, .plain, .data, .run, .nestedOptional: return nil
    }
  }

  /// The keys that lead to a value, `length` of them on this scope's own stack.
  func codingPath(_ length: Int) -> [any CodingKey] { PathNode.keys(base) + path.prefix(length) }

  /// The error that a user sees.
  ///
  /// - Parameters:
  ///   - failure: what went wrong.
  ///   - type: the type that was expected.
  ///   - length: how many keys of the stack lead to the value around the one that can't be read.
  ///   - key: what leads on from there.
  /// - Returns: the error.
  func error(
    _ failure: ReadFailure, type: any Any.Type, at length: Int, key: (any CodingKey)? = nil
  ) -> DecodingError {
    var path = codingPath(length)
    if let key { path.append(key) }
    switch failure {
    case .malformed(let error):
      // Of what has no end, the beginning says enough.
      if case .tooDeep = error { path.removeLast(max(0, path.count - 16)) }
      return .dataCorrupted(
        .init(codingPath: path, debugDescription: error.description, underlyingError: error))
    case .mismatch(let found):
      return .typeMismatch(
        type,
        .init(codingPath: path, debugDescription: "Expected \(type) but found \(found)."))
    case .null:
      return .valueNotFound(
        type, .init(codingPath: path, debugDescription: "Expected \(type) but found nil."))
    case .unfit(let number):
      return .dataCorrupted(
        .init(codingPath: path, debugDescription: "The number \(number) does not fit in \(type)."))
    }
  }
}
