/// One iteration over a stream's results, which takes them many at a time and gives them one by one.
@usableFromInline
package final class StreamIteration<Output: Codable & Sendable> {
  /// Where results come from.
  struct Source {
    /// Notes that so many results were taken, and feeds what there is room for.
    var feed: (Int) throws -> Void
    var poll: () throws -> Found
    var wait: nonisolated(nonsending) () async -> Void
    var cancel: @Sendable () -> Void
  }

  /// What a look for results brings.
  enum Found {
    /// Outputs of the next items.
    case outputs([Output])
    /// Why the next item has no output.
    case failure(any Error)
    /// Nothing is there yet.
    case nothing
    /// All items have ended, and their results were taken.
    case over
  }

  private let source: Source
  private var isOver = false
  /// Outputs at hand.
  @exclusivity(unchecked) @usableFromInline var outputs: [Output] = []
  /// How many results were given since the source was told.
  @exclusivity(unchecked) @usableFromInline var given = 0

  init(_ source: Source) { self.source = source }

  // What was begun is given up when the last reference goes.
  deinit { if !isOver { source.cancel() } }

  /// The next output, if it is at hand and still wanted.
  ///
  /// In the caller's module, where the type is known: a call into this one for each takes longer than the rest.
  @inlinable
  @inline(__always)
  func nextAtHand() -> Output? {
    guard given < outputs.count, !Task.isCancelled else { return nil }
    defer { given += 1 }
    return outputs[given]
  }

  /// The next result, when it comes.
  ///
  /// - Parameter actor: where the caller is.
  /// - Returns: nil at the end.
  /// - Throws: what the source of inputs threw, `CancellationError`, or a `PoolError` if the pool takes no
  ///   work.
  @usableFromInline
  func next(isolation actor: isolated (any Actor)?) async throws -> Result<Output, any Error>? {
    guard !isOver else { return nil }
    while true {
      if Task.isCancelled {
        end()
        throw CancellationError()
      }
      if let output = nextAtHand() { return .success(output) }
      do {
        let taken = given
        (outputs, given) = ([], 0)
        // First, so that workers have something to do while results are taken.
        try source.feed(taken)
        switch try source.poll() {
        case .outputs(let found):
          outputs = found
          continue
        case .failure(let error):
          // Taken, too.
          given = 1
          return .failure(error)
        case .over:
          isOver = true
          return nil
        case .nothing: break
        }
      } catch {
        end()
        throw error
      }
      let cancel = source.cancel
      await withTaskCancellationHandler(
        operation: { await source.wait() }, onCancel: { cancel() }, isolation: actor)
    }
  }

  /// Gives up what was begun.
  @usableFromInline
  func end() {
    guard !isOver else { return }
    isOver = true
    (outputs, given) = ([], 0)
    source.cancel()
  }
}
