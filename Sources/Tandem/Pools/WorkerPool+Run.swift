// Every form comes down to `begin` or `wait` with a body.

extension WorkerPool {
  // MARK: One result

  /// Runs a task and waits for its output; cancelling the waiting task cancels the work.
  ///
  /// - Parameters:
  ///   - task: the task.
  ///   - options: what is asked for it.
  /// - Returns: the output.
  /// - Throws: what the task threw, `CancellationError`, or a `PoolError`.
  nonisolated(nonsending) public func run<Task: WorkerTask>(
    _ task: Task, _ options: CallOptions = CallOptions()
  ) async throws -> Task.Output {
    try await submit(task, options).value
  }

  /// Calls a closure in a worker and waits for its output; cancelling the waiting task cancels the work.
  ///
  /// - Parameters:
  ///   - input: what the closure gets.
  ///   - options: what is asked for it.
  ///   - fileID: the caller's file, for errors.
  ///   - line: the caller's line, for errors.
  ///   - body: the closure; for a process a literal that captures nothing.
  /// - Returns: the output.
  /// - Throws: what the closure threw, `CancellationError`, or a `PoolError`.
  nonisolated(nonsending) public func run<Input: Codable & Sendable, Output: Codable & Sendable>(
    _ input: Input, _ options: CallOptions, fileID: StaticString = #fileID, line: UInt = #line,
    _ body: @escaping @Sendable (Input) throws -> Output
  ) async throws -> Output {
    try await submit(input, options, fileID: fileID, line: line, body).value
  }

  /// Calls an async closure in a worker and waits for its output; cancelling the waiting task cancels the
  /// work.
  ///
  /// - Parameters:
  ///   - input: what the closure gets.
  ///   - options: what is asked for it.
  ///   - fileID: the caller's file, for errors.
  ///   - line: the caller's line, for errors.
  ///   - body: the closure; for a process a literal that captures nothing.
  /// - Returns: the output.
  /// - Throws: what the closure threw, `CancellationError`, or a `PoolError`.
  nonisolated(nonsending) public func run<Input: Codable & Sendable, Output: Codable & Sendable>(
    _ input: Input, _ options: CallOptions, fileID: StaticString = #fileID, line: UInt = #line,
    _ body: @escaping @Sendable (Input) async throws -> Output
  ) async throws -> Output {
    try await submit(input, options, fileID: fileID, line: line, body).value
  }

  // MARK: One result, blocking

  /// Runs a task and blocks the calling thread until its output is there.
  ///
  /// - Parameters:
  ///   - task: the task.
  ///   - options: what is asked for it.
  /// - Returns: the output.
  /// - Throws: what the task threw, or a `PoolError`.
  @available(*, noasync, message: "it blocks the thread; use `await run`")
  public func run<Task: WorkerTask>(
    _ task: Task, _ options: CallOptions = CallOptions()
  ) throws -> Task.Output {
    try wait(for: CallBody<Task, Task.Output>.runningTasks, task, options)
  }

  /// Calls a closure in a worker and blocks the calling thread until its output is there.
  ///
  /// - Parameters:
  ///   - input: what the closure gets.
  ///   - options: what is asked for it.
  ///   - fileID: the caller's file, for errors.
  ///   - line: the caller's line, for errors.
  ///   - body: the closure; for a process a literal that captures nothing.
  /// - Returns: the output.
  /// - Throws: what the closure threw, or a `PoolError`.
  @available(*, noasync, message: "it blocks the thread; use `await run`")
  public func run<Input: Codable & Sendable, Output: Codable & Sendable>(
    _ input: Input, _ options: CallOptions, fileID: StaticString = #fileID, line: UInt = #line,
    _ body: @escaping @Sendable (Input) throws -> Output
  ) throws -> Output {
    try wait(for: .sync(body, at: CallSite(fileID: fileID, line: line)), input, options)
  }

  // MARK: A handle

  /// Gives the pool a task and returns at once.
  ///
  /// - Parameters:
  ///   - task: the task.
  ///   - options: what is asked for it.
  /// - Returns: the handle.
  /// - Throws: `invalidArgument`, `encodingFailed`, `unresolvableType`, `poolShutDown`, `poolBroken`.
  @discardableResult
  public func submit<Task: WorkerTask>(
    _ task: Task, _ options: CallOptions = CallOptions()
  ) throws(PoolError) -> TaskHandle<Task.Output> {
    try begin(CallBody<Task, Task.Output>.runningTasks, task, options)
  }

  /// Gives the pool a closure and returns at once.
  ///
  /// - Parameters:
  ///   - input: what the closure gets.
  ///   - options: what is asked for it.
  ///   - fileID: the caller's file, for errors.
  ///   - line: the caller's line, for errors.
  ///   - body: the closure; for a process a literal that captures nothing.
  /// - Returns: the handle.
  /// - Throws: what it throws for a task, and `refusedClosure`.
  @discardableResult
  public func submit<Input: Codable & Sendable, Output: Codable & Sendable>(
    _ input: Input, _ options: CallOptions, fileID: StaticString = #fileID, line: UInt = #line,
    _ body: @escaping @Sendable (Input) throws -> Output
  ) throws(PoolError) -> TaskHandle<Output> {
    try begin(.sync(body, at: CallSite(fileID: fileID, line: line)), input, options)
  }

  /// Gives the pool an async closure and returns at once.
  ///
  /// - Parameters:
  ///   - input: what the closure gets.
  ///   - options: what is asked for it.
  ///   - fileID: the caller's file, for errors.
  ///   - line: the caller's line, for errors.
  ///   - body: the closure; for a process a literal that captures nothing.
  /// - Returns: the handle.
  /// - Throws: what it throws for a task, and `refusedClosure`.
  @discardableResult
  public func submit<Input: Codable & Sendable, Output: Codable & Sendable>(
    _ input: Input, _ options: CallOptions, fileID: StaticString = #fileID, line: UInt = #line,
    _ body: @escaping @Sendable (Input) async throws -> Output
  ) throws(PoolError) -> TaskHandle<Output> {
    try begin(.async(body, at: CallSite(fileID: fileID, line: line)), input, options)
  }

  // MARK: What they have in common

  private func begin<Input: Codable & Sendable, Output: Codable & Sendable>(
    _ body: CallBody<Input, Output>, _ input: Input, _ options: CallOptions
  ) throws(PoolError) -> TaskHandle<Output> {
    let call = SingleCall(
      input, body, options: try options.checked(nestingLimit: intake.engine.nestingLimit))
    try intake.engine.enqueue(call)
    return TaskHandle(call, self)
  }

  private func wait<Input: Codable & Sendable, Output: Codable & Sendable>(
    for body: CallBody<Input, Output>, _ input: Input, _ options: CallOptions
  ) throws -> Output {
    let engine = intake.engine
    try engine.checkMayBlock()
    let call = SingleCall(
      input, body, options: try options.checked(nestingLimit: engine.nestingLimit))
    try engine.enqueue(call) { call.completion.value != nil }
    guard let outcome = call.completion.waitBlocking(timeout: nil) else {
      throw CancellationError()
    }
    return try outcome.get(Output.self, call.options)
  }
}
