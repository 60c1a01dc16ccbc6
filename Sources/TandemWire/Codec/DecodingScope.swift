/// The part of a message in which coding paths grow and shrink by one stack.
///
/// Values that are decoded one inside the other share a scope. What `nestedContainer` and
/// `superDecoder` give may be used in turns with the container that it is in, so it gets a scope of
/// its own, with its own stack.
final class DecodingScope {
  /// What the scopes of one message share.
  let message: DecodingMessage
  private let basePath: [any CodingKey]
  private var path: [any CodingKey] = []

  /// A scope that begins at a path.
  init(message: DecodingMessage, path: [any CodingKey]) {
    self.message = message
    basePath = path
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
    if level < message.maximumDepth, let value = message.bytes.knownArray(type, at: place) {
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
    return try Value(
      from: ValueDecoder(scope: self, place: place, level: level, pathLength: path.count))
  }

  /// The keys that lead to a value, `length` of them on this scope's own stack.
  func codingPath(_ length: Int) -> [any CodingKey] { basePath + path.prefix(length) }

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
