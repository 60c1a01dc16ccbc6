extension ValueCoding {
  /// Decodes several values that can't be decoded together: each by itself.
  ///
  /// - Parameters:
  ///   - type: the values' type.
  ///   - bytes: the array of them.
  ///   - count: how many there are.
  ///   - role: what each is, for errors.
  ///   - nesting: how many containers of each may enclose one another.
  ///   - error: why they can't be decoded together.
  /// - Returns: `count` results; all with the error where it isn't one value's.
  static func decodeEach<Value: Decodable>(
    _ type: Value.Type, from bytes: ArraySlice<UInt8>, count: Int, _ role: String, nesting: Int,
    _ error: PoolError
  ) -> [Result<Value, PoolError>] {
    let values = try? decode([OneOfMany<Value>].self, from: bytes, role, nesting: nesting + 1)
    guard let values, values.count == count else {
      return Array(repeating: .failure(error), count: count)
    }
    return values.map { value in
      value.result.mapError {
        PoolError(
          .decodingFailed, "the \(role), a \(Value.self), could not be decoded", cause: $0)
      }
    }
  }
}

/// A value, or why it can't be decoded, which is no reason not to decode the others.
private struct OneOfMany<Value: Decodable>: Decodable {
  let result: Result<Value, any Error>

  init(from decoder: any Decoder) { result = Result { try Value(from: decoder) } }
}
