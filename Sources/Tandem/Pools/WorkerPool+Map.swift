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
  public func map<Tasks: Collection & Sendable>(
    _ tasks: Tasks, batching: Batching = .automatic, timeout: Duration? = nil,
    retries: RetryPolicy = .none, priority: CallPriority = .normal,
    fileID: StaticString = #fileID, line: UInt = #line
  ) async throws -> [Tasks.Element.Output] where Tasks.Element: WorkerTask {
    try await outputs(
      tasks, CallBody<Tasks.Element, Tasks.Element.Output>.runningTasks,
      CallOptions(timeout: timeout, retries: retries, priority: priority, batching: batching),
      CallSite(fileID: fileID, line: line))
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
  public func map<Inputs: Collection & Sendable, Output: Codable & Sendable>(
    _ inputs: Inputs, batching: Batching = .automatic, timeout: Duration? = nil,
    retries: RetryPolicy = .none, priority: CallPriority = .normal,
    fileID: StaticString = #fileID, line: UInt = #line,
    _ body: @escaping @Sendable (Inputs.Element) throws -> Output
  ) async throws -> [Output] where Inputs.Element: Codable & Sendable {
    try await outputs(
      inputs, .sync(body),
      CallOptions(timeout: timeout, retries: retries, priority: priority, batching: batching),
      CallSite(fileID: fileID, line: line))
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
  public func map<Inputs: Collection & Sendable, Output: Codable & Sendable>(
    _ inputs: Inputs, batching: Batching = .automatic, timeout: Duration? = nil,
    retries: RetryPolicy = .none, priority: CallPriority = .normal,
    fileID: StaticString = #fileID, line: UInt = #line,
    _ body: @escaping @Sendable (Inputs.Element) async throws -> Output
  ) async throws -> [Output] where Inputs.Element: Codable & Sendable {
    try await outputs(
      inputs, .async(body),
      CallOptions(timeout: timeout, retries: retries, priority: priority, batching: batching),
      CallSite(fileID: fileID, line: line))
  }

  // MARK: Every result

  /// Does the work of every task, and tells of each how it ended.
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
  public func mapResults<Tasks: Collection & Sendable>(
    _ tasks: Tasks, batching: Batching = .automatic, timeout: Duration? = nil,
    retries: RetryPolicy = .none, priority: CallPriority = .normal,
    fileID: StaticString = #fileID, line: UInt = #line
  ) async throws -> [Result<Tasks.Element.Output, any Error>] where Tasks.Element: WorkerTask {
    try await results(
      tasks, CallBody<Tasks.Element, Tasks.Element.Output>.runningTasks,
      CallOptions(timeout: timeout, retries: retries, priority: priority, batching: batching),
      CallSite(fileID: fileID, line: line))
  }

  /// Calls a closure for every input, and tells of each how it ended.
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
  public func mapResults<Inputs: Collection & Sendable, Output: Codable & Sendable>(
    _ inputs: Inputs, batching: Batching = .automatic, timeout: Duration? = nil,
    retries: RetryPolicy = .none, priority: CallPriority = .normal,
    fileID: StaticString = #fileID, line: UInt = #line,
    _ body: @escaping @Sendable (Inputs.Element) throws -> Output
  ) async throws -> [Result<Output, any Error>] where Inputs.Element: Codable & Sendable {
    try await results(
      inputs, .sync(body),
      CallOptions(timeout: timeout, retries: retries, priority: priority, batching: batching),
      CallSite(fileID: fileID, line: line))
  }

  /// Calls an async closure for every input, and tells of each how it ended.
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
  public func mapResults<Inputs: Collection & Sendable, Output: Codable & Sendable>(
    _ inputs: Inputs, batching: Batching = .automatic, timeout: Duration? = nil,
    retries: RetryPolicy = .none, priority: CallPriority = .normal,
    fileID: StaticString = #fileID, line: UInt = #line,
    _ body: @escaping @Sendable (Inputs.Element) async throws -> Output
  ) async throws -> [Result<Output, any Error>] where Inputs.Element: Codable & Sendable {
    try await results(
      inputs, .async(body),
      CallOptions(timeout: timeout, retries: retries, priority: priority, batching: batching),
      CallSite(fileID: fileID, line: line))
  }

  // MARK: What they have in common

  private func outputs<Inputs: Collection & Sendable, Output: Codable & Sendable>(
    _ inputs: Inputs, _ body: CallBody<Inputs.Element, Output>, _ options: CallOptions,
    _ site: CallSite
  ) async throws -> [Output] where Inputs.Element: Codable & Sendable {
    guard !inputs.isEmpty else { return [] }
    let kept = try await end(
      inputs, body, OrderedOutputs<Output>(count: inputs.count), goesOn: false, options, site)
    if let failure = kept.failure { throw failure.error }
    return kept.outputs
  }

  private func results<Inputs: Collection & Sendable, Output: Codable & Sendable>(
    _ inputs: Inputs, _ body: CallBody<Inputs.Element, Output>, _ options: CallOptions,
    _ site: CallSite
  ) async throws -> [Result<Output, any Error>] where Inputs.Element: Codable & Sendable {
    guard !inputs.isEmpty else { return [] }
    let kept = try await end(
      inputs, body, OrderedResults<Output>(count: inputs.count), goesOn: true, options, site)
    try Task.checkCancellation()
    return kept.results.map { $0 ?? .failure(CancellationError()) }
  }

  private func end<Inputs: Collection & Sendable, Kept: Collector>(
    _ inputs: Inputs, _ body: CallBody<Inputs.Element, Kept.Output>, _ kept: Kept, goesOn: Bool,
    _ options: CallOptions, _ site: CallSite
  ) async throws -> Kept where Inputs.Element: Codable & Sendable {
    let call = ItemsCall(
      count: inputs.count, inputs: { inputs.slice($0) }, body: body, kept: kept, goesOn: goesOn,
      options: options, site: site)
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

extension Collection {
  /// The elements at some distances from the beginning.
  fileprivate func slice(_ items: Range<Int>) -> [Element] {
    let first = index(startIndex, offsetBy: items.lowerBound)
    return Array(self[first..<index(first, offsetBy: items.count)])
  }
}
