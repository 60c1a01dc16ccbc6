/// What a call does for a pool that sends its items elsewhere: it encodes inputs and decodes outputs.
package protocol SentCall: CallItems {
  /// What to do with each item.
  var function: CallFunction { get }
  /// Whether the items after one that threw are wanted nevertheless.
  var continuesAfterError: Bool { get }

  /// Encodes the item of a call of one, so that an error comes before anything is begun.
  ///
  /// - Throws: `encodingFailed`.
  func prepare() throws(PoolError)

  /// The item of a call of one, if it is too large for a ring.
  var sealed: SealedPayload? { get }

  /// Encodes items for a worker process, so many a frame.
  ///
  /// - Parameters:
  ///   - items: which, taken before.
  ///   - size: how many a frame; the last may have fewer.
  ///   - payloads: where they are appended.
  /// - Returns: nil, or which item could not be encoded and why; those before it were appended, the last of
  ///   them as a smaller frame.
  func encode(
    _ items: Range<Int>, per size: Int, into payloads: inout Payloads
  ) -> (item: Int, error: PoolError)?

  /// Takes the outputs of items from a worker process.
  ///
  /// - Parameters:
  ///   - items: which.
  ///   - size: how many a frame; the last may have fewer.
  ///   - payloads: their encoded outputs, a payload a frame; not trusted.
  ///   - counting: is called with the number of outputs that could be decoded, before anybody has them.
  /// - Returns: nil, or a frame with outputs that could not be decoded, whose items have not ended then, and
  ///   why; nor have those of the frames behind it.
  func deliver(
    _ items: Range<Int>, per size: Int, _ payloads: Payloads, counting: (Int) -> Void
  ) -> UndecodableItems?

  /// Takes the output of one item from a worker process that sent it in a memory file.
  ///
  /// - Parameters:
  ///   - item: which.
  ///   - payload: its output; not trusted.
  ///   - counting: as above.
  /// - Returns: nil, or why it could not be decoded; the item has not ended then.
  func deliver(_ item: Int, _ payload: ReceivedPayload, counting: (Int) -> Void) -> PoolError?
}

/// Items of a frame whose outputs could not be decoded.
package struct UndecodableItems {
  /// Which frame.
  let frame: Int
  /// Which items, and why.
  let items: [(item: Int, error: PoolError)]
}

extension SentCall {
  /// Keeps the outputs of a frame that could be decoded.
  ///
  /// - Parameters:
  ///   - bad: the frame.
  ///   - first: its first item.
  ///   - keep: takes an output.
  /// - Returns: the others.
  func keep<Output>(
    _ bad: Payloads.BadFrame<Output>, from first: Int, _ keep: (Output, Int) -> Void
  ) -> UndecodableItems {
    var left: [(item: Int, error: PoolError)] = []
    for (offset, result) in bad.results.enumerated() {
      switch result {
      case .success(let output): keep(output, first + offset)
      case .failure(let error): left.append((first + offset, error))
      }
    }
    return UndecodableItems(frame: bad.index, items: left)
  }
}
