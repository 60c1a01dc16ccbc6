// Every form comes down to `submit(_:to:…)` with a body.

extension WorkerPool {
  // MARK: One result

  /// Does the work of a task and waits for its output; cancelling the waiting task cancels the work.
  ///
  /// - Parameters:
  ///   - task: the task.
  ///   - timeout: how long it may run, not counting the time in which it waits; then it is stopped.
  ///   - retries: how often it is done again after a failure.
  ///   - priority: what goes first when work waits.
  ///   - fileID: the caller's file, for errors.
  ///   - line: the caller's line, for errors.
  /// - Returns: the output.
  /// - Throws: what the task threw, `CancellationError`, or a `PoolError`.
  nonisolated(nonsending) public func run<Task: WorkerTask>(
    _ task: Task, timeout: Duration? = nil, retries: RetryPolicy = .none,
    priority: CallPriority = .normal, fileID: StaticString = #fileID, line: UInt = #line
  ) async throws -> Task.Output {
    try await submit(
      task, timeout: timeout, retries: retries, priority: priority, fileID: fileID, line: line
    ).value
  }

  /// Calls a closure in a worker and waits for its output.
  ///
  /// - Parameters:
  ///   - input: what the closure gets.
  ///   - timeout: as for a task.
  ///   - retries: as for a task.
  ///   - priority: as for a task.
  ///   - fileID: the caller's file, for errors.
  ///   - line: the caller's line, for errors.
  ///   - body: the closure; for a process a literal that captures nothing.
  /// - Returns: the output.
  /// - Throws: what the closure threw, `CancellationError`, or a `PoolError`.
  nonisolated(nonsending) public func run<Input: Codable & Sendable, Output: Codable & Sendable>(
    _ input: Input, timeout: Duration? = nil, retries: RetryPolicy = .none,
    priority: CallPriority = .normal, fileID: StaticString = #fileID, line: UInt = #line,
    _ body: @escaping @Sendable (Input) throws -> Output
  ) async throws -> Output {
    try await submit(
      input, timeout: timeout, retries: retries, priority: priority, fileID: fileID, line: line,
      body
    ).value
  }

  /// Calls an async closure in a worker and waits for its output.
  ///
  /// - Parameters:
  ///   - input: what the closure gets.
  ///   - timeout: as for a task.
  ///   - retries: as for a task.
  ///   - priority: as for a task.
  ///   - fileID: the caller's file, for errors.
  ///   - line: the caller's line, for errors.
  ///   - body: the closure.
  /// - Returns: the output.
  /// - Throws: what the closure threw, `CancellationError`, or a `PoolError`.
  nonisolated(nonsending) public func run<Input: Codable & Sendable, Output: Codable & Sendable>(
    _ input: Input, timeout: Duration? = nil, retries: RetryPolicy = .none,
    priority: CallPriority = .normal, fileID: StaticString = #fileID, line: UInt = #line,
    _ body: @escaping @Sendable (Input) async throws -> Output
  ) async throws -> Output {
    try await submit(
      input, timeout: timeout, retries: retries, priority: priority, fileID: fileID, line: line,
      body
    ).value
  }

  // MARK: One result, blocking

  /// Does the work of a task and blocks the calling thread until its output is there.
  ///
  /// - Parameters:
  ///   - task: the task.
  ///   - timeout: how long it may run; then it is stopped.
  ///   - retries: how often it is done again after a failure.
  ///   - priority: what goes first when work waits.
  ///   - fileID: the caller's file, for errors.
  ///   - line: the caller's line, for errors.
  /// - Returns: the output.
  /// - Throws: what the task threw, or a `PoolError`.
  @available(*, noasync, message: "it blocks the thread; use `await run`")
  public func run<Task: WorkerTask>(
    _ task: Task, timeout: Duration? = nil, retries: RetryPolicy = .none,
    priority: CallPriority = .normal, fileID: StaticString = #fileID, line: UInt = #line
  ) throws -> Task.Output {
    let site = CallSite(fileID: fileID, line: line)
    return try wait(
      for: CallBody<Task, Task.Output>.runningTasks, task, timeout, retries, priority, site)
  }

  /// Calls a closure in a worker and blocks the calling thread until its output is there.
  ///
  /// - Parameters:
  ///   - input: what the closure gets.
  ///   - timeout: as for a task.
  ///   - retries: as for a task.
  ///   - priority: as for a task.
  ///   - fileID: the caller's file, for errors.
  ///   - line: the caller's line, for errors.
  ///   - body: the closure; for a process a literal that captures nothing.
  /// - Returns: the output.
  /// - Throws: what the closure threw, or a `PoolError`.
  @available(*, noasync, message: "it blocks the thread; use `await run`")
  public func run<Input: Codable & Sendable, Output: Codable & Sendable>(
    _ input: Input, timeout: Duration? = nil, retries: RetryPolicy = .none,
    priority: CallPriority = .normal, fileID: StaticString = #fileID, line: UInt = #line,
    _ body: @escaping @Sendable (Input) throws -> Output
  ) throws -> Output {
    let site = CallSite(fileID: fileID, line: line)
    return try wait(for: .sync(body), input, timeout, retries, priority, site)
  }

  // MARK: A handle

  /// Gives the pool a task and returns at once.
  ///
  /// - Parameters:
  ///   - task: the task.
  ///   - timeout: how long it may run; then it is stopped.
  ///   - retries: how often it is done again after a failure.
  ///   - priority: what goes first when work waits.
  ///   - fileID: the caller's file, for errors.
  ///   - line: the caller's line, for errors.
  /// - Returns: the handle.
  /// - Throws: `invalidArgument`, `encodingFailed`, `unresolvableType`, `poolShutDown`, `poolBroken`.
  @discardableResult
  public func submit<Task: WorkerTask>(
    _ task: Task, timeout: Duration? = nil, retries: RetryPolicy = .none,
    priority: CallPriority = .normal, fileID: StaticString = #fileID, line: UInt = #line
  ) throws(PoolError) -> TaskHandle<Task.Output> {
    try begin(
      CallBody<Task, Task.Output>.runningTasks, task, timeout, retries, priority,
      CallSite(fileID: fileID, line: line))
  }

  /// Gives the pool a closure and returns at once.
  ///
  /// - Parameters:
  ///   - input: what the closure gets.
  ///   - timeout: as for a task.
  ///   - retries: as for a task.
  ///   - priority: as for a task.
  ///   - fileID: the caller's file, for errors.
  ///   - line: the caller's line, for errors.
  ///   - body: the closure; for a process a literal that captures nothing.
  /// - Returns: the handle.
  /// - Throws: as for a task, and `refusedClosure`.
  @discardableResult
  public func submit<Input: Codable & Sendable, Output: Codable & Sendable>(
    _ input: Input, timeout: Duration? = nil, retries: RetryPolicy = .none,
    priority: CallPriority = .normal, fileID: StaticString = #fileID, line: UInt = #line,
    _ body: @escaping @Sendable (Input) throws -> Output
  ) throws(PoolError) -> TaskHandle<Output> {
    try begin(
      .sync(body), input, timeout, retries, priority, CallSite(fileID: fileID, line: line))
  }

  /// Gives the pool an async closure and returns at once.
  ///
  /// - Parameters:
  ///   - input: what the closure gets.
  ///   - timeout: as for a task.
  ///   - retries: as for a task.
  ///   - priority: as for a task.
  ///   - fileID: the caller's file, for errors.
  ///   - line: the caller's line, for errors.
  ///   - body: the closure.
  /// - Returns: the handle.
  /// - Throws: as for a task, and `refusedClosure`.
  @discardableResult
  public func submit<Input: Codable & Sendable, Output: Codable & Sendable>(
    _ input: Input, timeout: Duration? = nil, retries: RetryPolicy = .none,
    priority: CallPriority = .normal, fileID: StaticString = #fileID, line: UInt = #line,
    _ body: @escaping @Sendable (Input) async throws -> Output
  ) throws(PoolError) -> TaskHandle<Output> {
    try begin(
      .async(body), input, timeout, retries, priority, CallSite(fileID: fileID, line: line))
  }

  private func begin<Input: Codable & Sendable, Output: Codable & Sendable>(
    _ body: CallBody<Input, Output>, _ input: Input, _ timeout: Duration?, _ retries: RetryPolicy,
    _ priority: CallPriority, _ site: CallSite
  ) throws(PoolError) -> TaskHandle<Output> {
    let call = SingleCall(
      input, body,
      options: try CallOptions(timeout: timeout, retries: retries, priority: priority), site: site)
    try enqueue(PoolWork(call))
    return TaskHandle(call, self)
  }

  private func wait<Input: Codable & Sendable, Output: Codable & Sendable>(
    for body: CallBody<Input, Output>, _ input: Input, _ timeout: Duration?,
    _ retries: RetryPolicy, _ priority: CallPriority, _ site: CallSite
  ) throws -> Output {
    try checkMayBlock()
    let call = SingleCall(
      input, body,
      options: try CallOptions(timeout: timeout, retries: retries, priority: priority), site: site)
    try enqueue(PoolWork(call)) { call.completion.value != nil }
    guard let outcome = call.completion.waitBlocking(timeout: nil) else {
      throw CancellationError()
    }
    return try outcome.get(Output.self)
  }
}
