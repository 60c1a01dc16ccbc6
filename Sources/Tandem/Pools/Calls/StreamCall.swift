internal import Synchronization

/// A call whose items come one by one, and whose results are taken one by one.
///
/// At most so many items have been fed and not yielded, so that an endless input is read only as fast as
/// its results are taken.
final class StreamCall<Input: Codable & Sendable, Output: Codable & Sendable>: Call {
  let options: CallOptions.Checked
  let function: CallFunction
  let continuesAfterError = true
  let isSingle = false

  private let body: CallBody<Input, Output>
  private let inFlight: Int
  private let order: ResultOrder
  private let state = Mutex(State())

  private struct State {
    /// The inputs of items that have not ended, which may have to be sent once more.
    var inputs: [Int: Input] = [:]
    /// What has ended and was not yielded.
    var ended: [Int: Result<Output, any Error>] = [:]
    /// The order in which it ended.
    var completed = Deque<Int>()
    var fed = 0
    var taken = 0
    var yielded = 0
    /// Whether no more items come.
    var isClosed = false
    /// Why not, if the source failed.
    var sourceError: (any Error)?
    var cancellation: (any Error)?
    var context: CallerContext?
    var isCancelled: Bool { cancellation != nil }
    /// Waits for a result.
    var consumer: UnsafeContinuation<Void, Never>?
    /// Waits for room.
    var feeder: UnsafeContinuation<Void, Never>?

    mutating func takeConsumer() -> UnsafeContinuation<Void, Never>? {
      defer { consumer = nil }
      return consumer
    }
  }

  init(
    body: CallBody<Input, Output>, inFlight: Int, order: ResultOrder,
    options: CallOptions.Checked
  ) {
    self.options = options
    self.function = body.function
    self.body = body
    self.inFlight = inFlight
    self.order = order
  }

  // MARK: The side of the source

  /// How many items there is room for.
  var room: Int { state.withLock { $0.isCancelled ? 0 : max(0, inFlight - ($0.fed - $0.yielded)) } }

  /// Adds an item.
  func feed(_ input: Input) {
    state.withLock { state in
      state.inputs[state.fed] = input
      state.fed += 1
    }
  }

  /// Says that no more items come.
  func close(_ error: (any Error)? = nil) {
    let consumer = state.withLock { state in
      state.isClosed = true
      state.sourceError = error
      return state.takeConsumer()
    }
    consumer?.resume()
  }

  /// Waits until there is room for an item.
  func waitForRoom() async {
    while true {
      // SAFETY: the continuation is in the state once, and whoever takes it out resumes it.
      await withUnsafeContinuation { continuation in
        let mayGoOn = state.withLock { state in
          if state.isCancelled || state.fed - state.yielded < inFlight { return true }
          state.feeder = continuation
          return false
        }
        if mayGoOn { continuation.resume() }
      }
      if isCancelled || room > 0 { return }
    }
  }

  // MARK: The side of the results

  /// Takes the next result, if it is there.
  ///
  /// - Returns: the result, and whether the stream is over.
  func poll() throws -> (Result<Output, any Error>?, isOver: Bool) {
    let (result, isOver, error, feeder) = state.withLock { state in
      let number: Int?
      switch order {
      case .input: number = state.ended[state.yielded] == nil ? nil : state.yielded
      case .completion: number = state.completed.popFirst()
      }
      if let number {
        let result = state.ended.removeValue(forKey: number)
        state.yielded += 1
        let feeder = state.feeder
        state.feeder = nil
        return (result, false, nil as (any Error)?, feeder)
      }
      let isOver = state.isClosed && state.yielded == state.fed
      return (nil, isOver, isOver ? state.sourceError : nil, nil)
    }
    feeder?.resume()
    if let error { throw error }
    return (result, isOver)
  }

  /// Waits until there is something to poll.
  nonisolated(nonsending) func waitForResult() async {
    // SAFETY: as above.
    await withUnsafeContinuation { continuation in
      let isThere = state.withLock { state in
        let hasResult =
          order == .input ? state.ended[state.yielded] != nil : !state.completed.isEmpty
        if hasResult || (state.isClosed && state.yielded == state.fed) { return true }
        state.consumer = continuation
        return false
      }
      if isThere { continuation.resume() }
    }
  }

  // MARK: The side of the pool

  var isSynchronous: Bool { body.isSynchronous }
  var cancellation: (any Error)? { state.withLock { $0.cancellation } }
  var callerContext: CallerContext? { state.withLock { $0.context } }

  func takeCallerContext() {
    if let context = CallerContext() {
      state.withLock { if $0.context == nil { $0.context = context } }
    }
  }

  var waiting: Int { state.withLock { $0.fed - $0.taken } }

  func take(atMost limit: Int) -> Range<Int>? {
    state.withLock { state in
      let end = min(state.fed, state.taken + limit)
      guard end > state.taken else { return nil }
      defer { state.taken = end }
      return state.taken..<end
    }
  }

  // Each item is encoded when its turn comes.
  func prepare() throws(PoolError) {}
  var sealed: SealedPayload? { nil }

  func encode(
    _ items: Range<Int>, per size: Int, into payloads: inout Payloads
  ) -> (item: Int, error: PoolError)? {
    let values = state.withLock { state in items.compactMap { state.inputs[$0] } }
    return payloads.append(values, per: size, nesting: options.nestingLimit)
      .map { (items.lowerBound + $0.index, $0.error) }
  }

  func deliver(
    _ items: Range<Int>, per size: Int, _ payloads: Payloads, counting: (Int) -> Void
  ) -> UndecodableItems? {
    let (outputs, bad) = payloads.decode(
      Output.self, items: items.count, per: size, nesting: options.nestingLimit)
    counting(outputs.count)
    for (index, output) in outputs.enumerated() {
      end(items.lowerBound + index, .success(output))
    }
    return bad.map { bad in
      keep(bad, from: items.lowerBound + bad.index * size) { output, item in
        counting(1)
        end(item, .success(output))
      }
    }
  }

  // Each output is kept at once: the next item may take long, or wait for what becomes of this one.
  func deliver(_ item: Int, _ payload: ReceivedPayload, counting: (Int) -> Void) -> PoolError? {
    do throws(PoolError) {
      let output = try payload.decode(Output.self, "result", nesting: options.nestingLimit)
      counting(1)
      end(item, .success(output))
      return nil
    } catch {
      return error
    }
  }

  func perform(_ work: ThreadWork) -> (item: Int, error: any Error)? {
    body.performNow(work, input: input) { output, item in keep(output, of: item, work) }
  }

  nonisolated(nonsending) func performAsync(_ work: ThreadWork) async -> (
    item: Int, error: any Error
  )? {
    await body.perform(work, input: input) { output, item in keep(output, of: item, work) }
  }

  private func input(_ item: Int) -> Input? { state.withLock { $0.inputs[item] } }

  private func keep(_ output: Output, of item: Int, _ work: ThreadWork) {
    guard work.keep(item - work.items.lowerBound + 1) else { return }
    end(item, .success(output))
  }

  func fail(_ item: Int, _ error: any Error, thrownIn _: ThrowSite?) { end(item, .failure(error)) }

  private func end(_ item: Int, _ result: Result<Output, any Error>) {
    let consumer = state.withLock { state in
      state.inputs[item] = nil
      state.ended[item] = result
      if order == .completion { state.completed.append(item) }
      guard order == .completion || item == state.yielded else {
        return nil as UnsafeContinuation<Void, Never>?
      }
      return state.takeConsumer()
    }
    consumer?.resume()
  }

  func cancel(_ error: any Error) {
    let (left, consumer, feeder) = state.withLock { state in
      if state.cancellation == nil { state.cancellation = error }
      state.isClosed = true
      let left = state.taken..<state.fed
      state.taken = state.fed
      let feeder = state.feeder
      state.feeder = nil
      return (left, state.takeConsumer(), feeder)
    }
    for item in left { end(item, .failure(error)) }
    consumer?.resume()
    feeder?.resume()
  }
}
