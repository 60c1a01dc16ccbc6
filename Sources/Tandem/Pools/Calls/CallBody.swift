/// What is done with one item.
@usableFromInline
package enum CallBody<Input: Codable & Sendable, Output: Codable & Sendable>: Sendable {
  /// A closure, and where the call is written.
  case sync(@Sendable (Input) throws -> Output, at: CallSite)
  /// An async closure, and where the call is written.
  case async(@Sendable (Input) async throws -> Output, at: CallSite)
  /// The item is a task; this calls its `run`.
  case task(@Sendable (Input) async throws -> Output, any WorkerTask.Type)

  /// How the body is named to a worker process.
  var function: CallFunction {
    let input = ObjectIdentifier(Input.self)
    let output = ObjectIdentifier(Output.self)
    switch self {
    case .sync(let body, let site):
      let box = ClosureCode.Box(body: body)
      let key = ClosureCode.code(of: box).map {
        CallFunction.Key(code: $0, input: input, output: output)
      }
      return CallFunction(key: key) { () throws(PoolError) in
        try TaskRecord.work(box, at: site)
      }
    case .async(let body, let site):
      let box = ClosureCode.AsyncBox(body: body)
      let key = ClosureCode.code(of: box).map {
        CallFunction.Key(code: $0, input: input, output: output)
      }
      return CallFunction(key: key) { () throws(PoolError) in
        try TaskRecord.work(box, at: site)
      }
    case .task(_, let type):
      return CallFunction(key: CallFunction.Key(code: 0, input: input, output: output)) {
        () throws(PoolError) in .task(try ConformingType(task: type))
      }
    }
  }

  /// Whether it can be called without waiting.
  var isSynchronous: Bool { if case .sync = self { true } else { false } }
}

extension CallBody where Input: WorkerTask, Output == Input.Output {
  /// The body of a call whose items are tasks.
  @usableFromInline
  package static var runningTasks: CallBody {
    .task({ task in try await task.run() }, Input.self)
  }
}
