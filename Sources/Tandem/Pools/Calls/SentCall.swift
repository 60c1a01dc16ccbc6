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
  /// - Returns: nil, or why the frame after the last one appended could not be encoded.
  func encode(_ items: Range<Int>, per size: Int, into payloads: inout Payloads) -> PoolError?

  /// Takes the outputs of items from a worker process.
  ///
  /// - Parameters:
  ///   - items: which.
  ///   - size: how many a frame; the last may have fewer.
  ///   - payloads: their encoded outputs, a payload a frame; not trusted.
  ///   - counting: is called with the number of outputs that could be decoded, before anybody has them.
  /// - Returns: nil, or which frame could not be decoded and why; none of its items and of those behind
  ///   it has ended then.
  func deliver(
    _ items: Range<Int>, per size: Int, _ payloads: Payloads, counting: (Int) -> Void
  ) -> (frame: Int, error: PoolError)?

  /// Takes the output of one item from a worker process that sent it in a memory file.
  ///
  /// - Parameters:
  ///   - item: which.
  ///   - payload: its output; not trusted.
  ///   - counting: as above.
  /// - Returns: nil, or why it could not be decoded; the item has not ended then.
  func deliver(_ item: Int, _ payload: ReceivedPayload, counting: (Int) -> Void) -> PoolError?
}
