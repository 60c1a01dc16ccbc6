/// One piece of work that a pool was given: wait for it, look at it, cancel it.
public struct TaskHandle<Output: Codable & Sendable>: Sendable {
  /// Where the work is.
  public enum State: Sendable, Hashable {
    /// It waits or runs.
    case pending
    /// It has an output.
    case succeeded
    /// It ended with an error.
    case failed
    /// It was cancelled.
    case cancelled
  }

  private let completion: Completion<OneOutcome<Output>>
  private let work: PoolWork
  private let pool: any WorkerPool

  init(_ completion: Completion<OneOutcome<Output>>, _ work: PoolWork, _ pool: any WorkerPool) {
    self.completion = completion
    self.work = work
    self.pool = pool
  }

  /// Where the work is now.
  public var state: State {
    switch completion.value?.result {
    case nil: .pending
    case .success: .succeeded
    case .failure(let error): error is CancellationError ? .cancelled : .failed
    }
  }

  /// The output, once it is there; cancelling the task that waits cancels the work.
  ///
  /// - Throws: what the work threw, `CancellationError`, or a `PoolError`.
  nonisolated(nonsending) public var value: Output {
    get async throws {
      if let outcome = completion.value { return try outcome.get() }
      return try await withTaskCancellationHandler {
        await completion.wait()
      } onCancel: {
        cancel()
      }.get()
    }
  }

  /// Blocks the calling thread until the work has ended, or until the time is over.
  ///
  /// - Parameter timeout: how long to wait at most; nil waits for ever. The work goes on afterwards.
  /// - Returns: the output; nil when the time was over first.
  /// - Throws: what the work threw, or a `PoolError`.
  @available(*, noasync, message: "it blocks the thread; use `await value`")
  public func wait(timeout: Duration? = nil) throws -> Output? {
    try completion.waitBlocking(timeout: timeout)?.get()
  }

  /// Blocks the calling thread until the work has ended.
  func waitUntilEnd() throws -> Output {
    try pool.checkMayBlock()
    if pool.waitDelivering(until: { completion.value != nil }), let outcome = completion.value {
      return try outcome.get()
    }
    guard let outcome = completion.waitBlocking(timeout: nil) else { throw CancellationError() }
    return try outcome.get()
  }

  /// Gives the work up: what waits never runs; what runs is asked to end, and in a worker process is
  /// made to.
  ///
  /// A thread can't be made to end: its work runs on, and nobody hears of it.
  public func cancel() {
    work.call.cancel(CancellationError())
    pool.stop(work)
  }
}

extension OneOutcome {
  /// The output.
  func get() throws -> Output {
    guard let result else { throw CancellationError() }
    return try result.get()
  }
}
