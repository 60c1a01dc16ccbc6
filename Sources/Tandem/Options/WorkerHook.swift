/// What a worker does once, when it begins or when it ends.
public struct WorkerHook: Sendable {
  let makeRecord: @Sendable () throws(PoolError) -> [UInt8]
  let runHere: @Sendable () async throws -> Void

  /// Makes a hook of a task.
  ///
  /// - Parameter task: the task; its output is dropped.
  public init<Task: WorkerTask>(_ task: Task) {
    makeRecord = { () throws(PoolError) in try TaskRecord(task).encoded() }
    runHere = { _ = try await task.run() }
  }

  /// Makes a hook of a closure.
  ///
  /// - Parameters:
  ///   - input: what the closure gets.
  ///   - fileID: the caller's file, for errors.
  ///   - line: the caller's line, for errors.
  ///   - body: a closure that captures nothing; what it returns is dropped.
  public init<Input: Codable & Sendable, Output: Codable & Sendable>(
    _ input: Input, fileID: StaticString = #fileID, line: UInt = #line,
    _ body: @escaping @Sendable (Input) throws -> Output
  ) {
    let box = ClosureCode.Box(body: body)
    makeRecord = { () throws(PoolError) in
      try TaskRecord(box, input: input, at: CallSite(fileID: fileID, line: line)).encoded()
    }
    runHere = { _ = try body(input) }
  }
}
