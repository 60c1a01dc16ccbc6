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
    fileprivate var outcomes: PoolOutcomes<Output>.AsyncIterator?

    /// The next output.
    ///
    /// - Returns: nil at the end.
    /// - Throws: what the work or the source of inputs threw, `CancellationError`, or a `PoolError`; then
    ///   it is over.
    public mutating func next() async throws -> Output? {
      try await next(isolation: #isolation)
    }

    /// The next output.
    ///
    /// - Parameter actor: where the caller is.
    /// - Returns: nil at the end.
    /// - Throws: as `next()`.
    public mutating func next(isolation actor: isolated (any Actor)?) async throws -> Output? {
      do {
        return try await outcomes?.next(isolation: actor)?.get()
      } catch {
        // What is left is given up here, not when the iterator goes.
        outcomes = nil
        throw error
      }
    }
  }

  /// Begins.
  ///
  /// - Returns: an iterator of its own.
  public func makeAsyncIterator() -> AsyncIterator {
    AsyncIterator(outcomes: outcomes.makeAsyncIterator())
  }
}

/// How each of a stream of inputs ended, as they come; errors don't end it.
public struct PoolOutcomes<Output: Codable & Sendable>: AsyncSequence {
  /// What is given: an output or an error for each input.
  public typealias Element = Result<Output, any Error>

  fileprivate let begin: () -> Source

  /// One iteration.
  fileprivate struct Source {
    /// Feeds what there is room for.
    var feed: () throws -> Void
    var poll: () throws -> (Result<Output, any Error>?, isOver: Bool)
    var wait: nonisolated(nonsending) () async -> Void
    var cancel: @Sendable () -> Void
  }

  /// Gives up what was begun when the last reference goes.
  fileprivate final class Iteration {
    let source: Source
    var isOver = false

    init(_ source: Source) { self.source = source }

    deinit { if !isOver { source.cancel() } }
  }

  /// Takes results one by one.
  public struct AsyncIterator: AsyncIteratorProtocol {
    fileprivate let iteration: Iteration

    /// The next result.
    ///
    /// - Returns: nil at the end.
    /// - Throws: what the source of inputs threw, `CancellationError`, or a `PoolError` if the pool takes no
    ///   work.
    public mutating func next() async throws -> Result<Output, any Error>? {
      try await next(isolation: #isolation)
    }

    /// The next result.
    ///
    /// - Parameter actor: where the caller is.
    /// - Returns: nil at the end.
    /// - Throws: as `next()`.
    public mutating func next(
      isolation actor: isolated (any Actor)?
    ) async throws -> Result<Output, any Error>? {
      let source = iteration.source
      guard !iteration.isOver else { return nil }
      while true {
        if Task.isCancelled {
          iteration.isOver = true
          source.cancel()
          throw CancellationError()
        }
        do {
          // First, so that workers have something to do while results are taken.
          try source.feed()
          let (result, isOver) = try source.poll()
          if let result { return result }
          if isOver {
            iteration.isOver = true
            return nil
          }
        } catch {
          iteration.isOver = true
          source.cancel()
          throw error
        }
        let cancel = source.cancel
        await withTaskCancellationHandler(
          operation: { await source.wait() }, onCancel: { cancel() }, isolation: actor)
      }
    }
  }

  /// Begins.
  ///
  /// - Returns: an iterator of its own.
  public func makeAsyncIterator() -> AsyncIterator {
    AsyncIterator(iteration: Iteration(begin()))
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
  public func results<Inputs: Sequence, Output: Codable & Sendable>(
    of inputs: Inputs, _ options: CallOptions, order: ResultOrder = .input,
    inFlight: Int? = nil, fileID: StaticString = #fileID, line: UInt = #line,
    _ body: @escaping @Sendable (Inputs.Element) throws -> Output
  ) throws(PoolError) -> PoolResults<Output> where Inputs.Element: Codable & Sendable {
    PoolResults(
      outcomes: try outcomes(
        of: inputs, options, order: order, inFlight: inFlight, fileID: fileID, line: line, body))
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
  public func results<Inputs: Sequence, Output: Codable & Sendable>(
    of inputs: Inputs, _ options: CallOptions, order: ResultOrder = .input,
    inFlight: Int? = nil, fileID: StaticString = #fileID, line: UInt = #line,
    _ body: @escaping @Sendable (Inputs.Element) async throws -> Output
  ) throws(PoolError) -> PoolResults<Output> where Inputs.Element: Codable & Sendable {
    return PoolResults(
      outcomes: try outcomes(
        inputs, .async(body, at: CallSite(fileID: fileID, line: line)), order, inFlight, options))
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
  public func results<Tasks: Sequence>(
    of tasks: Tasks, _ options: CallOptions = CallOptions(), order: ResultOrder = .input,
    inFlight: Int? = nil
  ) throws(PoolError) -> PoolResults<Tasks.Element.Output> where Tasks.Element: WorkerTask {
    return PoolResults(
      outcomes: try outcomes(
        tasks, CallBody<Tasks.Element, Tasks.Element.Output>.runningTasks, order, inFlight,
        options))
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
  public func outcomes<Inputs: Sequence, Output: Codable & Sendable>(
    of inputs: Inputs, _ options: CallOptions, order: ResultOrder = .input,
    inFlight: Int? = nil, fileID: StaticString = #fileID, line: UInt = #line,
    _ body: @escaping @Sendable (Inputs.Element) throws -> Output
  ) throws(PoolError) -> PoolOutcomes<Output> where Inputs.Element: Codable & Sendable {
    return try outcomes(
      inputs, .sync(body, at: CallSite(fileID: fileID, line: line)), order, inFlight, options)
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
              call.feed(input)
              try intake.engine.enqueue(call)
            }
            call.close()
          } catch {
            call.close(error)
          }
        }
        return source(call, feed: {}) { reader.cancel() }
      })
  }

  private func outcomes<Inputs: Sequence, Output: Codable & Sendable>(
    _ inputs: Inputs, _ body: CallBody<Inputs.Element, Output>, _ order: ResultOrder,
    _ inFlight: Int?, _ options: CallOptions
  ) throws(PoolError) -> PoolOutcomes<Output> where Inputs.Element: Codable & Sendable {
    let options = try options.checked(nestingLimit: intake.engine.nestingLimit)
    let bound = try bound(inFlight)
    return PoolOutcomes { [self] in
      let call = StreamCall(
        body: body, inFlight: bound, order: order, options: options)
      var iterator = inputs.makeIterator()
      var isAtEnd = false
      return source(
        call,
        feed: {
          // Not one by one: what is sent together costs less.
          let room = call.room
          guard !isAtEnd, room > bound / 2 || room == bound else { return }
          var fed = 0
          while fed < room {
            guard let input = iterator.next() else {
              isAtEnd = true
              break
            }
            call.feed(input)
            fed += 1
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
    _ call: StreamCall<Input, Output>, feed: @escaping () throws -> Void,
    onCancel: @escaping @Sendable () -> Void
  ) -> PoolOutcomes<Output>.Source {
    PoolOutcomes.Source(
      feed: feed, poll: { try call.poll() }, wait: { await call.waitForResult() },
      cancel: { [self] in
        onCancel()
        call.cancel(CancellationError())
        intake.engine.stop(call)
      })
  }
}
