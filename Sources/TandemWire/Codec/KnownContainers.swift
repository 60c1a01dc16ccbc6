internal import TandemSystem

// What `TypeShortcut` needs of the standard library's generic types, whatever they are made of. Each is asked
// for by a cast, so a type that doesn't conform takes the long way.

/// An array of anything.
protocol ArrayOfAny {
  /// Whether its elements lie in memory as a run's do.
  static func fits(_ element: RunElement) -> Bool
  /// Lends the elements as bytes.
  func withRawElements<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result
  /// An array of elements that are copied from bytes: whole ones, of a type that `fits`.
  static func copying(_ elements: UnsafeRawBufferPointer) -> Self
}

extension Array: ArrayOfAny {
  static func fits(_ element: RunElement) -> Bool { element.fits(Element.self) }

  func withRawElements<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    // SAFETY: the bytes are lent for the call.
    unsafe withUnsafeBytes { unsafe body($0) }
  }

  static func copying(_ elements: UnsafeRawBufferPointer) -> [Element] {
    let count = elements.count / MemoryLayout<Element>.stride
    return unsafe Array(unsafeUninitializedCapacity: count) { buffer, initialized in
      // SAFETY: the buffer has room for as many whole elements, whose type is plain numbers: every bit
      // pattern is a value.
      let room = UnsafeMutableRawBufferPointer(buffer)
      unsafe LargePages.prefer(room)
      unsafe room.copyMemory(from: elements)
      initialized = count
    }
  }
}

extension ArrayOfAny {
  /// As `copying(_:)`, for a type that the compiler doesn't know to be this one.
  static func copying<Value>(_ elements: UnsafeRawBufferPointer, as type: Value.Type) -> Value? {
    same(unsafe copying(elements), as: type)
  }
}

/// An array whose elements are encoded one after the other.
protocol CodableArray {
  /// Appends the elements to a container that is open.
  func encodeElements(into buffer: EncodingBuffer) throws
  /// Reads the elements of a container.
  static func decodeElements(_ reader: UnkeyedReader, in bytes: Int) throws -> Self
}

extension Array: CodableArray where Element: Codable {
  @_specialize(where Element == String)
  func encodeElements(into buffer: EncodingBuffer) throws {
    // Over memory, because the types are not known here.
    // SAFETY: the elements are read within the call that lends them.
    try unsafe withUnsafeBufferPointer { elements in
      for index in elements.indices {
        try buffer.encode(unsafe elements[index], at: IndexKey(index: index))
      }
    }
  }

  @_specialize(where Element == String)
  static func decodeElements(_ reader: UnkeyedReader, in bytes: Int) throws -> [Element] {
    var reader = reader
    var elements: [Element] = []
    // No more memory than a small multiple of what was sent.
    elements.reserveCapacity(
      Swift.min(reader.count ?? 0, 8 * bytes / Swift.max(1, MemoryLayout<Element>.stride)))
    while !reader.isAtEnd { elements.append(try reader.decode(Element.self)) }
    return elements
  }
}

/// A dictionary whose keys are strings or integers.
protocol KeyedDictionary {
  /// Appends the entries to a container that is open, each with its key in full.
  func encodeEntries(into buffer: EncodingBuffer) throws
  /// Reads the entries of a container.
  static func decodeEntries(
    _ scope: DecodingScope, _ contents: Range<Int>, level: Int, pathLength: Int
  ) throws -> Self
}

/// What a dictionary is keyed by.
protocol EntryKey: Hashable, Sendable {
  /// Appends the key as the name of an entry.
  func append(to bytes: inout [UInt8])
  /// Reads the name of an entry; nil when it can't be such a key.
  static func read(_ name: Range<Int>, in bytes: WireBytes) throws(WireError) -> Self?
  /// The name of an entry as a key.
  init?(name: String)
}

extension String: EntryKey {
  func append(to bytes: inout [UInt8]) { bytes.appendName(self) }
  static func read(_ name: Range<Int>, in bytes: WireBytes) throws(WireError) -> String? {
    try bytes.text(name)
  }
  init?(name: String) { self = name }
}

extension Int: EntryKey {
  func append(to bytes: inout [UInt8]) {
    let start = bytes.count
    // The longest has 20 characters, so its length takes one byte.
    bytes.append(0)
    var rest = magnitude
    repeat {
      bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
      rest /= 10
    } while rest > 0
    if self < 0 { bytes.append(UInt8(ascii: "-")) }
    bytes[(start + 1)...].reverse()
    bytes[start] = UInt8(bytes.count - start - 1)
  }

  static func read(_ name: Range<Int>, in bytes: WireBytes) throws(WireError) -> Int? {
    // What can't overflow; the rest is as text.
    guard name.count < 19, name.count > 0 else { return Int(try bytes.text(name)) }
    var number = 0
    for index in name {
      let digit = bytes.byte(at: index) &- UInt8(ascii: "0")
      guard digit < 10 else { return Int(try bytes.text(name)) }
      number = number * 10 + Int(digit)
    }
    return number
  }

  init?(name: String) { self.init(name) }
}

extension Dictionary: KeyedDictionary where Key: EntryKey, Value: Codable {
  @_specialize(where Key == String, Value == Int)
  @_specialize(where Key == String, Value == Double)
  @_specialize(where Key == String, Value == String)
  @_specialize(where Key == Int, Value == Int)
  @_specialize(where Key == Int, Value == String)
  func encodeEntries(into buffer: EncodingBuffer) throws {
    for (key, value) in self {
      buffer.bytes.append(0)
      key.append(to: &buffer.bytes)
      try buffer.encode(value, at: EntryPathKey(key: key))
    }
  }

  @_specialize(where Key == String, Value == Int)
  @_specialize(where Key == String, Value == Double)
  @_specialize(where Key == String, Value == String)
  @_specialize(where Key == Int, Value == Int)
  @_specialize(where Key == Int, Value == String)
  static func decodeEntries(
    _ scope: DecodingScope, _ contents: Range<Int>, level: Int, pathLength: Int
  ) throws -> [Key: Value] {
    var entries: [Key: Value] = [:]
    // An entry has two bytes at least. No more memory than a small multiple of what was sent.
    entries.reserveCapacity(
      contents.count / (2 + MemoryLayout<Value>.stride + MemoryLayout<Key>.stride))
    var rest = contents
    while true {
      let next: (key: Key?, place: Place)?
      do throws(WireError) {
        next = try scope.message.nextEntry(&rest)
      } catch {
        throw scope.error(.malformed(error), type: Self.self, at: pathLength)
      }
      guard let next else { return entries }
      guard let key = next.key else {
        throw scope.error(.mismatch("a name that is none"), type: Key.self, at: pathLength)
      }
      // The last of several with one key counts.
      entries[key] = try scope.decode(
        Value.self, at: next.place, level: level, key: EntryPathKey(key: key))
    }
  }
}

/// The key of a dictionary's entry, for coding paths.
struct EntryPathKey<Key: EntryKey>: CodingKey {
  /// The key.
  let key: Key
  var stringValue: String { "\(key)" }
  var intValue: Int? { key as? Int }

  init(key: Key) { self.key = key }
  init?(stringValue: String) { nil }
  init?(intValue: Int) { nil }
}

/// An optional of anything.
protocol OptionalOfAny {
  /// How many optionals are around its nil; nil if there is none inside.
  var depthOfNil: Int? { get }
  /// An optional that has a nil so deep inside; nil if its type isn't as deep.
  static func withNil(at depth: Int) -> Self?
}

extension Optional: OptionalOfAny {
  var depthOfNil: Int? {
    switch self {
    case .none: return 0
    case .some(let wrapped):
      // Asked of the type: a cast of the value would look into the optional.
      guard let type = Wrapped.self as? any OptionalOfAny.Type else { return nil }
      return type.depthOfNil(in: wrapped).map { $0 + 1 }
    }
  }

  static func withNil(at depth: Int) -> Self? {
    if depth == 0 { return .some(.none) }
    guard let type = Wrapped.self as? any OptionalOfAny.Type,
      let wrapped = type.withNil(at: depth - 1, as: Wrapped.self)
    else { return Optional<Self>.none }
    return .some(.some(wrapped))
  }
}

extension CodableArray {
  /// As `decodeElements`, for a type that the compiler doesn't know to be this one.
  static func decode<Value>(_ reader: UnkeyedReader, in bytes: Int, as type: Value.Type) throws
    -> Value?
  {
    same(try decodeElements(reader, in: bytes), as: type)
  }
}

extension KeyedDictionary {
  /// As `decodeEntries`, for a type that the compiler doesn't know to be this one.
  static func decode<Value>(
    _ scope: DecodingScope, _ contents: Range<Int>, level: Int, pathLength: Int, as type: Value.Type
  ) throws -> Value? {
    same(try decodeEntries(scope, contents, level: level, pathLength: pathLength), as: type)
  }
}

extension OptionalOfAny {
  /// What a value of this type, which the compiler doesn't know to be one, has as `depthOfNil`.
  static func depthOfNil<Value>(in value: Value) -> Int? {
    guard let value = same(value, as: Self.self) else { return nil }
    return value.depthOfNil
  }

  /// As `withNil(at:)`, for a type that the compiler doesn't know to be this one.
  static func withNil<Value>(at depth: Int, as type: Value.Type) -> Value? {
    guard let value = withNil(at: depth) else { return nil }
    return same(value, as: type)
  }
}

// MARK: Data

/// What is done with the bytes of Foundation's `Data`, by what it has of the standard library's protocols.
enum DataBytes {
  /// Lends the bytes of a value that is a `Data`.
  ///
  /// - Returns: nil when they don't lie together.
  static func with<Value, Result>(
    _ value: Value, _ body: (UnsafeRawBufferPointer) -> Result
  ) -> Result? {
    func lend<Bytes: Sequence>(_ bytes: Bytes) -> Result? {
      guard Bytes.Element.self == UInt8.self else { return nil }
      // SAFETY: the bytes are lent for the call.
      return bytes.withContiguousStorageIfAvailable {
        unsafe body(UnsafeRawBufferPointer($0))
      }
    }
    guard let bytes = value as? any Sequence else { return nil }
    return lend(bytes)
  }

  /// A `Data` with bytes that are copied.
  ///
  /// - Returns: nil when the type is none.
  static func make<Value>(_ type: Value.Type, of bytes: UnsafeRawBufferPointer) -> Value? {
    func make<Bytes: RangeReplaceableCollection>(_: Bytes.Type) -> Value? {
      guard Bytes.Element.self == UInt8.self else { return nil }
      // SAFETY: the elements are bytes, as was just found.
      return same(unsafe Bytes(bytes.assumingMemoryBound(to: Bytes.Element.self)), as: type)
    }
    guard let bytesType = type as? any RangeReplaceableCollection.Type else { return nil }
    return make(bytesType)
  }
}
