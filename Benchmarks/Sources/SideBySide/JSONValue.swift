import Foundation

/// A JSON document under construction.
///
/// What was not measured is `null`, never left out.
enum JSONValue: Encodable, ExpressibleByStringLiteral {
  case null
  case bool(Bool)
  case integer(Int)
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object([String: JSONValue])

  init(stringLiteral value: String) { self = .string(value) }

  /// A number, or null.
  init(_ value: Double?) { self = value.map(JSONValue.number) ?? .null }

  /// A string, or null.
  init(_ value: String?) { self = value.map(JSONValue.string) ?? .null }

  /// A truth value, or null.
  init(_ value: Bool?) { self = value.map(JSONValue.bool) ?? .null }

  /// Writes the value.
  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .bool(let value): try container.encode(value)
    case .integer(let value): try container.encode(value)
    case .number(let value): try container.encode(value)
    case .string(let value): try container.encode(value)
    case .array(let value): try container.encode(value)
    case .object(let value): try container.encode(value)
    }
  }

  /// UTF-8, indented, keys sorted, ending in a line feed.
  func encoded() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(self) + Data("\n".utf8)
  }
}
