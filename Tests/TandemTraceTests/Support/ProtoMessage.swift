import Testing

/// A message of Protocol Buffers, taken apart: strict about lengths, and without a definition.
struct ProtoMessage {
  enum Value: Equatable {
    case number(UInt64)
    case bits(UInt64)
    case bytes([UInt8])
  }

  var fields: [(number: Int, value: Value)] = []

  init(_ bytes: [UInt8]) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let tag = try Self.varint(&rest)
      let number = Int(tag >> 3)
      switch tag & 7 {
      case 0: fields.append((number, .number(try Self.varint(&rest))))
      case 1:
        try #require(rest.count >= 8)
        let bits = rest.prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
        fields.append((number, .bits(bits)))
        rest = rest.dropFirst(8)
      case 2:
        let length = Int(try Self.varint(&rest))
        try #require(rest.count >= length)
        fields.append((number, .bytes(Array(rest.prefix(length)))))
        rest = rest.dropFirst(length)
      default: Issue.record("a field of type \(tag & 7)")
      }
    }
  }

  static func varint(_ rest: inout ArraySlice<UInt8>) throws -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: 0 as UInt64, to: 70, by: 7) {
      guard let byte = rest.popFirst() else { throw Wrong() }
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
    }
    Issue.record("a number without an end")
    return value
  }

  /// The values of a field.
  subscript(_ number: Int) -> [Value] { fields.filter { $0.number == number }.map(\.value) }

  /// The messages in a field.
  func messages(_ number: Int) throws -> [ProtoMessage] {
    try self[number].map { value in
      guard case .bytes(let bytes) = value else { throw Wrong() }
      return try ProtoMessage(bytes)
    }
  }

  /// The numbers of a field.
  func numbers(_ number: Int) -> [UInt64] {
    self[number].compactMap { if case .number(let value) = $0 { value } else { nil } }
  }

  /// The texts of a field, all of them valid UTF-8.
  func texts(_ number: Int) -> [String] {
    self[number].compactMap { value in
      guard case .bytes(let bytes) = value else { return nil }
      return String(validating: bytes, as: UTF8.self)
    }
  }

  /// The numbers of a packed field.
  func packed(_ number: Int) throws -> [UInt64] {
    try self[number].flatMap { value in
      guard case .bytes(let bytes) = value else { throw Wrong() }
      var rest = bytes[...]
      var numbers: [UInt64] = []
      while !rest.isEmpty { numbers.append(try Self.varint(&rest)) }
      return numbers
    }
  }

  struct Wrong: Error {}
}
