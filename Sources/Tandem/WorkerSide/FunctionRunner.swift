internal import CTandemShims
internal import TandemSystem
internal import TandemWire

/// One function in a worker process: decodes items, does the work, encodes the outputs.
protocol FunctionRunner {
  /// Does the work of a frame.
  ///
  /// - Parameters:
  ///   - bytes: the encoded input, or the inputs if there are several.
  ///   - frame: what else is to be known of the frame.
  ///   - reply: empty; gets the payload of the reply.
  /// - Returns: what the reply is.
  func run(_ bytes: ArraySlice<UInt8>, _ frame: inout WorkedFrame, reply: inout [UInt8])
    -> RingHeader.Kind
}

/// What a worker knows of a frame, and notes of it.
struct WorkedFrame {
  let count: Int
  let continuesAfterError: Bool
  let block: PoolBlock
  let largestResult: Int
  /// How many containers of an input or output may enclose one another.
  let nestingLimit: Int
  /// The input, if it came by descriptor.
  var received: ReceivedPayload?
  /// The output, if it is to go by descriptor.
  var sealed: SealedPayload?
  /// When the frame was taken.
  var taken: UInt64
  /// When the work began, the inputs being decoded.
  var began: UInt64 = 0
  /// When the work had ended.
  var left: UInt64 = 0

  init(header: RingHeader, block: PoolBlock, _ configuration: PoolWorkerConfiguration) {
    count = max(1, Int(header.count))
    continuesAfterError = header.flags & RingHeader.continuesAfterError != 0
    self.block = block
    largestResult = configuration.largestResult
    nestingLimit = configuration.nestingLimit
    taken = MonotonicClock.now()
  }

  /// Notes that the work begins.
  mutating func enter() {
    tandem_throws_forget()
    began = MonotonicClock.now()
    block.began.store(began)
  }

  /// Notes which item is being worked on.
  func note(item: Int) { block.item.store(UInt32(truncatingIfNeeded: item)) }

  /// Notes that the outputs of several items are being encoded.
  func noteNoItem() { block.item.store(PoolBlock.noItem) }

  /// Notes that the work is done.
  mutating func leave() {
    left = MonotonicClock.now()
    noteNoItem()
  }
}

extension WorkedFrame {
  /// Decodes the input of a frame with one item.
  func input<Input: Decodable>(_ bytes: ArraySlice<UInt8>) throws(PoolError) -> Input {
    if let received { return try received.decode(Input.self, "input", nesting: nestingLimit) }
    return try ValueCoding.decode(Input.self, from: bytes, "input", nesting: nestingLimit)
  }

  /// Decodes the inputs of a frame with several.
  func inputs<Input: Decodable>(_ bytes: ArraySlice<UInt8>) throws(PoolError) -> [Input] {
    // Their array is one container more, which counts only when it is decoded.
    try ValueCoding.decode([Input].self, from: bytes, "inputs", nesting: nestingLimit + 1)
  }

  /// Encodes the outputs of a frame with several items.
  func appendAll<Output: Encodable>(
    _ outputs: [Output], to reply: inout [UInt8]
  ) throws(PoolError) {
    try ValueCoding.append(outputs, to: &reply, "results", nesting: nestingLimit)
  }

  /// Encodes the output of a frame with one item.
  mutating func append<Output: Encodable>(
    _ output: Output, to reply: inout [UInt8]
  ) throws(PoolError) {
    sealed = try SealedPayload.run(of: output, "result")
    if sealed == nil {
      try ValueCoding.append(output, to: &reply, "result", nesting: nestingLimit)
    }
    let size = sealed?.byteCount ?? reply.count
    guard size <= largestResult else {
      sealed = nil
      throw .tooLarge(Output.self, size, limit: largestResult)
    }
  }
}

/// A function whose items are done one after the other without waiting.
struct ClosureRunner<Input: Portable, Output: Portable>: FunctionRunner {
  let body: @Sendable (Input) throws -> Output

  func run(_ bytes: ArraySlice<UInt8>, _ frame: inout WorkedFrame, reply: inout [UInt8])
    -> RingHeader.Kind
  {
    if frame.count == 1 { return runOne(bytes, &frame, reply: &reply) }
    let inputs: [Input]
    do throws(PoolError) {
      inputs = try frame.inputs(bytes)
    } catch {
      return frame.runEach(bytes, error, reply: &reply, body)
    }
    guard inputs.count == frame.count else {
      return frame.fail(PoolError(.decodingFailed, "a frame has too few inputs"), reply: &reply)
    }
    frame.enter()
    let (outputs, failure) = callBody(inputs, frame)
    if let failure { return goOn(inputs, outputs, failure, &frame, reply: &reply) }
    frame.leave()
    do throws(PoolError) {
      try frame.appendAll(outputs, to: &reply)
      // Together they may be more than one alone may be; then each is looked at by itself.
      guard reply.count <= frame.largestResult else {
        throw .tooLarge([Output].self, reply.count, limit: frame.largestResult)
      }
      return .result
    } catch {
      return frame.finish(
        outputs.map { ItemReply(encoding: $0, in: frame) }, reply: &reply)
    }
  }

  /// Calls the body for one input after the other.
  ///
  /// - Parameters:
  ///   - inputs: the inputs.
  ///   - frame: is told of each item before it begins.
  /// - Returns: the outputs up to the first item that threw, and its error.
  private func callBody(_ inputs: [Input], _ frame: WorkedFrame) -> ([Output], (any Error)?) {
    var failure: (any Error)?
    // SAFETY (all): both buffers have room for as many elements as there are inputs; each output is
    // initialised once, in order, and the array is told of just those.
    let outputs = unsafe inputs.withUnsafeBufferPointer { inputs in
      unsafe [Output](unsafeUninitializedCapacity: inputs.count) { outputs, initialized in
        guard let input = inputs.baseAddress, let output = outputs.baseAddress else { return }
        let walk = unsafe BatchWalk(
          body: ClosureCode.Box(body: body), input: input, output: output, count: inputs.count)
        (initialized, failure) = unsafe walk.run(noting: frame)
      }
    }
    return (outputs, failure)
  }

  private func runOne(
    _ bytes: ArraySlice<UInt8>, _ frame: inout WorkedFrame, reply: inout [UInt8]
  ) -> RingHeader.Kind {
    do throws(PoolError) {
      let input: Input = try frame.input(bytes)
      frame.enter()
      let output: Output
      do {
        output = try body(input)
      } catch {
        frame.leave()
        return frame.finish([.failure(.init(thrown: error))], reply: &reply)
      }
      frame.leave()
      try frame.append(output, to: &reply)
      return .result
    } catch {
      return frame.fail(error, reply: &reply)
    }
  }

  /// Goes on after an item threw: each item gets its own reply.
  private func goOn(
    _ inputs: [Input], _ outputs: [Output], _ error: any Error, _ frame: inout WorkedFrame,
    reply: inout [UInt8]
  ) -> RingHeader.Kind {
    frame.noteNoItem()
    var replies = outputs.map { ItemReply(encoding: $0, in: frame) }
    replies.append(.failure(.init(thrown: error)))
    for index in replies.count..<inputs.count {
      guard frame.continuesAfterError else {
        replies.append(.notRun)
        continue
      }
      frame.note(item: index)
      do {
        replies.append(ItemReply(encoding: try body(inputs[index]), in: frame))
      } catch {
        replies.append(.failure(.init(thrown: error)))
      }
    }
    frame.leave()
    return frame.finish(replies, reply: &reply)
  }
}

/// A function whose items may wait.
struct AsyncRunner<Input: Portable, Output: Portable>: FunctionRunner {
  let body: nonisolated(nonsending) @Sendable (Input) async throws -> Output

  func run(_ bytes: ArraySlice<UInt8>, _ frame: inout WorkedFrame, reply: inout [UInt8])
    -> RingHeader.Kind
  {
    let inputs: [Input]
    do throws(PoolError) {
      inputs =
        frame.count == 1
        ? [try frame.input(bytes)]
        : try frame.inputs(bytes)
    } catch {
      let body = body
      return frame.runEach(bytes, error, reply: &reply) { (input: Input) throws -> Output in
        try MainThread.run({ () async throws in try await body(input) }).get()
      }
    }
    frame.enter()
    var outputs: [Output] = []
    var replies: [ItemReply] = []
    for (index, input) in inputs.enumerated() {
      frame.note(item: index)
      let body = body
      switch MainThread.run({ () async throws in try await body(input) }) {
      case .success(let output):
        if replies.isEmpty {
          outputs.append(output)
        } else {
          replies.append(ItemReply(encoding: output, in: frame))
        }
      case .failure(let error):
        if replies.isEmpty {
          frame.noteNoItem()
          replies = outputs.map { ItemReply(encoding: $0, in: frame) }
        }
        replies.append(.failure(.init(thrown: error)))
        if !frame.continuesAfterError {
          replies += Array(repeating: .notRun, count: inputs.count - replies.count)
        }
      }
      if replies.count == inputs.count { break }
    }
    frame.leave()
    guard replies.isEmpty else { return frame.finish(replies, reply: &reply) }
    do throws(PoolError) {
      if frame.count == 1, let output = outputs.first {
        try frame.append(output, to: &reply)
      } else {
        try frame.appendAll(outputs, to: &reply)
        // Together they may be more than one alone may be; then each is looked at by itself.
        guard reply.count <= frame.largestResult else {
          throw .tooLarge([Output].self, reply.count, limit: frame.largestResult)
        }
      }
      return .result
    } catch {
      return frame.finish(
        outputs.map { ItemReply(encoding: $0, in: frame) }, reply: &reply)
    }
  }
}

extension WorkedFrame {
  /// Does the work of a frame of which not all inputs can be decoded: each item gets its own reply.
  mutating func runEach<Input: Decodable, Output: Encodable>(
    _ bytes: ArraySlice<UInt8>, _ error: PoolError, reply: inout [UInt8],
    _ body: (Input) throws -> Output
  ) -> RingHeader.Kind {
    guard count > 1 else { return fail(error, reply: &reply) }
    let inputs = ValueCoding.decodeEach(
      Input.self, from: bytes, count: count, "input", nesting: nestingLimit, error)
    enter()
    var replies: [ItemReply] = []
    var hasFailed = false
    for (index, input) in inputs.enumerated() {
      guard continuesAfterError || !hasFailed else {
        replies.append(.notRun)
        continue
      }
      note(item: index)
      do {
        replies.append(ItemReply(encoding: try body(try input.get()), in: self))
      } catch {
        hasFailed = true
        if case .failure(let error) = input {
          replies.append(.failure(.init(error)))
        } else {
          replies.append(.failure(.init(thrown: error)))
        }
      }
    }
    leave()
    return finish(replies, reply: &reply)
  }

  /// Makes the reply of a frame of which no item could be worked on.
  mutating func fail(_ error: PoolError, reply: inout [UInt8]) -> RingHeader.Kind {
    finish(Array(repeating: .failure(.init(error)), count: count), reply: &reply)
  }

  /// Makes the reply of a frame that has no output for each item.
  mutating func finish(_ replies: [ItemReply], reply: inout [UInt8]) -> RingHeader.Kind {
    if began == 0 { began = taken }
    if left == 0 { left = began }
    reply.removeAll(keepingCapacity: true)
    do throws(PoolError) {
      try ValueCoding.append(replies, to: &reply, "replies")
    } catch {
      // Descriptions of any length can be encoded; nothing is left to be said.
      reply = []
    }
    return .mixed
  }
}

extension ItemReply {
  /// The reply of an item that has an output.
  init<Output: Encodable>(encoding output: Output, in frame: WorkedFrame) {
    do throws(PoolError) {
      let bytes = try ValueCoding.encode(output, "result", nesting: frame.nestingLimit)
      guard bytes.count <= frame.largestResult else {
        throw .tooLarge(Output.self, bytes.count, limit: frame.largestResult)
      }
      self = .value(bytes)
    } catch {
      self = .failure(.init(error))
    }
  }
}

extension PoolError {
  /// The error of a result above the limit.
  static func tooLarge(_ type: Any.Type, _ count: Int, limit: Int) -> PoolError {
    PoolError(
      .resultTooLarge,
      """
      the result, a \(type), has \(count) bytes, and \(limit) are the limit; raise the pool's \
      `largestResult` or return less
      """)
  }
}
