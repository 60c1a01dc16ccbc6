internal import TandemWire

/// How the items of a frame end, one after the other: with plain outputs, and with a reply each from the first that
/// threw on.
struct FrameEnds<Output: Portable> {
  private var outputs: [Output]
  private var replies: [ItemReply] = []

  /// The ends of items.
  ///
  /// - Parameter outputs: the outputs of the items that have ended already.
  init(_ outputs: [Output]) { self.outputs = outputs }

  private var count: Int { replies.isEmpty ? outputs.count : replies.count }

  /// The next item has ended.
  mutating func end(_ result: Result<Output, any Error>, _ frame: WorkedFrame) {
    switch result {
    case .success(let output) where replies.isEmpty: outputs.append(output)
    case .success(let output): replies.append(ItemReply(encoding: output, in: frame))
    case .failure(let error):
      if replies.isEmpty {
        frame.noteNoItem()
        replies = outputs.map { ItemReply(encoding: $0, in: frame) }
      }
      replies.append(.failure(.init(thrown: error)))
    }
  }

  /// Does the work of the items that have not ended, unless they are not wanted after one that threw.
  ///
  /// - Parameters:
  ///   - inputs: the inputs of all items.
  ///   - frame: is told of each item before it begins.
  ///   - call: does the work of one.
  mutating func goOn<Input>(
    with inputs: [Input], _ frame: WorkedFrame, _ call: (Input) -> Result<Output, any Error>
  ) {
    while count < inputs.count {
      if !replies.isEmpty, !frame.continuesAfterError {
        replies.append(.notRun)
        continue
      }
      frame.note(item: count)
      end(call(inputs[count]), frame)
    }
  }

  /// Ends the work.
  ///
  /// - Parameters:
  ///   - frame: the frame.
  ///   - reply: empty; gets the payload of the reply.
  /// - Returns: what the reply is.
  func answer(_ frame: inout WorkedFrame, reply: inout [UInt8]) -> RingHeader.Kind {
    frame.leave()
    guard replies.isEmpty else { return frame.finish(replies, reply: &reply) }
    do throws(PoolError) {
      if frame.count == 1, let output = outputs.first {
        try frame.append(output, to: &reply)
        return .result
      }
      try frame.appendAll(outputs, to: &reply)
      // Together they may be more than one alone may be; then each is looked at by itself.
      guard reply.count <= frame.largestResult else {
        throw .tooLarge([Output].self, reply.count, limit: frame.largestResult)
      }
      return .result
    } catch {
      return frame.finish(outputs.map { ItemReply(encoding: $0, in: frame) }, reply: &reply)
    }
  }
}
