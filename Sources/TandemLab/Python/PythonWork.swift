/// What each worker of a Python model does with its item.
package enum PythonWork: Sendable, Hashable {
  /// The lesson's loop: `a = i*i; b = (i*i)+1`.
  case squares(iterations: Int)
  /// The same loop, as much of it as is asked for.
  case cpu(Amount)
  /// Waiting on a pipe that nobody writes.
  case io(seconds: Double)
  /// Ten slices in turn: five of the loop, five of waiting.
  ///
  /// `seconds` is the time of the whole item, half of it waiting; `iterations` are those of the
  /// loop, nil for as many as take the other half.
  case mixed(seconds: Double, iterations: Int?)
  /// A function of the user's, called once by each worker, with one argument.
  case function(path: String, name: String, arguments: Arguments)

  /// How much of the loop.
  package enum Amount: Sendable, Hashable {
    /// So many iterations.
    case iterations(Int)
    /// As many iterations as take so many seconds of CPU time, found out before each run.
    case seconds(Double)
  }

  /// What a function is called with.
  package enum Arguments: Sendable, Hashable {
    /// 0, 1, 2…
    case indices
    /// The elements of a JSON array in the file with this path.
    case file(String)
    /// What a generator gives: the path of its module, and its name.
    case generator(path: String, name: String)
  }

  /// Makes the work for a function written as `work.py:crunch`; nil when a part is missing.
  ///
  /// - Parameters:
  ///   - specification: the file's path and the function's name, with the last colon between them.
  ///   - arguments: what the function is called with.
  package init?(function specification: String, arguments: Arguments = .indices) {
    guard let parts = Self.parts(of: specification) else { return nil }
    self = .function(path: parts.path, name: parts.name, arguments: arguments)
  }

  /// A file and a name in it, written as `work.py:crunch`; nil when a part is missing.
  ///
  /// - Parameter specification: the file's path and the name, with the last colon between them.
  /// - Returns: both.
  package static func parts(of specification: String) -> (path: String, name: String)? {
    guard let colon = specification.lastIndex(of: ":") else { return nil }
    let path = String(specification[..<colon])
    let name = String(specification[specification.index(after: colon)...])
    return path.isEmpty || name.isEmpty ? nil : (path, name)
  }

  /// Whether it is a function of the user's.
  var isFunction: Bool {
    if case .function = self { return true }
    return false
  }

  /// The same work with the number of iterations fixed, so that every run does the same.
  ///
  /// - Parameter iterations: what `PythonModel.describe` found for one interpreter; nil changes
  ///   nothing.
  /// - Returns: the same work, without a time that each run would have to find out anew.
  package func calibrated(iterations: Int?) -> PythonWork {
    guard let iterations else { return self }
    return switch self {
    case .cpu(.seconds): .cpu(.iterations(iterations))
    case .mixed(let seconds, nil): .mixed(seconds: seconds, iterations: iterations)
    default: self
    }
  }
}

extension PythonWork: Encodable {
  enum CodingKeys: String, CodingKey {
    case kind, iterations, path, function
    case workTimeSeconds = "work_time_s"
    case argumentsFile = "arguments_file"
    case argumentsModule = "arguments_module"
    case argumentsFunction = "arguments_function"
  }

  /// Writes the work as the driver reads it.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    switch self {
    case .squares(let iterations):
      try container.encode("squares", forKey: .kind)
      try container.encode(iterations, forKey: .iterations)
    case .cpu(.iterations(let iterations)):
      try container.encode("cpu", forKey: .kind)
      try container.encode(iterations, forKey: .iterations)
    case .cpu(.seconds(let seconds)):
      try container.encode("cpu", forKey: .kind)
      try container.encode(seconds, forKey: .workTimeSeconds)
    case .io(let seconds):
      try container.encode("io", forKey: .kind)
      try container.encode(seconds, forKey: .workTimeSeconds)
    case .mixed(let seconds, let iterations):
      try container.encode("mixed", forKey: .kind)
      try container.encode(seconds, forKey: .workTimeSeconds)
      try container.encodeIfPresent(iterations, forKey: .iterations)
    case .function(let path, let name, let arguments):
      try container.encode("function", forKey: .kind)
      try container.encode(path, forKey: .path)
      try container.encode(name, forKey: .function)
      switch arguments {
      case .indices: break
      case .file(let file): try container.encode(file, forKey: .argumentsFile)
      case .generator(let module, let generator):
        try container.encode(module, forKey: .argumentsModule)
        try container.encode(generator, forKey: .argumentsFunction)
      }
    }
  }
}
