/// A task on its way to a worker process: what to run, and its input as bytes.
struct TaskRecord: Sendable {
  /// What to run.
  enum Work: Sendable {
    /// The `run` of a `WorkerTask` type; the input is the task itself.
    case task(ConformingType)
    /// A closure, its input's and its output's type.
    case closure(CodeReference, input: ConformingType, output: ConformingType)
    /// An async closure; the code is the place of its async function pointer.
    case asyncClosure(CodeReference, input: ConformingType, output: ConformingType)
  }

  /// What to run.
  var work: Work
  /// The encoded input.
  var input: [UInt8]

  /// A record of a task.
  ///
  /// - Throws: `unresolvableType`, `encodingFailed`.
  init<Task: WorkerTask>(_ task: Task) throws(PoolError) {
    work = .task(try ConformingType(task: Task.self))
    input = try ValueCoding.encode(task, "task")
  }

  /// A record of a closure.
  ///
  /// - Throws: `refusedClosure`, `unresolvableType`, `encodingFailed`.
  init<Input: Codable & Sendable, Output: Codable & Sendable>(
    _ box: ClosureCode.Box<Input, Output>, input: Input, at site: CallSite
  ) throws(PoolError) {
    work = try Self.work(box, at: site)
    self.input = try ValueCoding.encode(input, "input")
  }

  /// A record of an async closure.
  ///
  /// - Throws: `refusedClosure`, `unresolvableType`, `encodingFailed`.
  init<Input: Codable & Sendable, Output: Codable & Sendable>(
    _ box: ClosureCode.AsyncBox<Input, Output>, input: Input, at site: CallSite
  ) throws(PoolError) {
    work = try Self.work(box, at: site)
    self.input = try ValueCoding.encode(input, "input")
  }

  /// A record of work alone, whose inputs come later.
  init(_ work: Work) {
    self.work = work
    input = []
  }

  /// Names a closure.
  ///
  /// - Throws: `refusedClosure`, `unresolvableType`.
  static func work<Input: Codable & Sendable, Output: Codable & Sendable>(
    _ box: ClosureCode.Box<Input, Output>, at site: CallSite
  ) throws(PoolError) -> Work {
    let function = ClosureCode.code(of: box)
    return .closure(
      try reference(function, function: function, at: site),
      input: try ConformingType(portable: Input.self),
      output: try ConformingType(portable: Output.self))
  }

  /// Names an async closure.
  ///
  /// - Throws: `refusedClosure`, `unresolvableType`.
  static func work<Input: Codable & Sendable, Output: Codable & Sendable>(
    _ box: ClosureCode.AsyncBox<Input, Output>, at site: CallSite
  ) throws(PoolError) -> Work {
    let pointer = ClosureCode.code(of: box)
    return .asyncClosure(
      try reference(pointer, function: pointer.map(ClosureCode.function(ofAsync:)), at: site),
      input: try ConformingType(portable: Input.self),
      output: try ConformingType(portable: Output.self))
  }

  /// Names the code of a closure.
  ///
  /// - Parameters:
  ///   - code: what the closure value holds; nil when it captures something.
  ///   - function: where its instructions begin.
  ///   - site: the call, for errors.
  /// - Returns: the code's place in its image.
  /// - Throws: `refusedClosure`.
  static func reference(
    _ code: UInt?, function: UInt?, at site: CallSite
  ) throws(PoolError) -> CodeReference {
    guard let code, let reference = CodeReference(address: code),
      let function = function.flatMap(CodeReference.init(address:))
    else {
      throw PoolError(
        .refusedClosure,
        """
        the closure at \(site) captures something, which stays behind when a closure crosses to a \
        process. Pass what it needs as its input, or make it a WorkerTask with properties.
        """)
    }
    let (module, variables) = TopLevelVariables.of(closure: function, calledIn: site.module)
    switch variables {
    case .none: return reference
    case .some(let names):
      throw PoolError(
        .refusedClosure,
        """
        the closure at \(site) can't cross to a process: its module \(module) has variables at the \
        top level of main.swift (\(names.joined(separator: ", "))), which a worker never \
        initialises, and it could read them. Move them into a function or a type with @main, or make \
        the closure a WorkerTask.
        """)
    case .unknown:
      throw PoolError(
        .refusedClosure,
        """
        the closure at \(site) can't cross to a process: the executable's symbols don't show where the \
        closure is written (they have been stripped), so it may read variables that a worker does not \
        have. Make it a WorkerTask.
        """)
    }
  }
}
