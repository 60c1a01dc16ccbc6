extension WorkerPool {
  // MARK: All outputs, or the first error

  /// Does the work of every task, and gives their outputs in order.
  ///
  /// When one fails, what waits is not begun, what runs is stopped, and the error is thrown.
  ///
  /// - Parameters:
  ///   - tasks: the tasks.
  ///   - batching: how many a worker is given at once.
  ///   - timeout: how long each may run; then it is stopped. A timeout makes batches of one.
  ///   - retries: how often each is done again after a failure.
  ///   - priority: what goes first when work waits.
  ///   - fileID: the caller's file, for errors.
  ///   - line: the caller's line, for errors.
  /// - Returns: the outputs.
  /// - Throws: what a task threw, `CancellationError`, or a `PoolError`.
  @inlinable
  @inline(__always)
  nonisolated(nonsending) public func map<Tasks: Collection & Sendable>(
    _ tasks: Tasks, batching: Batching = .automatic, timeout: Duration? = nil,
    retries: RetryPolicy = .none, priority: CallPriority = .normal,
    fileID: StaticString = #fileID, line: UInt = #line
  ) async throws -> [Tasks.Element.Output] where Tasks.Element: WorkerTask {
    try await outputs(
      tasks.count, tasks.slices(), CallBody<Tasks.Element, Tasks.Element.Output>.runningTasks,
      batching, timeout, retries, priority,
      fileID, line)
  }

  /// Calls a closure for every input, and gives the outputs in order.
  ///
  /// When one fails, what waits is not begun, what runs is stopped, and the error is thrown.
  ///
  /// - Parameters:
  ///   - inputs: what the closure gets, one after the other.
  ///   - batching: as for tasks.
  ///   - timeout: as for tasks.
  ///   - retries: as for tasks.
  ///   - priority: as for tasks.
  ///   - fileID: the caller's file, for errors.
  ///   - line: the caller's line, for errors.
  ///   - body: the closure; for processes a literal that captures nothing.
  /// - Returns: the outputs.
  /// - Throws: what the closure threw, `CancellationError`, or a `PoolError`.
  @inlinable
  @inline(__always)
  nonisolated(nonsending) public func map<
    Inputs: Collection & Sendable, Output: Codable & Sendable
  >(
    _ inputs: Inputs, batching: Batching = .automatic, timeout: Duration? = nil,
    retries: RetryPolicy = .none, priority: CallPriority = .normal,
    fileID: StaticString = #fileID, line: UInt = #line,
    _ body: @escaping @Sendable (Inputs.Element) throws -> Output
  ) async throws -> [Output] where Inputs.Element: Codable & Sendable {
    try await outputs(
      inputs.count, inputs.slices(), .sync(body), batching, timeout, retries, priority,
      fileID, line)
  }

  /// Calls an async closure for every input, and gives the outputs in order.
  ///
  /// - Parameters:
  ///   - inputs: what the closure gets, one after the other.
  ///   - batching: as for tasks.
  ///   - timeout: as for tasks.
  ///   - retries: as for tasks.
  ///   - priority: as for tasks.
  ///   - fileID: the caller's file, for errors.
  ///   - line: the caller's line, for errors.
  ///   - body: the closure.
  /// - Returns: the outputs.
  /// - Throws: what the closure threw, `CancellationError`, or a `PoolError`.
  @inlinable
  @inline(__always)
  nonisolated(nonsending) public func map<
    Inputs: Collection & Sendable, Output: Codable & Sendable
  >(
    _ inputs: Inputs, batching: Batching = .automatic, timeout: Duration? = nil,
    retries: RetryPolicy = .none, priority: CallPriority = .normal,
    fileID: StaticString = #fileID, line: UInt = #line,
    _ body: @escaping @Sendable (Inputs.Element) async throws -> Output
  ) async throws -> [Output] where Inputs.Element: Codable & Sendable {
    try await outputs(
      inputs.count, inputs.slices(), .async(body), batching, timeout, retries, priority,
      fileID, line)
  }

  // MARK: Every result

  /// Runs every task, and returns a result for each, in order.
  ///
  /// - Parameters:
  ///   - tasks: the tasks.
  ///   - batching: as for `map`.
  ///   - timeout: as for `map`.
  ///   - retries: as for `map`.
  ///   - priority: as for `map`.
  ///   - fileID: the caller's file, for errors.
  ///   - line: the caller's line, for errors.
  /// - Returns: the results, in the order of the tasks.
  /// - Throws: `CancellationError`, or a `PoolError` if the pool did not take the work.
  @inlinable
  @inline(__always)
  nonisolated(nonsending) public func mapResults<Tasks: Collection & Sendable>(
    _ tasks: Tasks, batching: Batching = .automatic, timeout: Duration? = nil,
    retries: RetryPolicy = .none, priority: CallPriority = .normal,
    fileID: StaticString = #fileID, line: UInt = #line
  ) async throws -> [Result<Tasks.Element.Output, any Error>] where Tasks.Element: WorkerTask {
    try await results(
      tasks.count, tasks.slices(), CallBody<Tasks.Element, Tasks.Element.Output>.runningTasks,
      batching, timeout, retries, priority,
      fileID, line)
  }

  /// Calls a closure for every input, and returns a result for each, in order.
  ///
  /// - Parameters:
  ///   - inputs: what the closure gets, one after the other.
  ///   - batching: as for `map`.
  ///   - timeout: as for `map`.
  ///   - retries: as for `map`.
  ///   - priority: as for `map`.
  ///   - fileID: the caller's file, for errors.
  ///   - line: the caller's line, for errors.
  ///   - body: the closure; for processes a literal that captures nothing.
  /// - Returns: the results, in the order of the inputs.
  /// - Throws: `CancellationError`, or a `PoolError` if the pool did not take the work.
  @inlinable
  @inline(__always)
  nonisolated(nonsending) public func mapResults<
    Inputs: Collection & Sendable, Output: Codable & Sendable
  >(
    _ inputs: Inputs, batching: Batching = .automatic, timeout: Duration? = nil,
    retries: RetryPolicy = .none, priority: CallPriority = .normal,
    fileID: StaticString = #fileID, line: UInt = #line,
    _ body: @escaping @Sendable (Inputs.Element) throws -> Output
  ) async throws -> [Result<Output, any Error>] where Inputs.Element: Codable & Sendable {
    try await results(
      inputs.count, inputs.slices(), .sync(body), batching, timeout, retries, priority,
      fileID, line)
  }

  /// Calls an async closure for every input, and returns a result for each, in order.
  ///
  /// - Parameters:
  ///   - inputs: what the closure gets, one after the other.
  ///   - batching: as for `map`.
  ///   - timeout: as for `map`.
  ///   - retries: as for `map`.
  ///   - priority: as for `map`.
  ///   - fileID: the caller's file, for errors.
  ///   - line: the caller's line, for errors.
  ///   - body: the closure.
  /// - Returns: the results, in the order of the inputs.
  /// - Throws: `CancellationError`, or a `PoolError` if the pool did not take the work.
  @inlinable
  @inline(__always)
  nonisolated(nonsending) public func mapResults<
    Inputs: Collection & Sendable, Output: Codable & Sendable
  >(
    _ inputs: Inputs, batching: Batching = .automatic, timeout: Duration? = nil,
    retries: RetryPolicy = .none, priority: CallPriority = .normal,
    fileID: StaticString = #fileID, line: UInt = #line,
    _ body: @escaping @Sendable (Inputs.Element) async throws -> Output
  ) async throws -> [Result<Output, any Error>] where Inputs.Element: Codable & Sendable {
    try await results(
      inputs.count, inputs.slices(), .async(body), batching, timeout, retries, priority,
      fileID, line)
  }

  // MARK: What they have in common

  @usableFromInline
  nonisolated(nonsending) func outputs<Input: Codable & Sendable, Output: Codable & Sendable>(
    _ count: Int, _ inputs: @escaping @Sendable (Range<Int>) -> [Input],
    _ body: CallBody<Input, Output>, _ batching: Batching, _ timeout: Duration?,
    _ retries: RetryPolicy, _ priority: CallPriority, _ fileID: StaticString, _ line: UInt
  ) async throws -> [Output] {
    guard count > 0 else { return [] }
    let call = ItemsCall(
      count: count, inputs: inputs, body: body, kept: OrderedOutputs<Output>(count: count),
      goesOn: false,
      options: try CallOptions(
        timeout: timeout, retries: retries, priority: priority, batching: batching),
      site: CallSite(fileID: fileID, line: line))
    let kept = try await end(call)
    if let failure = kept.failure { throw failure.error }
    return kept.outputs
  }

  @usableFromInline
  nonisolated(nonsending) func results<Input: Codable & Sendable, Output: Codable & Sendable>(
    _ count: Int, _ inputs: @escaping @Sendable (Range<Int>) -> [Input],
    _ body: CallBody<Input, Output>, _ batching: Batching, _ timeout: Duration?,
    _ retries: RetryPolicy, _ priority: CallPriority, _ fileID: StaticString, _ line: UInt
  ) async throws -> [Result<Output, any Error>] {
    guard count > 0 else { return [] }
    let call = ItemsCall(
      count: count, inputs: inputs, body: body, kept: OrderedResults<Output>(count: count),
      goesOn: true,
      options: try CallOptions(
        timeout: timeout, retries: retries, priority: priority, batching: batching),
      site: CallSite(fileID: fileID, line: line))
    let kept = try await end(call)
    try Task.checkCancellation()
    return kept.results.map { $0 ?? .failure(CancellationError()) }
  }

  nonisolated(nonsending) private func end<Input, Kept: Collector>(_ call: ItemsCall<Input, Kept>)
    async throws -> Kept
  {
    let work = PoolWork(call)
    try enqueue(work)
    return await withTaskCancellationHandler {
      await call.completion.wait()
    } onCancel: {
      call.cancel(CancellationError())
      stop(work)
    }
  }
}

extension Collection where Self: Sendable {
  /// Gives the elements at some distances from the beginning.
  ///
  /// In the caller's module, where the collection's type is known: elsewhere each step over an element
  /// asks the runtime for types. For this the methods above are inlined there, always, since a method of
  /// `any WorkerPool` is not specialised; and for this the closure is made here, in a function that does
  /// not depend on the pool's type either.
  @inlinable
  func slices() -> @Sendable (Range<Int>) -> [Element] {
    { items in
      let first = index(startIndex, offsetBy: items.lowerBound)
      return Array(self[first..<index(first, offsetBy: items.count)])
    }
  }
}
