/// Any JSON value, with numbers, truth values and null told apart.
package enum JSONValue: Decodable, Equatable {
  case null
  case bool(Bool)
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object([String: JSONValue])

  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .string(value)
    } else if let value = try? container.decode([JSONValue].self) {
      self = .array(value)
    } else {
      self = .object(try container.decode([String: JSONValue].self))
    }
  }

  /// The members of an object; nil for other values.
  package var object: [String: JSONValue]? {
    if case .object(let value) = self { value } else { nil }
  }
  /// The elements of an array; nil for other values.
  package var array: [JSONValue]? { if case .array(let value) = self { value } else { nil } }
  /// The text of a string; nil for other values.
  package var string: String? { if case .string(let value) = self { value } else { nil } }
  /// The value of a number; nil for other values.
  package var number: Double? { if case .number(let value) = self { value } else { nil } }

  /// Whether the value is of one of JSON Schema's types.
  package func isOf(type: String) -> Bool? {
    switch (type, self) {
    case ("null", .null), ("boolean", .bool), ("number", .number), ("string", .string),
      ("array", .array), ("object", .object):
      true
    case ("integer", .number(let value)): value == value.rounded()
    case ("null", _), ("boolean", _), ("number", _), ("integer", _), ("string", _), ("array", _),
      ("object", _):
      false
    default: nil
    }
  }
}
