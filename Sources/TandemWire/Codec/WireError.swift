/// What is wrong with the bytes of an encoded value, or with a value that was to be encoded.
///
/// Users' own `init(from:)` and `encode(to:)` never see it bare: it is the underlying error of a
/// `DecodingError.dataCorrupted` or of an `EncodingError.invalidValue`. Offsets count bytes from
/// the beginning of the message.
package enum WireError: Error, Hashable, Sendable {
  /// The first byte names another version of the format, or a flag that this one does not have.
  case unsupportedFormat(UInt8)
  /// The bytes end, or their container ends, inside the value at `offset`.
  case truncated(offset: Int)
  /// No value begins with this byte.
  case unknownTag(UInt8, offset: Int)
  /// A run's elements are of no known type, or it has none, or it stands outside a container.
  case invalidRun(offset: Int)
  /// A varint has more bits than its place allows.
  case integerTooLong(offset: Int)
  /// A string is not UTF-8.
  case invalidUTF8(offset: Int)
  /// An entry names a key that the table does not have.
  case unknownKey(UInt64, offset: Int)
  /// The message adds more, or longer, names than a key table takes.
  case keyTableOverflow
  /// As many bytes follow the value.
  case trailingBytes(Int)
  /// More containers enclose one another than `limit`, or calls without a container do.
  case tooDeep(limit: Int)
  /// A container was used after its value was done, or while a value inside it was encoded.
  case usedOutOfTurn
  /// One value asked for containers of two kinds, or encoded two single values.
  case conflictingContainers
}

extension WireError: CustomStringConvertible {
  /// One sentence without a full stop.
  package var description: String {
    switch self {
    case .unsupportedFormat(let byte): "the first byte, \(byte), is of no known format version"
    case .truncated(let offset): "the value at byte \(offset) is cut off"
    case .unknownTag(let tag, let offset): "no value begins with \(tag), found at byte \(offset)"
    case .invalidRun(let offset): "the run at byte \(offset) is not valid"
    case .integerTooLong(let offset): "the integer at byte \(offset) is too long"
    case .invalidUTF8(let offset): "the string at byte \(offset) is not UTF-8"
    case .unknownKey(let number, let offset):
      "key number \(number), found at byte \(offset), was never sent"
    case .keyTableOverflow: "there are too many new keys, or one is too long"
    case .trailingBytes(let count): "\(count) bytes follow the value"
    case .tooDeep(let limit): "values are nested more than \(limit) deep"
    case .usedOutOfTurn:
      "a container was used after its value was done, or while a value inside it was encoded"
    case .conflictingContainers:
      "a value asked for containers of two kinds, or encoded two single values"
    }
  }
}

/// The key of an element of an unkeyed container, for coding paths.
struct IndexKey: CodingKey {
  /// The position of the element, from 0.
  let index: Int

  var stringValue: String { "Index \(index)" }
  var intValue: Int? { index }

  init(index: Int) { self.index = index }
  init?(stringValue: String) { nil }
  init?(intValue: Int) { index = intValue }
}

/// The key of `superEncoder()` and `superDecoder()`.
struct SuperKey: CodingKey {
  var stringValue: String { "super" }
  var intValue: Int? { nil }

  init() {}
  init?(stringValue: String) { nil }
  init?(intValue: Int) { nil }
}
