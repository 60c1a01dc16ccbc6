extension WorkerPool {
  // MARK: All outputs, or the first error

  /// Runs every task, and returns their outputs in order.
  ///
  /// When one fails, what waits is not begun, what runs is stopped, and the error is thrown.
  ///
  /// - Parameters:
  ///   - tasks: the tasks.
  ///   - options: what is asked for each.
  /// - Returns: the outputs.
  /// - Throws: what a task threw, `CancellationError`, or a `PoolError`.
  @inlinable
  @inline(__always)
  nonisolated(nonsending) public func map<Tasks: Collection & Sendable>(
    _ tasks: Tasks, _ options: CallOptions = CallOptions()
  ) async throws -> [Tasks.Element.Output] where Tasks.Element: WorkerTask {
    try await outputs(
      tasks.sliced(), CallBody<Tasks.Element, Tasks.Element.Output>.runningTasks, options)
  }

  /// Calls a closure for every input, and returns the outputs in order.
  ///
  /// When one fails, what waits is not begun, what runs is stopped, and the error is thrown.
  ///
  /// - Parameters:
  ///   - inputs: what the closure gets, one after the other.
  ///   - options: what is asked for each.
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
    _ inputs: Inputs, _ options: CallOptions, fileID: StaticString = #fileID, line: UInt = #line,
    _ body: @escaping @Sendable (Inputs.Element) throws -> Output
  ) async throws -> [Output] where Inputs.Element: Codable & Sendable {
    try await outputs(
      inputs.sliced(), .sync(body, at: CallSite(fileID: fileID, line: line)), options)
  }

  /// Calls an async closure for every input, and returns the outputs in order.
  ///
  /// - Parameters:
  ///   - inputs: what the closure gets, one after the other.
  ///   - options: what is asked for each.
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
    _ inputs: Inputs, _ options: CallOptions, fileID: StaticString = #fileID, line: UInt = #line,
    _ body: @escaping @Sendable (Inputs.Element) async throws -> Output
  ) async throws -> [Output] where Inputs.Element: Codable & Sendable {
    try await outputs(
      inputs.sliced(), .async(body, at: CallSite(fileID: fileID, line: line)), options)
  }

  // MARK: Every result

  /// Runs every task, and returns a result for each, in order.
  ///
  /// - Parameters:
  ///   - tasks: the tasks.
  ///   - options: what is asked for each.
  /// - Returns: the results.
  /// - Throws: `CancellationError`, or a `PoolError` if the pool did not take the work.
  @inlinable
  @inline(__always)
  nonisolated(nonsending) public func mapResults<Tasks: Collection & Sendable>(
    _ tasks: Tasks, _ options: CallOptions = CallOptions()
  ) async throws -> [Result<Tasks.Element.Output, any Error>] where Tasks.Element: WorkerTask {
    try await results(
      tasks.sliced(), CallBody<Tasks.Element, Tasks.Element.Output>.runningTasks, options)
  }

  /// Calls a closure for every input, and returns a result for each, in order.
  ///
  /// - Parameters:
  ///   - inputs: what the closure gets, one after the other.
  ///   - options: what is asked for each.
  ///   - fileID: the caller's file, for errors.
  ///   - line: the caller's line, for errors.
  ///   - body: the closure; for processes a literal that captures nothing.
  /// - Returns: the results.
  /// - Throws: `CancellationError`, or a `PoolError` if the pool did not take the work.
  @inlinable
  @inline(__always)
  nonisolated(nonsending) public func mapResults<
    Inputs: Collection & Sendable, Output: Codable & Sendable
  >(
    _ inputs: Inputs, _ options: CallOptions, fileID: StaticString = #fileID, line: UInt = #line,
    _ body: @escaping @Sendable (Inputs.Element) throws -> Output
  ) async throws -> [Result<Output, any Error>] where Inputs.Element: Codable & Sendable {
    try await results(
      inputs.sliced(), .sync(body, at: CallSite(fileID: fileID, line: line)), options)
  }

  /// Calls an async closure for every input, and returns a result for each, in order.
  ///
  /// - Parameters:
  ///   - inputs: what the closure gets, one after the other.
  ///   - options: what is asked for each.
  ///   - fileID: the caller's file, for errors.
  ///   - line: the caller's line, for errors.
  ///   - body: the closure; for processes a literal that captures nothing.
  /// - Returns: the results.
  /// - Throws: `CancellationError`, or a `PoolError` if the pool did not take the work.
  @inlinable
  @inline(__always)
  nonisolated(nonsending) public func mapResults<
    Inputs: Collection & Sendable, Output: Codable & Sendable
  >(
    _ inputs: Inputs, _ options: CallOptions, fileID: StaticString = #fileID, line: UInt = #line,
    _ body: @escaping @Sendable (Inputs.Element) async throws -> Output
  ) async throws -> [Result<Output, any Error>] where Inputs.Element: Codable & Sendable {
    try await results(
      inputs.sliced(), .async(body, at: CallSite(fileID: fileID, line: line)), options)
  }

  // MARK: What they have in common

  @usableFromInline
  nonisolated(nonsending) func outputs<Input: Codable & Sendable, Output: Codable & Sendable>(
    _ inputs: SlicedInputs<Input>, _ body: CallBody<Input, Output>, _ options: CallOptions
  ) async throws -> [Output] {
    guard let kept = try await end(inputs, body, OrderedOutputs<Output>.self, options) else {
      return []
    }
    if let failure = kept.failure { throw failure.error }
    return kept.outputs
  }

  @usableFromInline
  nonisolated(nonsending) func results<Input: Codable & Sendable, Output: Codable & Sendable>(
    _ inputs: SlicedInputs<Input>, _ body: CallBody<Input, Output>, _ options: CallOptions
  ) async throws -> [Result<Output, any Error>] {
    guard let kept = try await end(inputs, body, OrderedResults<Output>.self, options) else {
      return []
    }
    try Task.checkCancellation()
    return kept.results.map { $0 ?? .failure(CancellationError()) }
  }

  /// Does the work of all items.
  ///
  /// - Returns: what was kept of their ends; nil when there are none.
  nonisolated(nonsending) private func end<Input, Kept: Collector>(
    _ inputs: SlicedInputs<Input>, _ body: CallBody<Input, Kept.Output>, _: Kept.Type,
    _ options: CallOptions
  ) async throws -> Kept? {
    let options = try options.checked(nestingLimit: intake.engine.nestingLimit)
    guard inputs.count > 0 else { return nil }
    try OptionCheck.outputs(of: inputs.count, bytesEach: Kept.bytesPerItem)
    let call = ItemsCall(
      count: inputs.count, inputs: inputs.slice, body: body, kept: Kept(count: inputs.count),
      options: options)
    try intake.engine.enqueue(call)
    return await withTaskCancellationHandler {
      await call.completion.wait()
    } onCancel: {
      call.cancel(CancellationError())
      intake.engine.stop(call)
    }
  }
}

/// The inputs of a call, and how to get some of them.
@usableFromInline
struct SlicedInputs<Input: Sendable>: Sendable {
  let count: Int
  /// Gives the inputs at some distances from the beginning.
  let slice: @Sendable (Range<Int>) -> [Input]

  @usableFromInline
  init(count: Int, slice: @escaping @Sendable (Range<Int>) -> [Input]) {
    self.count = count
    self.slice = slice
  }
}

extension Collection where Self: Sendable, Element: Sendable {
  /// Gives the elements at some distances from the beginning.
  ///
  /// In the caller's module, where the collection's type is known: elsewhere each step over an element
  /// asks the runtime for types. For this the methods above are inlined there, always, since a method of
  /// `any WorkerPool` is not specialised; and for this the closure is made here, in a function that does
  /// not depend on the pool's type either.
  @inlinable
  func sliced() -> SlicedInputs<Element> {
    guard self is any RandomAccessCollection else {
      // Each slice would walk over all that is before it, and a filter would be asked again and again.
      let elements = Array(self)
      return SlicedInputs(count: elements.count) { Array(elements[$0]) }
    }
    return SlicedInputs(count: count) { items in
      let first = index(startIndex, offsetBy: items.lowerBound)
      return Array(self[first..<index(first, offsetBy: items.count)])
    }
  }
}
