/// The outputs of a stream of inputs, as they come; the first error ends it.
///
/// Inputs are read only as fast as outputs are taken, where they are taken: a sequence of inputs need not
/// be `Sendable`, and may be a `lazy` one over an endless range. Each iteration is a call of its own; leaving
/// the loop gives up what was begun.
public struct PoolResults<Output: Codable & Sendable>: AsyncSequence {
  /// What is given: outputs.
  public typealias Element = Output

  fileprivate let outcomes: PoolOutcomes<Output>

  /// Takes outputs one by one.
  public struct AsyncIterator: AsyncIteratorProtocol {
    @usableFromInline let iteration: StreamIteration<Output>

    init(_ iteration: StreamIteration<Output>) { self.iteration = iteration }

    /// The next output.
    ///
    /// - Returns: nil at the end.
    /// - Throws: what the work or the source of inputs threw, `CancellationError`, or a `PoolError`; then
    ///   it is over.
    @inlinable
    public mutating func next() async throws -> Output? {
      try await next(isolation: #isolation)
    }

    /// The next output.
    ///
    /// - Parameter actor: where the caller is.
    /// - Returns: nil at the end.
    /// - Throws: as `next()`.
    @inlinable
    public mutating func next(isolation actor: isolated (any Actor)?) async throws -> Output? {
      if let output = iteration.nextAtHand() { return output }
      do {
        return try await iteration.next(isolation: actor)?.get()
      } catch {
        // What is left is given up here, not when the iterator goes.
        iteration.end()
        throw error
      }
    }
  }

  /// Begins.
  ///
  /// - Returns: an iterator of its own.
  public func makeAsyncIterator() -> AsyncIterator {
    AsyncIterator(StreamIteration(outcomes.begin()))
  }
}

/// How each of a stream of inputs ended, as they come; errors don't end it.
public struct PoolOutcomes<Output: Codable & Sendable>: AsyncSequence {
  /// What is given: an output or an error for each input.
  public typealias Element = Result<Output, any Error>

  fileprivate let begin: () -> StreamIteration<Output>.Source

  /// Takes results one by one.
  public struct AsyncIterator: AsyncIteratorProtocol {
    @usableFromInline let iteration: StreamIteration<Output>

    init(_ iteration: StreamIteration<Output>) { self.iteration = iteration }

    /// The next result.
    ///
    /// - Returns: nil at the end.
    /// - Throws: what the source of inputs threw, `CancellationError`, or a `PoolError` if the pool takes no
    ///   work.
    @inlinable
    public mutating func next() async throws -> Result<Output, any Error>? {
      try await next(isolation: #isolation)
    }

    /// The next result.
    ///
    /// - Parameter actor: where the caller is.
    /// - Returns: nil at the end.
    /// - Throws: as `next()`.
    @inlinable
    public mutating func next(
      isolation actor: isolated (any Actor)?
    ) async throws -> Result<Output, any Error>? {
      if let output = iteration.nextAtHand() { return .success(output) }
      return try await iteration.next(isolation: actor)
    }
  }

  /// Begins.
  ///
  /// - Returns: an iterator of its own.
  public func makeAsyncIterator() -> AsyncIterator {
    AsyncIterator(StreamIteration(begin()))
  }
}

extension WorkerPool {
  // MARK: Streams of results

  /// Calls a closure for every input of a sequence, which may be endless, and gives outputs as they are
  /// taken.
  ///
  /// ```swift
  /// for try await sum in pool.results(of: paths, order: .completion, { try checksum($0) }) { … }
  /// ```
  ///
  /// - Parameters:
  ///   - inputs: what the closure gets; read as outputs are taken.
  ///   - options: what is asked for each.
  ///   - order: in which order outputs are given.
  ///   - inFlight: how many inputs may have been read whose outputs have not been taken; nil for 64, or
  ///     four for each worker if that is more.
  ///   - fileID: the caller's file, for errors.
  ///   - line: the caller's line, for errors.
  ///   - body: the closure; for processes a literal that captures nothing.
  /// - Returns: the outputs; the first error ends them.
  /// - Throws: `invalidArgument`.
  @inlinable
  @inline(__always)
  public func results<Inputs: Sequence, Output: Codable & Sendable>(
    of inputs: Inputs, _ options: CallOptions, order: ResultOrder = .input,
    inFlight: Int? = nil, fileID: StaticString = #fileID, line: UInt = #line,
    _ body: @escaping @Sendable (Inputs.Element) throws -> Output
  ) throws(PoolError) -> PoolResults<Output> where Inputs.Element: Codable & Sendable {
    try outputs(
      inputs.parts(), .sync(body, at: CallSite(fileID: fileID, line: line)), order, inFlight,
      options)
  }

  /// Calls an async closure for every input of a sequence, which may be endless.
  ///
  /// - Parameters:
  ///   - inputs: what the closure gets; read as outputs are taken.
  ///   - options: what is asked for each.
  ///   - order: in which order outputs are given.
  ///   - inFlight: how many inputs may have been read whose outputs have not been taken.
  ///   - fileID: the caller's file, for errors.
  ///   - line: the caller's line, for errors.
  ///   - body: the closure.
  /// - Returns: the outputs; the first error ends them.
  /// - Throws: `invalidArgument`.
  @inlinable
  @inline(__always)
  public func results<Inputs: Sequence, Output: Codable & Sendable>(
    of inputs: Inputs, _ options: CallOptions, order: ResultOrder = .input,
    inFlight: Int? = nil, fileID: StaticString = #fileID, line: UInt = #line,
    _ body: @escaping @Sendable (Inputs.Element) async throws -> Output
  ) throws(PoolError) -> PoolResults<Output> where Inputs.Element: Codable & Sendable {
    try outputs(
      inputs.parts(), .async(body, at: CallSite(fileID: fileID, line: line)), order, inFlight,
      options)
  }

  /// Does the work of every task of a sequence, which may be endless.
  ///
  /// - Parameters:
  ///   - tasks: the tasks; read as outputs are taken.
  ///   - options: what is asked for each.
  ///   - order: in which order outputs are given.
  ///   - inFlight: how many tasks may have been read whose outputs have not been taken.
  /// - Returns: the outputs; the first error ends them.
  /// - Throws: `invalidArgument`.
  @inlinable
  @inline(__always)
  public func results<Tasks: Sequence>(
    of tasks: Tasks, _ options: CallOptions = CallOptions(), order: ResultOrder = .input,
    inFlight: Int? = nil
  ) throws(PoolError) -> PoolResults<Tasks.Element.Output> where Tasks.Element: WorkerTask {
    try outputs(
      tasks.parts(), CallBody<Tasks.Element, Tasks.Element.Output>.runningTasks, order, inFlight,
      options)
  }

  /// Calls a closure for every input of a sequence, and yields a result for each.
  ///
  /// - Parameters:
  ///   - inputs: what the closure gets; read as results are taken.
  ///   - options: what is asked for each.
  ///   - order: in which order results are given.
  ///   - inFlight: how many inputs may have been read whose results have not been taken.
  ///   - fileID: the caller's file, for errors.
  ///   - line: the caller's line, for errors.
  ///   - body: the closure; for processes a literal that captures nothing.
  /// - Returns: the results.
  /// - Throws: `invalidArgument`.
  @inlinable
  @inline(__always)
  public func outcomes<Inputs: Sequence, Output: Codable & Sendable>(
    of inputs: Inputs, _ options: CallOptions, order: ResultOrder = .input,
    inFlight: Int? = nil, fileID: StaticString = #fileID, line: UInt = #line,
    _ body: @escaping @Sendable (Inputs.Element) throws -> Output
  ) throws(PoolError) -> PoolOutcomes<Output> where Inputs.Element: Codable & Sendable {
    try outcomes(
      inputs.parts(), .sync(body, at: CallSite(fileID: fileID, line: line)), order, inFlight,
      options)
  }

  /// Calls a closure for every input of an asynchronous sequence, which may be endless.
  ///
  /// - Parameters:
  ///   - inputs: what the closure gets; read as outputs are taken, by a task of its own.
  ///   - options: what is asked for each.
  ///   - order: in which order outputs are given.
  ///   - inFlight: how many inputs may have been read whose outputs have not been taken.
  ///   - fileID: the caller's file, for errors.
  ///   - line: the caller's line, for errors.
  ///   - body: the closure; for processes a literal that captures nothing.
  /// - Returns: the outputs; the first error ends them, be it the work's or the sequence's own.
  /// - Throws: `invalidArgument`.
  public func results<Inputs: AsyncSequence & Sendable, Output: Codable & Sendable>(
    of inputs: Inputs, _ options: CallOptions, order: ResultOrder = .input,
    inFlight: Int? = nil, fileID: StaticString = #fileID, line: UInt = #line,
    _ body: @escaping @Sendable (Inputs.Element) throws -> Output
  ) throws(PoolError) -> PoolResults<Output> where Inputs.Element: Codable & Sendable {
    let options = try options.checked(nestingLimit: intake.engine.nestingLimit)
    let bound = try bound(inFlight)
    let site = CallSite(fileID: fileID, line: line)
    return PoolResults(
      outcomes: PoolOutcomes { [self] in
        let call = StreamCall(
          body: .sync(body, at: site), inFlight: bound, order: order, options: options)
        let reader = Task {
          do {
            for try await input in inputs {
              await call.waitForRoom()
              if call.isCancelled { return }
              call.feed([input])
              try intake.engine.enqueue(call)
            }
            call.close()
          } catch {
            call.close(error)
          }
        }
        return source(call, feed: { _ = call.noteTaken($0) }) { reader.cancel() }
      })
  }

  // MARK: What they have in common

  @usableFromInline
  func outputs<Input: Codable & Sendable, Output: Codable & Sendable>(
    _ inputs: @escaping () -> (Int) -> [Input], _ body: CallBody<Input, Output>,
    _ order: ResultOrder, _ inFlight: Int?, _ options: CallOptions
  ) throws(PoolError) -> PoolResults<Output> {
    PoolResults(outcomes: try outcomes(inputs, body, order, inFlight, options))
  }

  @usableFromInline
  func outcomes<Input: Codable & Sendable, Output: Codable & Sendable>(
    _ inputs: @escaping () -> (Int) -> [Input], _ body: CallBody<Input, Output>,
    _ order: ResultOrder, _ inFlight: Int?, _ options: CallOptions
  ) throws(PoolError) -> PoolOutcomes<Output> {
    let options = try options.checked(nestingLimit: intake.engine.nestingLimit)
    let bound = try bound(inFlight)
    return PoolOutcomes { [self] in
      let call = StreamCall(body: body, inFlight: bound, order: order, options: options)
      let read = inputs()
      var isAtEnd = false
      return source(
        call,
        feed: { taken in
          // Not one by one: what is sent together costs less.
          let room = call.noteTaken(taken)
          guard !isAtEnd, room > bound / 2 || room == bound else { return }
          var fed = 0
          while fed < room, !isAtEnd {
            let wanted = min(room - fed, call.part)
            let part = read(wanted)
            isAtEnd = part.count < wanted
            call.feed(part)
            fed += part.count
          }
          if fed > 0 { try self.intake.engine.enqueue(call) }
          if isAtEnd { call.close() }
        }, onCancel: {})
    }
  }

  private func bound(_ inFlight: Int?) throws(PoolError) -> Int {
    let bound = inFlight ?? max(64, 4 * workerCount)
    try OptionCheck.number("inFlight", bound, in: OptionCheck.inFlight)
    return bound
  }

  private func source<Input: Codable & Sendable, Output: Codable & Sendable>(
    _ call: StreamCall<Input, Output>, feed: @escaping (Int) throws -> Void,
    onCancel: @escaping @Sendable () -> Void
  ) -> StreamIteration<Output>.Source {
    StreamIteration<Output>.Source(
      feed: feed, poll: { try call.poll() }, wait: { await call.waitForResult() },
      cancel: { [self] in
        onCancel()
        call.cancel(CancellationError())
        intake.engine.stop(call)
      })
  }
}

extension Sequence {
  /// Reads the elements anew, and so many at a time; fewer are the last.
  ///
  /// In the caller's module, where the sequence's type is known, as `Collection.slices()` is.
  @inlinable
  func parts() -> () -> (Int) -> [Element] {
    {
      var iterator = makeIterator()
      return { most in
        var elements: [Element] = []
        while elements.count < most, let element = iterator.next() { elements.append(element) }
        return elements
      }
    }
  }
}
