internal import Synchronization

/// A call whose items come while it runs, and whose results are taken while it runs.
///
/// At most so many items have been fed and not taken, so that an endless input is read only as fast as its
/// results are taken. Inputs come and results go many at a time: a lock and a look-up for each item would
/// take longer than a short item does.
final class StreamCall<Input: Codable & Sendable, Output: Codable & Sendable>: Call {
  let options: CallOptions.Checked
  let function: CallFunction
  let continuesAfterError = true
  let isSingle = false

  private let body: CallBody<Input, Output>
  private let inFlight: Int
  private let state: Mutex<State>

  private struct State {
    var inputs: FedInputs<Input>
    var results: StreamResults<Output>
    var fed = 0
    /// How many items a pool has taken.
    var begun = 0
    /// How many results whoever reads the stream has taken.
    var taken = 0
    /// Whether no more items come.
    var isClosed = false
    /// Why not, if the source failed.
    var sourceError: (any Error)?
    var cancellation: (any Error)?
    var context: CallerContext?
    /// Waits for a result.
    var consumer: UnsafeContinuation<Void, Never>?
    /// Waits for room.
    var feeder: UnsafeContinuation<Void, Never>?

    var isCancelled: Bool { cancellation != nil }
    var isOver: Bool { isClosed && taken == fed }

    func room(of inFlight: Int) -> Int { isCancelled ? 0 : max(0, inFlight - (fed - taken)) }

    mutating func takeConsumer() -> UnsafeContinuation<Void, Never>? {
      defer { consumer = nil }
      return consumer
    }

    mutating func takeFeeder() -> UnsafeContinuation<Void, Never>? {
      defer { feeder = nil }
      return feeder
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
    state = Mutex(State(inputs: FedInputs(), results: StreamResults(order: order)))
  }

  // MARK: The side of the source

  /// How many parts of what may be in flight are fed and taken one after the other: so few that a part's
  /// inputs, which are kept until all of it has ended, are not many more than what is in flight.
  private static var parts: Int { 8 }
  /// How many items are fed or taken at once, at most.
  var part: Int { max(1, inFlight / Self.parts) }

  /// How many items there is room for.
  var room: Int { state.withLock { $0.room(of: inFlight) } }

  /// Adds items.
  func feed(_ inputs: [Input]) {
    state.withLock { state in
      state.inputs.append(inputs, from: state.fed, part: part)
      state.fed += inputs.count
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
          if state.isCancelled || state.room(of: inFlight) > 0 { return true }
          state.feeder = continuation
          return false
        }
        if mayGoOn { continuation.resume() }
      }
      if isCancelled || room > 0 { return }
    }
  }

  // MARK: The side of the results

  /// Notes that results were taken, which makes room.
  ///
  /// - Parameter count: how many.
  /// - Returns: how many items there is room for.
  func noteTaken(_ count: Int) -> Int {
    let (room, feeder) = state.withLock { state in
      state.taken += count
      return (state.room(of: inFlight), count > 0 ? state.takeFeeder() : nil)
    }
    feeder?.resume()
    return room
  }

  /// Looks for the next results.
  ///
  /// - Returns: what there is.
  /// - Throws: what the source of items threw, after all results.
  func poll() throws -> StreamIteration<Output>.Found {
    let (found, error) = state.withLock {
      state -> (StreamIteration<Output>.Found, (any Error)?) in
      switch state.results.next(atMost: part) {
      case .success(let outputs)?: return (.outputs(outputs), nil)
      case .failure(let error)?: return (.failure(error), nil)
      case nil: return state.isOver ? (.over, state.sourceError) : (.nothing, nil)
      }
    }
    if let error { throw error }
    return found
  }

  /// Waits until there is something to poll.
  nonisolated(nonsending) func waitForResult() async {
    // SAFETY: as above.
    await withUnsafeContinuation { continuation in
      let isThere = state.withLock { state in
        if !state.results.isEmpty || state.isOver { return true }
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

  var waiting: Int { state.withLock { $0.fed - $0.begun } }

  func take(atMost limit: Int) -> Range<Int>? {
    state.withLock { state in
      let end = min(state.fed, state.begun + limit)
      guard end > state.begun else { return nil }
      defer { state.begun = end }
      return state.begun..<end
    }
  }

  // Each item is encoded when its turn comes.
  func prepare() throws(PoolError) {}
  var sealed: SealedPayload? { nil }

  func encode(
    _ items: Range<Int>, per size: Int, into payloads: inout Payloads
  ) -> (item: Int, error: PoolError)? {
    payloads.append(inputs(of: items), per: size, nesting: options.nestingLimit)
      .map { (items.lowerBound + $0.index, $0.error) }
  }

  private func inputs(of items: Range<Int>) -> [Input] { state.withLock { $0.inputs[items] } }

  func deliver(
    _ items: Range<Int>, per size: Int, _ payloads: Payloads, counting: (Int) -> Void
  ) -> UndecodableItems? {
    let (outputs, bad) = payloads.decode(
      Output.self, items: items.count, per: size, nesting: options.nestingLimit)
    if !outputs.isEmpty {
      counting(outputs.count)
      let ended = items.prefix(outputs.count)
      end(ended) { $0.end(ended, outputs) }
    }
    return bad.map { bad in
      keep(bad, from: items.lowerBound + bad.index * size) { output, item in
        counting(1)
        end(item..<item + 1) { $0.end(item, output) }
      }
    }
  }

  func deliver(_ item: Int, _ payload: ReceivedPayload, counting: (Int) -> Void) -> PoolError? {
    do throws(PoolError) {
      let output = try payload.decode(Output.self, "result", nesting: options.nestingLimit)
      counting(1)
      end(item..<item + 1) { $0.end(item, output) }
      return nil
    } catch {
      return error
    }
  }

  func perform(_ work: ThreadWork) -> (item: Int, error: any Error)? {
    body.performNow(work, inputs: inputs(of: work.items)) { keep($0, of: $1, work) }
  }

  nonisolated(nonsending) func performAsync(_ work: ThreadWork) async -> (
    item: Int, error: any Error
  )? {
    await body.perform(work, inputs: inputs(of: work.items)) { keep($0, of: $1, work) }
  }

  // Each output is kept at once: the next item may take long, or wait for what becomes of this one.
  private func keep(_ output: Output, of item: Int, _ work: ThreadWork) {
    guard work.keep(item - work.items.lowerBound + 1) else { return }
    end(item..<item + 1) { $0.end(item, output) }
  }

  func fail(_ item: Int, _ error: any Error, thrownIn _: ThrowSite?) {
    end(item..<item + 1) { $0.fail(item..<item + 1, error) }
  }

  /// Ends items.
  ///
  /// - Parameters:
  ///   - items: which.
  ///   - note: notes how they ended.
  private func end(_ items: Range<Int>, _ note: (inout StreamResults<Output>) -> Void) {
    let consumer = state.withLock { state in
      state.inputs.ended(items)
      note(&state.results)
      return state.results.isEmpty ? nil : state.takeConsumer()
    }
    consumer?.resume()
  }

  func cancel(_ error: any Error) {
    let (consumer, feeder) = state.withLock { state in
      if state.cancellation == nil { state.cancellation = error }
      state.isClosed = true
      let left = state.begun..<state.fed
      state.begun = state.fed
      if !left.isEmpty {
        state.inputs.ended(left)
        state.results.fail(left, error)
      }
      return (state.takeConsumer(), state.takeFeeder())
    }
    consumer?.resume()
    feeder?.resume()
  }
}
