internal import Synchronization

/// A call of one item.
///
/// It is not generic, and what it keeps of the item is bytes, or a value of a type that it doesn't know: a
/// generic object would have the runtime look up its types again at every step, which takes longer than
/// the rest of a short call.
final class SingleCall: Call {
  /// How the item ended.
  enum Outcome: Sendable {
    /// Its encoded output; not trusted.
    case encoded([UInt8])
    /// Its output in a memory file; not trusted.
    case received(ReceivedPayload)
    /// Its output.
    case value(any Sendable)
    /// Why there is none, and where in a worker process that was thrown.
    case failure(any Error, thrownIn: ThrowSite?)
  }

  let options: CallOptions.Checked
  let function: CallFunction
  let isSynchronous: Bool
  let continuesAfterError = false
  let isSingle = true
  let completion = Completion<Outcome>()

  private let encodeInput: @Sendable () throws(PoolError) -> Prepared
  private let body: Body
  private let state = Mutex(State())

  private enum Body {
    case sync(@Sendable () throws -> any Sendable)
    case async(@Sendable () async throws -> any Sendable)
  }

  /// The encoded input.
  private enum Prepared {
    case bytes([UInt8])
    case sealed(SealedPayload)
  }

  private struct State {
    var prepared = Prepared.bytes([])
    var isTaken = false
    var cancellation: (any Error)?
    var context: CallerContext?
  }

  /// A call.
  ///
  /// - Parameters:
  ///   - input: the item.
  ///   - body: what to do with it.
  ///   - options: what is asked for it.
  init<Input: Codable & Sendable, Output: Codable & Sendable>(
    _ input: Input, _ body: CallBody<Input, Output>, options: CallOptions.Checked
  ) {
    self.options = options
    function = body.function
    isSynchronous = body.isSynchronous
    let nesting = options.nestingLimit
    encodeInput = { () throws(PoolError) in
      if let sealed = try SealedPayload.run(of: input, "input") { return .sealed(sealed) }
      let bytes = try ValueCoding.encode(input, "input", nesting: nesting)
      guard bytes.count >= SealedPayload.least else { return .bytes(bytes) }
      return .sealed(try SealedPayload.message(bytes, "input"))
    }
    switch body {
    case .sync(let body, _): self.body = .sync { try body(input) }
    case .async(let body, _): self.body = .async { try await body(input) }
    case .task(let run, _): self.body = .async { try await run(input) }
    }
  }

  var cancellation: (any Error)? { state.withLock { $0.cancellation } }
  var callerContext: CallerContext? { state.withLock { $0.context } }

  func takeCallerContext() {
    if let context = CallerContext() {
      state.withLock { if $0.context == nil { $0.context = context } }
    }
  }

  var waiting: Int { state.withLock { $0.isTaken ? 0 : 1 } }

  func take(atMost limit: Int) -> Range<Int>? {
    state.withLock { state in
      guard !state.isTaken, limit > 0 else { return nil }
      state.isTaken = true
      return 0..<1
    }
  }

  func prepare() throws(PoolError) {
    let prepared = try encodeInput()
    state.withLock { $0.prepared = prepared }
  }

  var sealed: SealedPayload? {
    state.withLock { if case .sealed(let sealed) = $0.prepared { sealed } else { nil } }
  }

  func encode(
    _ items: Range<Int>, per size: Int, into payloads: inout Payloads
  ) -> (item: Int, error: PoolError)? {
    if case .bytes(let bytes) = state.withLock({ $0.prepared }) {
      payloads.bytes.append(contentsOf: bytes)
    }
    payloads.finish()
    return nil
  }

  func deliver(
    _ items: Range<Int>, per size: Int, _ payloads: Payloads, counting: (Int) -> Void
  ) -> UndecodableItems? {
    counting(1)
    end(.encoded(payloads.bytes))
    return nil
  }

  /// Ends the call, and gives back what it kept to be sent: a handle may outlive it for long.
  private func end(_ outcome: Outcome) {
    state.withLock { $0.prepared = .bytes([]) }
    completion.complete(outcome)
  }

  func deliver(_ item: Int, _ payload: ReceivedPayload, counting: (Int) -> Void) -> PoolError? {
    counting(1)
    end(.received(payload))
    return nil
  }

  func perform(_ work: ThreadWork) -> (item: Int, error: any Error)? {
    guard case .sync(let body) = body else { preconditionFailure("the work is async") }
    guard let item = work.next() else { return nil }
    do {
      let value = try body()
      if work.keep(1) { completion.complete(.value(value)) }
      return nil
    } catch {
      return (item, error)
    }
  }

  nonisolated(nonsending) func performAsync(_ work: ThreadWork) async -> (
    item: Int, error: any Error
  )? {
    guard let item = work.next() else { return nil }
    do {
      let value: any Sendable
      switch body {
      case .sync(let body): value = try body()
      case .async(let body): value = try await body()
      }
      if work.keep(1) { completion.complete(.value(value)) }
      return nil
    } catch {
      return (item, error)
    }
  }

  func fail(_ item: Int, _ error: any Error, thrownIn site: ThrowSite?) {
    end(.failure(error, thrownIn: site))
  }

  func cancel(_ error: any Error) {
    let wasWaiting = state.withLock { state in
      if state.cancellation == nil { state.cancellation = error }
      defer { state.isTaken = true }
      return !state.isTaken
    }
    if wasWaiting { end(.failure(error, thrownIn: nil)) }
  }
}

extension SingleCall.Outcome {
  /// The output.
  ///
  /// - Parameters:
  ///   - type: its type.
  ///   - options: what was asked for it.
  /// - Returns: the output.
  /// - Throws: why there is none, `decodingFailed` among others.
  func get<Output: Decodable & Sendable>(
    _ type: Output.Type, _ options: CallOptions.Checked
  ) throws -> Output {
    switch self {
    case .encoded(let bytes):
      return try ValueCoding.decode(type, from: bytes, "result", nesting: options.nestingLimit)
    case .received(let payload):
      return try payload.decode(type, "result", nesting: options.nestingLimit)
    case .failure(let error, _): throw error
    case .value(let value):
      // Not `as?`: it looks into optionals, and would take the nil inside of one for its absence.
      func open<Held>(_ held: Held) -> Output? {
        guard Held.self == Output.self else { return held as? Output }
        // SAFETY: the two types were just found to be the same type.
        return unsafe unsafeBitCast(held, to: Output.self)
      }
      guard let output = open(value) else {
        throw PoolError(.decodingFailed, "the result is not of type \(Output.self)")
      }
      return output
    }
  }
}
