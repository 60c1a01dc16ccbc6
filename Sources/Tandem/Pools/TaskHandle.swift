/// One piece of work that a pool was given: wait for it, look at it, cancel it.
public struct TaskHandle<Output: Codable & Sendable>: Sendable {
  /// Where the work is.
  public enum State: Sendable, Hashable {
    /// It waits for a worker.
    case waiting
    /// A worker does it.
    case running
    /// It has an output.
    case succeeded
    /// It ended with an error.
    case failed
    /// It was cancelled.
    case cancelled
  }

  private let call: SingleCall
  private let pool: any WorkerPool

  init(_ call: SingleCall, _ pool: any WorkerPool) {
    self.call = call
    self.pool = pool
  }

  /// Where the work is now.
  public var state: State {
    switch call.completion.value {
    case nil: pool.intake.engine.isRunning(call) ? .running : .waiting
    case .encoded, .received, .value: .succeeded
    case .failure(let error, _): error is CancellationError ? .cancelled : .failed
    }
  }

  /// The functions that the work's error was thrown in, innermost first, if it was thrown in a worker
  /// process; empty before that, when it isn't known, and for threads.
  ///
  /// It tells of an error of any type, also of one that arrives as it was thrown and so can't tell
  /// itself; see `RemoteError.thrownIn` for what it leaves out.
  ///
  /// - Complexity: reads symbol tables: milliseconds for a large program.
  public var thrownIn: [String] {
    if case .failure(_, let site?) = call.completion.value { site.functions } else { [] }
  }

  /// The output, once it is there; cancelling the task that waits cancels the work.
  ///
  /// - Throws: what the work threw, `CancellationError`, or a `PoolError`.
  nonisolated(nonsending) public var value: Output {
    get async throws {
      if let outcome = call.completion.value { return try outcome.get(Output.self, call.options) }
      try pool.intake.engine.checkMayAwait()
      return try await withTaskCancellationHandler {
        await call.completion.wait()
      } onCancel: {
        cancel()
      }.get(Output.self, call.options)
    }
  }

  /// Blocks the calling thread until the work has ended, or until the time is over.
  ///
  /// - Parameter timeout: how long to wait at most; nil waits for ever. The work goes on afterwards.
  /// - Returns: the output; nil when the time was over first.
  /// - Throws: what the work threw, or a `PoolError`.
  @available(*, noasync, message: "it blocks the thread; use `await value`")
  public func wait(timeout: Duration? = nil) throws -> Output? {
    if call.completion.value == nil { try pool.intake.engine.checkMayBlock() }
    return try call.completion.waitBlocking(timeout: timeout)?.get(Output.self, call.options)
  }

  /// Gives the work up: what waits never runs; what runs is asked to end, and in a worker process is
  /// made to.
  ///
  /// A thread can't be made to end: its work may continue, and its result is dropped.
  public func cancel() {
    call.cancel(CancellationError())
    pool.intake.engine.stop(call)
  }
}
