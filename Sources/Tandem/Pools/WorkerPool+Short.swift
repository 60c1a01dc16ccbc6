// Calls with the default options: `pool.map(inputs) { … }`.

extension WorkerPool {
  /// Calls a closure for every input, and returns the outputs in order.
  ///
  /// - Parameters:
  ///   - inputs: what the closure gets, one after the other.
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
    _ inputs: Inputs, fileID: StaticString = #fileID, line: UInt = #line,
    _ body: @escaping @Sendable (Inputs.Element) throws -> Output
  ) async throws -> [Output] where Inputs.Element: Codable & Sendable {
    try await map(inputs, CallOptions(), fileID: fileID, line: line, body)
  }

  /// Calls an async closure for every input, and returns the outputs in order.
  ///
  /// - Parameters:
  ///   - inputs: what the closure gets, one after the other.
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
    _ inputs: Inputs, fileID: StaticString = #fileID, line: UInt = #line,
    _ body: @escaping @Sendable (Inputs.Element) async throws -> Output
  ) async throws -> [Output] where Inputs.Element: Codable & Sendable {
    try await map(inputs, CallOptions(), fileID: fileID, line: line, body)
  }

  /// Calls a closure for every input, and returns a result for each, in order.
  ///
  /// - Parameters:
  ///   - inputs: what the closure gets, one after the other.
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
    _ inputs: Inputs, fileID: StaticString = #fileID, line: UInt = #line,
    _ body: @escaping @Sendable (Inputs.Element) throws -> Output
  ) async throws -> [Result<Output, any Error>] where Inputs.Element: Codable & Sendable {
    try await mapResults(inputs, CallOptions(), fileID: fileID, line: line, body)
  }

  /// Calls an async closure for every input, and returns a result for each, in order.
  ///
  /// - Parameters:
  ///   - inputs: what the closure gets, one after the other.
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
    _ inputs: Inputs, fileID: StaticString = #fileID, line: UInt = #line,
    _ body: @escaping @Sendable (Inputs.Element) async throws -> Output
  ) async throws -> [Result<Output, any Error>] where Inputs.Element: Codable & Sendable {
    try await mapResults(inputs, CallOptions(), fileID: fileID, line: line, body)
  }

  /// Calls a closure in a worker and waits for its output.
  ///
  /// - Parameters:
  ///   - input: what the closure gets.
  ///   - fileID: the caller's file, for errors.
  ///   - line: the caller's line, for errors.
  ///   - body: the closure; for a process a literal that captures nothing.
  /// - Returns: the output.
  /// - Throws: what the closure threw, `CancellationError`, or a `PoolError`.
  nonisolated(nonsending) public func run<Input: Codable & Sendable, Output: Codable & Sendable>(
    _ input: Input, fileID: StaticString = #fileID, line: UInt = #line,
    _ body: @escaping @Sendable (Input) throws -> Output
  ) async throws -> Output {
    try await run(input, CallOptions(), fileID: fileID, line: line, body)
  }

  /// Calls an async closure in a worker and waits for its output.
  ///
  /// - Parameters:
  ///   - input: what the closure gets.
  ///   - fileID: the caller's file, for errors.
  ///   - line: the caller's line, for errors.
  ///   - body: the closure; for a process a literal that captures nothing.
  /// - Returns: the output.
  /// - Throws: what the closure threw, `CancellationError`, or a `PoolError`.
  nonisolated(nonsending) public func run<Input: Codable & Sendable, Output: Codable & Sendable>(
    _ input: Input, fileID: StaticString = #fileID, line: UInt = #line,
    _ body: @escaping @Sendable (Input) async throws -> Output
  ) async throws -> Output {
    try await run(input, CallOptions(), fileID: fileID, line: line, body)
  }

  /// Calls a closure in a worker and blocks the calling thread until its output is there.
  ///
  /// - Parameters:
  ///   - input: what the closure gets.
  ///   - fileID: the caller's file, for errors.
  ///   - line: the caller's line, for errors.
  ///   - body: the closure; for a process a literal that captures nothing.
  /// - Returns: the output.
  /// - Throws: what the closure threw, or a `PoolError`.
  @available(*, noasync, message: "it blocks the thread; use `await run`")
  public func run<Input: Codable & Sendable, Output: Codable & Sendable>(
    _ input: Input, fileID: StaticString = #fileID, line: UInt = #line,
    _ body: @escaping @Sendable (Input) throws -> Output
  ) throws -> Output {
    try run(input, CallOptions(), fileID: fileID, line: line, body)
  }

  /// Gives the pool a closure and returns at once.
  ///
  /// - Parameters:
  ///   - input: what the closure gets.
  ///   - fileID: the caller's file, for errors.
  ///   - line: the caller's line, for errors.
  ///   - body: the closure; for a process a literal that captures nothing.
  /// - Returns: the handle.
  /// - Throws: `encodingFailed`, `refusedClosure`, `unresolvableType`, `poolShutDown`, `poolBroken`.
  @discardableResult
  public func submit<Input: Codable & Sendable, Output: Codable & Sendable>(
    _ input: Input, fileID: StaticString = #fileID, line: UInt = #line,
    _ body: @escaping @Sendable (Input) throws -> Output
  ) throws(PoolError) -> TaskHandle<Output> {
    try submit(input, CallOptions(), fileID: fileID, line: line, body)
  }

  /// Gives the pool an async closure and returns at once.
  ///
  /// - Parameters:
  ///   - input: what the closure gets.
  ///   - fileID: the caller's file, for errors.
  ///   - line: the caller's line, for errors.
  ///   - body: the closure; for a process a literal that captures nothing.
  /// - Returns: the handle.
  /// - Throws: `encodingFailed`, `refusedClosure`, `unresolvableType`, `poolShutDown`, `poolBroken`.
  @discardableResult
  public func submit<Input: Codable & Sendable, Output: Codable & Sendable>(
    _ input: Input, fileID: StaticString = #fileID, line: UInt = #line,
    _ body: @escaping @Sendable (Input) async throws -> Output
  ) throws(PoolError) -> TaskHandle<Output> {
    try submit(input, CallOptions(), fileID: fileID, line: line, body)
  }

  /// Calls a closure for every input of a sequence, which may be endless, and gives outputs as they are
  /// taken.
  ///
  /// - Parameters:
  ///   - inputs: what the closure gets; read as outputs are taken.
  ///   - order: in which order outputs are given.
  ///   - inFlight: how many inputs may have been read whose outputs have not been taken; nil for 64, or
  ///     four for each worker if that is more.
  ///   - fileID: the caller's file, for errors.
  ///   - line: the caller's line, for errors.
  ///   - body: the closure; for processes a literal that captures nothing.
  /// - Returns: the outputs; the first error ends them.
  /// - Throws: `invalidArgument`.
  public func results<Inputs: Sequence, Output: Codable & Sendable>(
    of inputs: Inputs, order: ResultOrder = .input, inFlight: Int? = nil,
    fileID: StaticString = #fileID, line: UInt = #line,
    _ body: @escaping @Sendable (Inputs.Element) throws -> Output
  ) throws(PoolError) -> PoolResults<Output> where Inputs.Element: Codable & Sendable {
    try results(
      of: inputs, CallOptions(), order: order, inFlight: inFlight, fileID: fileID, line: line, body)
  }

  /// Calls an async closure for every input of a sequence, which may be endless, and gives outputs as they
  /// are taken.
  ///
  /// - Parameters:
  ///   - inputs: what the closure gets; read as outputs are taken.
  ///   - order: in which order outputs are given.
  ///   - inFlight: how many inputs may have been read whose outputs have not been taken; nil for 64, or
  ///     four for each worker if that is more.
  ///   - fileID: the caller's file, for errors.
  ///   - line: the caller's line, for errors.
  ///   - body: the closure; for processes a literal that captures nothing.
  /// - Returns: the outputs; the first error ends them.
  /// - Throws: `invalidArgument`.
  public func results<Inputs: Sequence, Output: Codable & Sendable>(
    of inputs: Inputs, order: ResultOrder = .input, inFlight: Int? = nil,
    fileID: StaticString = #fileID, line: UInt = #line,
    _ body: @escaping @Sendable (Inputs.Element) async throws -> Output
  ) throws(PoolError) -> PoolResults<Output> where Inputs.Element: Codable & Sendable {
    try results(
      of: inputs, CallOptions(), order: order, inFlight: inFlight, fileID: fileID, line: line, body)
  }

  /// Calls a closure for every input of an asynchronous sequence, which may be endless, and gives outputs
  /// as they are taken.
  ///
  /// - Parameters:
  ///   - inputs: what the closure gets; read as outputs are taken.
  ///   - order: in which order outputs are given.
  ///   - inFlight: how many inputs may have been read whose outputs have not been taken; nil for 64, or
  ///     four for each worker if that is more.
  ///   - fileID: the caller's file, for errors.
  ///   - line: the caller's line, for errors.
  ///   - body: the closure; for processes a literal that captures nothing.
  /// - Returns: the outputs; the first error ends them.
  /// - Throws: `invalidArgument`.
  public func results<Inputs: AsyncSequence & Sendable, Output: Codable & Sendable>(
    of inputs: Inputs, order: ResultOrder = .input, inFlight: Int? = nil,
    fileID: StaticString = #fileID, line: UInt = #line,
    _ body: @escaping @Sendable (Inputs.Element) throws -> Output
  ) throws(PoolError) -> PoolResults<Output> where Inputs.Element: Codable & Sendable {
    try results(
      of: inputs, CallOptions(), order: order, inFlight: inFlight, fileID: fileID, line: line, body)
  }

  /// Calls a closure for every input of a sequence, and gives a result for each.
  ///
  /// - Parameters:
  ///   - inputs: what the closure gets; read as results are taken.
  ///   - order: in which order results are given.
  ///   - inFlight: how many inputs may have been read whose results have not been taken; nil for 64, or
  ///     four for each worker if that is more.
  ///   - fileID: the caller's file, for errors.
  ///   - line: the caller's line, for errors.
  ///   - body: the closure; for processes a literal that captures nothing.
  /// - Returns: the results.
  /// - Throws: `invalidArgument`.
  public func outcomes<Inputs: Sequence, Output: Codable & Sendable>(
    of inputs: Inputs, order: ResultOrder = .input, inFlight: Int? = nil,
    fileID: StaticString = #fileID, line: UInt = #line,
    _ body: @escaping @Sendable (Inputs.Element) throws -> Output
  ) throws(PoolError) -> PoolOutcomes<Output> where Inputs.Element: Codable & Sendable {
    try outcomes(
      of: inputs, CallOptions(), order: order, inFlight: inFlight, fileID: fileID, line: line, body)
  }
}
