internal import TandemWire

/// Values to bytes and back, with errors that name what could not cross.
///
/// `nesting` is how many containers may enclose one another.
enum ValueCoding {
  /// How many containers may enclose one another, where nobody says.
  static let usualNesting = WireFormat.maximumDepth

  /// Encodes a value.
  ///
  /// - Throws: `encodingFailed`.
  static func encode<Value: Encodable>(
    _ value: Value, _ role: String, nesting: Int = usualNesting
  ) throws(PoolError) -> [UInt8] {
    var bytes: [UInt8] = []
    try append(value, to: &bytes, role, nesting: nesting)
    return bytes
  }

  /// Decodes a value.
  ///
  /// - Throws: `decodingFailed`.
  static func decode<Value: Decodable>(
    _ type: Value.Type, from bytes: [UInt8], _ role: String, nesting: Int = usualNesting
  ) throws(PoolError) -> Value {
    try decode(Value.self, from: bytes[...], role, nesting: nesting)
  }

  /// Encodes a value after bytes that are there already.
  ///
  /// - Throws: `encodingFailed`; the bytes are then as they were.
  static func append<Value: Encodable>(
    _ value: Value, to bytes: inout [UInt8], _ role: String, nesting: Int = usualNesting
  ) throws(PoolError) {
    do {
      var encoder = WireEncoder()
      encoder.maximumDepth = nesting
      try encoder.append(value, to: &bytes)
    } catch {
      throw PoolError(
        .encodingFailed, "the \(role), a \(Value.self), could not be encoded", cause: error)
    }
  }

  /// Decodes a value out of memory that doesn't change.
  ///
  /// - Throws: `decodingFailed`.
  // SAFETY (@unsafe): the caller vouches for the bytes, which `owner` keeps.
  @unsafe static func decode<Value: Decodable>(
    _ type: Value.Type, from bytes: UnsafeRawBufferPointer, of owner: Any, _ role: String,
    nesting: Int
  ) throws(PoolError) -> Value {
    do {
      // SAFETY: as above.
      return try unsafe decoder(nesting).decode(Value.self, from: bytes, of: owner)
    } catch {
      throw PoolError(
        .decodingFailed, "the \(role), a \(Value.self), could not be decoded", cause: error)
    }
  }

  /// Decodes a value out of a part of an array.
  ///
  /// - Throws: `decodingFailed`.
  static func decode<Value: Decodable>(
    _ type: Value.Type, from bytes: ArraySlice<UInt8>, _ role: String, nesting: Int = usualNesting
  ) throws(PoolError) -> Value {
    do {
      return try decoder(nesting).decode(Value.self, from: bytes)
    } catch {
      throw PoolError(
        .decodingFailed, "the \(role), a \(Value.self), could not be decoded", cause: error)
    }
  }

  private static func decoder(_ nesting: Int) -> WireDecoder {
    var decoder = WireDecoder()
    decoder.maximumDepth = nesting
    return decoder
  }
}
