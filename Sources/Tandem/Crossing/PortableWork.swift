internal import TandemSystem

/// A function of a number, or a task, that crosses to other processes of this program and is called there
/// any number of times.
///
/// What it gives stays where it was called, so it need not be `Codable`.
package struct PortableWork: Codable, Sendable, Hashable {
  /// What runs one call, and gives its encoded output where that was asked for.
  package enum Body: Sendable {
    /// A function that is not async.
    case blocking(@Sendable (Int) throws -> [UInt8])
    /// A function that may suspend; what it does itself runs where the caller runs.
    case suspending(Suspending)
  }

  /// A function that may suspend and otherwise runs where its caller runs.
  package typealias Suspending =
    nonisolated(nonsending) @Sendable (Int) async throws -> [UInt8]

  /// The task record.
  private var record: [UInt8]

  /// Takes over a closure literal.
  ///
  /// - Parameters:
  ///   - body: a closure that captures nothing.
  ///   - fileID: the caller's file, for errors.
  ///   - line: the caller's line, for errors.
  /// - Throws: `refusedClosure`, `unresolvableType`.
  package init<Output: Sendable>(
    _ body: @escaping @Sendable (Int) throws -> Output, fileID: StaticString, line: UInt
  ) throws(PoolError) {
    let function = Self.code(of: Box(body: body))
    let code = try TaskRecord.reference(
      function, function: function, at: CallSite(fileID: fileID, line: line))
    record = TaskRecord(
      .closure(code, input: try Self.input, output: try Self.output(Output.self)), []
    ).encoded()
  }

  /// Takes over an async closure literal.
  ///
  /// - Parameters:
  ///   - body: a closure that captures nothing.
  ///   - fileID: the caller's file, for errors.
  ///   - line: the caller's line, for errors.
  /// - Throws: `refusedClosure`, `unresolvableType`.
  package init<Output: Sendable>(
    _ body: @escaping @Sendable (Int) async throws -> Output, fileID: StaticString, line: UInt
  ) throws(PoolError) {
    let pointer = Self.code(of: AsyncBox(body: body))
    let code = try TaskRecord.reference(
      pointer, function: pointer.map(ClosureCode.function(ofAsync:)),
      at: CallSite(fileID: fileID, line: line))
    record = TaskRecord(
      .asyncClosure(code, input: try Self.input, output: try Self.output(Output.self)), []
    ).encoded()
  }

  /// Takes over a task, which every call runs anew.
  ///
  /// - Parameter task: the task.
  /// - Throws: `unresolvableType`, `encodingFailed`.
  package init(_ task: some WorkerTask) throws(PoolError) {
    record = try TaskRecord(task).encoded()
  }

  // Closures with the calling convention of a function that takes a number and gives something generic:
  // the one that the literal has where it is written. As an input of generic type, which `ClosureCode`
  // is for, the number would take a thunk, and the thunk a context.
  private struct Box<Output> {
    let body: @Sendable (Int) throws -> Output
  }

  private struct AsyncBox<Output> {
    let body: @Sendable (Int) async throws -> Output
  }

  /// The code in a box; nil when the closure has a context.
  private static func code<Closure>(of box: Closure) -> UInt? {
    // SAFETY: a box holds one closure, which is two words; only looked at.
    let (code, context) = unsafe unsafeBitCast(box, to: (UInt, UInt).self)
    return context == 0 ? code : nil
  }

  private static var input: ConformingType {
    get throws(PoolError) { try ConformingType(portable: Int.self) }
  }

  /// Outputs need a name, but no conformance.
  private static func output(_ type: Any.Type) throws(PoolError) -> ConformingType {
    ConformingType(type: try TypeReference(type), witnesses: [])
  }

  /// Finds it in this process.
  ///
  /// - Parameter encodesOutputs: whether a call gives its output as bytes, as it would have to if it were to
  ///   be moved; none where the output isn't `Codable`.
  /// - Returns: what runs one call.
  /// - Throws: `unresolvableType`, `decodingFailed`, `executableChanged`.
  package func resolved(encodesOutputs: Bool = false) throws(PoolError) -> Body {
    let record = try TaskRecord(decoding: record)
    if let images = try? MappedFile.all() { try record.checkImages(images) }
    switch record.work {
    case .task(let type):
      return try Self.body(of: try type.resolveTask(), record.input, encodesOutputs)
    case .closure(let code, _, let output):
      let address = try code.resolve(mustBeCode: true)
      func open<Output>(_ type: Output.Type) -> Body {
        // SAFETY: the code was taken from such a box with this very output by the same program; a null
        // context is valid for code that has none.
        let body = unsafe unsafeBitCast((address, 0 as UInt), to: Box<Output>.self).body
        let bytes = Self.encoder(of: type, encodesOutputs)
        return .blocking { try bytes(body($0)) }
      }
      return _openExistential(try output.type.resolve(), do: open)
    case .asyncClosure(let code, _, let output):
      let address = try code.resolve(mustBeCode: false)
      func open<Output>(_ type: Output.Type) -> Body {
        // SAFETY: as above.
        let body = unsafe unsafeBitCast((address, 0 as UInt), to: AsyncBox<Output>.self).body
        let bytes = Self.encoder(of: type, encodesOutputs)
        return .suspending { try bytes(await body($0)) }
      }
      return _openExistential(try output.type.resolve(), do: open)
    }
  }

  private static func body<Task: WorkerTask>(
    of _: Task.Type, _ bytes: [UInt8], _ encodesOutputs: Bool
  ) throws(PoolError) -> Body {
    let task = try ValueCoding.decode(Task.self, from: bytes, "task")
    let bytes = encoder(of: Task.Output.self, encodesOutputs)
    return .suspending { _ in try bytes(await task.run()) }
  }

  /// What turns outputs into bytes; chosen once, since asking each output costs more than encoding it.
  private static func encoder<Output>(
    of type: Output.Type, _ isWanted: Bool
  ) -> @Sendable (Output) throws -> [UInt8] {
    guard isWanted, let portable = type as? any Portable.Type else { return { _ in [] } }
    func open<Value: Portable>(_: Value.Type) -> @Sendable (Output) throws -> [UInt8] {
      { output in
        guard let value = output as? Value else { return [] }
        return try ValueCoding.encode(value, "result")
      }
    }
    return _openExistential(portable, do: open)
  }
}

extension TaskRecord {
  fileprivate init(_ work: Work, _ input: [UInt8]) {
    self.work = work
    self.input = input
  }
}
