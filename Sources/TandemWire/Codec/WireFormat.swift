// The format of an encoded value
// ==============================
//
// A *message* is one encoded value:
//
//     message  = head value [ keys length ]
//     head     = one byte: the format version in the upper four bits, flags in the lower four.
//                Flag 1: new keys follow the value. The other flags are zero.
//     keys     = count name…           the names that this message adds to the key table
//     length   = the bytes of `keys`, u32 little-endian: the last four bytes of the message
//     name     = count, then as many bytes of UTF-8
//     count    = varint: seven bits a byte, lowest first, the top bit set on all but the last byte
//
// Every *value* begins with a tag, so that a decoder can check what it was promised, skip what it
// was not asked for, and read the keys of a container in any order:
//
//     00                     nil
//     01, 02                 false, true
//     03 varint              an integer n >= 0, up to 128 bits
//     04 varint              an integer n < 0, as -1 - n
//     05, 06                 a Float, a Double: the bit pattern, little-endian
//     07 count bytes         a string, UTF-8
//     08 u32 entry…          a keyed container; the u32 counts the bytes of the entries
//     09 u32 element…        an unkeyed container, likewise
//     0A u64, 0B u64         the same two, longer than a u32 can say
//     0C kind count raw      a run: only as an element of an unkeyed container, where it stands for
//                            `count` (not 0) elements, stored raw and little-endian
//     0D kind lanes count raw
//                            a run of vectors, each of which reads as an unkeyed container of `lanes`
//                            numbers; a vector of three has room for four
//     0E depth               a nil inside of so many optionals
//     0F raw                 sixteen bytes that read as the text of a UUID
//     80…FF                  the integers 0…127
//
//     entry    = key value
//     key      = varint: 0 = a name follows; n = name number n - 1 of the key table
//
// Containers begin with their length rather than end with a mark: a value is skipped in constant
// time, so opening a container costs only its own entries, however deep the value is. The length
// has a fixed width, so it is filled in afterwards without moving what was written.
//
// Keys are sent because synthesised `Codable` tells optionals and enum cases by which keys are
// present. A name is sent once a table: the table lives as long as one message, or, handed to the
// encoder and to the decoder, as long as a connection. New names stand after the value, apart from
// it, because values are decoded lazily and in any order: a name that stood where it was first used
// would be missed by a decoder that skips that part.
//
// What `TypeShortcut` knows by name is written as its own `Codable` would write it, or so that this can read
// it: `Data` and arrays of dates as runs of numbers, arrays of `SIMD4<Float>` as runs of vectors, arrays of
// UUIDs as runs of 16 bytes each, which read as strings, dictionaries with each key in full.
//
// An integer's width is not sent: as in JSON, any integer (or a floating-point number without a
// fraction) is read as any type that can hold it. The same key twice: the last one counts.

#if _endian(big)
  #error("runs are copied as they lie in memory, which must be little-endian")
#endif

/// The constants of the format; its description stands at the top of the file.
package enum WireFormat {
  /// The version of the format, the upper four bits of every message.
  package static let version: UInt8 = 2

  /// How many containers may enclose one another, by default: a link of an indirect enum is two.
  package static let maximumDepth = 20_000

  /// The first byte of a message without flags.
  static let head = version << 4

  /// The flag in the first byte that says that new keys follow the value.
  static let newKeysFlag: UInt8 = 1

  /// The tag of the integer 0; the tags above it are the integers up to 127.
  static let smallInteger: UInt8 = 0x80

  /// How many bytes of a container come before its entries, with a u32 length.
  static let containerHeader = 5
}

/// The first byte of a value, unless that is a small integer.
enum Tag: UInt8 {
  case null = 0x00
  case `false` = 0x01
  case `true` = 0x02
  case integer = 0x03
  case negativeInteger = 0x04
  case float = 0x05
  case double = 0x06
  case string = 0x07
  case keyed = 0x08
  case unkeyed = 0x09
  case longKeyed = 0x0A
  case longUnkeyed = 0x0B
  case run = 0x0C
  case vectors = 0x0D
  case innerNil = 0x0E
  case uuid = 0x0F

  /// The tag of a value that is one number, where the number is stored as it lies in memory.
  static func of(_ kind: ElementKind) -> Tag? {
    switch kind {
    case .double: .double
    case .uuid: .uuid
    default: nil
    }
  }
}

/// The element type of a run: the closed list of types whose every bit pattern is a value.
enum ElementKind: UInt8, CaseIterable {
  case int8 = 1
  case int16
  case int32
  case int64
  case int128
  case uint8
  case uint16
  case uint32
  case uint64
  case uint128
  case float
  case double
  /// Sixteen bytes that read as the text of a UUID.
  case uuid

  /// Bytes an element.
  var width: Int {
    switch self {
    case .int8, .uint8: 1
    case .int16, .uint16: 2
    case .int32, .uint32, .float: 4
    case .int64, .uint64, .double: 8
    case .int128, .uint128, .uuid: 16
    }
  }
}

/// A type whose arrays are copied whole.
///
/// Only for types of which every bit pattern is a valid value: never `Bool`, never an enum.
protocol WireElement: Codable, BitwiseCopyable {
  /// How a run names the type.
  static var kind: ElementKind { get }
}

extension Int: WireElement { static var kind: ElementKind { .int64 } }
extension Int8: WireElement { static var kind: ElementKind { .int8 } }
extension Int16: WireElement { static var kind: ElementKind { .int16 } }
extension Int32: WireElement { static var kind: ElementKind { .int32 } }
extension Int64: WireElement { static var kind: ElementKind { .int64 } }
extension Int128: WireElement { static var kind: ElementKind { .int128 } }
extension UInt: WireElement { static var kind: ElementKind { .uint64 } }
extension UInt8: WireElement { static var kind: ElementKind { .uint8 } }
extension UInt16: WireElement { static var kind: ElementKind { .uint16 } }
extension UInt32: WireElement { static var kind: ElementKind { .uint32 } }
extension UInt64: WireElement { static var kind: ElementKind { .uint64 } }
extension UInt128: WireElement { static var kind: ElementKind { .uint128 } }
extension Float: WireElement { static var kind: ElementKind { .float } }
extension Double: WireElement { static var kind: ElementKind { .double } }

/// The value itself, if its type is `Known`; nil for any other type.
///
/// Unlike `as?`, it never bridges, and costs one comparison of addresses in unspecialised code.
@inline(__always)
func same<Value, Known>(_ value: Value, as known: Known.Type) -> Known? {
  guard Value.self == Known.self else { return nil }
  // SAFETY: the two types were just found to be the same type.
  return unsafe unsafeBitCast(value, to: Known.self)
}
