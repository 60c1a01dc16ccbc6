internal import Synchronization
internal import TandemWire

/// A call whose items are known at its beginning.
final class ItemsCall<Input: Codable & Sendable, Kept: Collector>: Call {
  typealias Output = Kept.Output

  let options: CallOptions.Checked
  let function: CallFunction
  var continuesAfterError: Bool { Kept.continuesAfterError }
  /// Brought what was kept when every item has ended.
  let completion = Completion<Kept>()

  private let body: CallBody<Input, Output>
  private let inputs: @Sendable (Range<Int>) -> [Input]
  private let state: Mutex<State>

  private struct State {
    var kept: Kept
    var next = 0
    let count: Int
    var ended = 0
    var cancellation: (any Error)?
    var context: CallerContext?

    /// Counts items that have ended.
    ///
    /// - Returns: what was kept, if they were the last.
    mutating func end(_ number: Int) -> Kept? {
      ended += number
      return ended == count ? kept : nil
    }

    /// Gives up what was not taken.
    mutating func cancel(_ error: any Error) -> Int {
      if cancellation == nil { cancellation = error }
      let left = next..<count
      next = count
      if !left.isEmpty { kept.giveUp(error, at: left) }
      return left.count
    }
  }

  /// A call.
  ///
  /// - Parameters:
  ///   - count: how many items there are, at least one.
  ///   - inputs: gives the inputs of a range of items.
  ///   - body: what to do with each.
  ///   - kept: keeps their ends.
  ///   - options: what is asked for them.
  init(
    count: Int, inputs: @escaping @Sendable (Range<Int>) -> [Input],
    body: CallBody<Input, Output>, kept: Kept, options: CallOptions.Checked
  ) {
    self.options = options
    self.function = body.function
    self.body = body
    self.inputs = inputs
    self.state = Mutex(State(kept: kept, count: count))
  }

  let isSingle = false
  var isSynchronous: Bool { body.isSynchronous }
  var cancellation: (any Error)? { state.withLock { $0.cancellation } }
  var callerContext: CallerContext? { state.withLock { $0.context } }

  func takeCallerContext() {
    if let context = CallerContext() {
      state.withLock { if $0.context == nil { $0.context = context } }
    }
  }

  var waiting: Int { state.withLock { $0.count - $0.next } }

  func take(atMost limit: Int) -> Range<Int>? {
    state.withLock { state in
      let end = min(state.count, state.next + limit)
      guard end > state.next else { return nil }
      defer { state.next = end }
      return state.next..<end
    }
  }

  // Each item is encoded when its turn comes: there may be many.
  func prepare() throws(PoolError) {}
  var sealed: SealedPayload? { nil }

  func encode(
    _ items: Range<Int>, per size: Int, into payloads: inout Payloads
  ) -> (item: Int, error: PoolError)? {
    payloads.append(inputs(items), per: size, nesting: options.nestingLimit)
      .map { (items.lowerBound + $0.index, $0.error) }
  }

  func deliver(
    _ items: Range<Int>, per size: Int, _ payloads: Payloads, counting: (Int) -> Void
  ) -> UndecodableItems? {
    let (outputs, bad) = payloads.decode(
      Output.self, items: items.count, per: size, nesting: options.nestingLimit)
    if !outputs.isEmpty {
      counting(outputs.count)
      store(outputs, from: items.lowerBound)
    }
    return bad.map { bad in
      keep(bad, from: items.lowerBound + bad.index * size) { output, item in
        counting(1)
        store([output], from: item)
      }
    }
  }

  private func store(_ outputs: [Output], from first: Int) {
    let kept = state.withLock { state in
      state.kept.store(outputs, from: first)
      return state.end(outputs.count)
    }
    if let kept { completion.complete(kept) }
  }

  func deliver(_ item: Int, _ payload: ReceivedPayload, counting: (Int) -> Void) -> PoolError? {
    do throws(PoolError) {
      let output = try payload.decode(Output.self, "result", nesting: options.nestingLimit)
      counting(1)
      store([output], from: item)
      return nil
    } catch {
      return error
    }
  }

  func perform(_ work: ThreadWork) -> (item: Int, error: any Error)? {
    guard case .sync(let body, _) = body else { preconditionFailure("the work is async") }
    let items = work.items
    let inputs = inputs(items)
    var failure: (item: Int, error: any Error)?
    // Over memory, because the types are not known here: an array's subscript and `append` would ask the
    // runtime for them at each item.
    // SAFETY (all): no more items are given out than there are inputs, so there is an input for each, and
    // room for its output; the array is told of just those that were initialised.
    let outputs = unsafe inputs.withUnsafeBufferPointer { inputs in
      unsafe [Output](unsafeUninitializedCapacity: inputs.count) { outputs, initialized in
        guard let input = inputs.baseAddress, let output = outputs.baseAddress else { return }
        while let item = work.next() {
          do {
            unsafe (output + initialized).initialize(
              to: try body(input[item - items.lowerBound]))
            initialized += 1
          } catch {
            failure = (item, error)
            return
          }
        }
      }
    }
    if !outputs.isEmpty, work.keep(outputs.count) { store(outputs, from: items.lowerBound) }
    return failure
  }

  nonisolated(nonsending) func performAsync(_ work: ThreadWork) async -> (
    item: Int, error: any Error
  )? {
    let items = work.items
    let inputs = inputs(items)
    var outputs: [Output] = []
    outputs.reserveCapacity(items.count)
    let failure = await body.perform(work, input: { inputs[$0 - items.lowerBound] }) { output, _ in
      outputs.append(output)
    }
    if !outputs.isEmpty, work.keep(outputs.count) { store(outputs, from: items.lowerBound) }
    return failure
  }

  func fail(_ item: Int, _ error: any Error, thrownIn _: ThrowSite?) {
    let kept = state.withLock { state in
      let endsAll = state.kept.fail(error, at: item)
      let others = endsAll ? state.cancel(CancellationError()) : 0
      return state.end(1 + others)
    }
    if let kept { completion.complete(kept) }
  }

  func cancel(_ error: any Error) {
    let kept = state.withLock { state in
      let others = state.cancel(error)
      return others > 0 ? state.end(others) : nil
    }
    if let kept { completion.complete(kept) }
  }
}
