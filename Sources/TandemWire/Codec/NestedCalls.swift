internal import TandemSystem

/// Values' own `encode(to:)` and `init(from:)`, one inside the other: they take stack, which must not run out.
enum NestedCalls {
  /// After how many more calls the stack is looked at.
  static let step = 64
  /// How much must be left then, in bytes.
  private static let reserve = step * (8 << 10)
  /// How large a stack is that calls go on on, in bytes.
  private static let room = 16 << 20

  /// Calls a body, on another thread if the stack of this one is nearly used up.
  ///
  /// - Parameter body: the call.
  /// - Returns: what it gives.
  /// - Throws: what it throws, or that there is no such thread.
  static func withRoom<Value>(_ body: () throws -> Value) throws -> Value {
    guard let left = ThreadStack.bytesLeft, left < reserve else { return try body() }
    var result: Result<Value, any Error>?
    try ThreadStack.run(bytes: room) { result = Result(catching: body) }
    // It has run: there was no error.
    guard let result else { throw Errno.timedOut }
    return try result.get()
  }
}

/// The keys that lead to a part of a message, each with what leads to it.
final class PathNode {
  private let parent: PathNode?
  private let key: any CodingKey

  /// A key behind others.
  init(_ key: any CodingKey, after parent: PathNode?) {
    self.key = key
    self.parent = parent
  }

  /// The keys from the message on.
  static func keys(_ last: PathNode?) -> [any CodingKey] {
    var keys: [any CodingKey] = []
    var node = last
    while let some = node {
      keys.append(some.key)
      node = some.parent
    }
    keys.reverse()
    return keys
  }

  /// A node for keys, one behind the other.
  static func node(_ keys: some Sequence<any CodingKey>, after parent: PathNode?) -> PathNode? {
    keys.reduce(parent) { PathNode($1, after: $0) }
  }
}
