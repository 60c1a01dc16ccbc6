/// A message of Protocol Buffers while it is written.
///
/// [The encoding](https://protobuf.dev/programming-guides/encoding/) of the few kinds of fields that a trace needs: varints,
/// fixed 64 bits, text, and messages within messages.
struct ProtoBytes {
  /// What was written.
  private(set) var bytes: [UInt8] = []

  /// Takes what was written, and begins anew.
  mutating func take() -> [UInt8] {
    defer { bytes = [] }
    return bytes
  }

  /// Writes a number in groups of seven bits, the lowest first.
  mutating func varint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }

  /// Writes a whole number; a negative one as its two's complement, as `int32` and `int64` have it.
  mutating func field(_ number: Int, _ value: some BinaryInteger) {
    varint(UInt64(number) << 3)
    varint(UInt64(truncatingIfNeeded: value))
  }

  /// Writes a floating-point number.
  mutating func field(_ number: Int, double value: Double) {
    varint(UInt64(number) << 3 | 1)
    for shift in stride(from: 0, to: 64, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: value.bitPattern >> UInt64(shift)))
    }
  }

  /// Writes text, which is valid UTF-8 as every `String` is.
  mutating func field(_ number: Int, text: String) {
    varint(UInt64(number) << 3 | 2)
    varint(UInt64(text.utf8.count))
    bytes.append(contentsOf: text.utf8)
  }

  /// Writes a message, or packed numbers.
  ///
  /// - Parameters:
  ///   - number: the field's number.
  ///   - body: writes what is in it.
  mutating func message(_ number: Int, _ body: (inout ProtoBytes) -> Void) {
    varint(UInt64(number) << 3 | 2)
    let start = bytes.count
    // Nearly every message is shorter than 128 bytes, whose length takes one.
    bytes.append(0)
    body(&self)
    var length = bytes.count - start - 1
    bytes[start] = UInt8(length & 0x7F)
    guard length >= 0x80 else { return }
    bytes[start] |= 0x80
    var more: [UInt8] = []
    length >>= 7
    while length > 0 {
      more.append(UInt8(length & 0x7F) | (length >= 0x80 ? 0x80 : 0))
      length >>= 7
    }
    bytes.insert(contentsOf: more, at: start + 1)
  }

  /// Writes numbers as one packed field.
  mutating func packed(_ number: Int, _ values: [UInt64]) {
    message(number) { body in
      for value in values { body.varint(value) }
    }
  }
}
