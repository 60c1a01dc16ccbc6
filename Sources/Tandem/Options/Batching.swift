/// How many items of a `map` a worker is given at once.
public struct Batching: Sendable, Hashable {
  enum Storage: Hashable {
    case automatic
    case fixed(Int)
  }

  let storage: Storage

  /// As many as take a worker some tenths of a millisecond, by what was measured so far.
  ///
  /// When a worker dies in the middle of a batch, the item that it was at fails; items of the batch that
  /// it had finished but not delivered are done again by another worker. `of(1)` never does that.
  public static let automatic = Batching(storage: .automatic)

  /// So many.
  ///
  /// - Parameter count: how many, at least 1.
  /// - Returns: the batching.
  public static func of(_ count: Int) -> Batching { Batching(storage: .fixed(count)) }
}

extension Batching {
  /// How many items a worker can be given at once.
  private static let counts = 1...Int(Int32.max)

  /// Checks the batching.
  ///
  /// - Throws: `invalidArgument`.
  func check() throws(PoolError) {
    guard case .fixed(let count) = storage else { return }
    try OptionCheck.number("batching", count, in: Self.counts)
  }
}
