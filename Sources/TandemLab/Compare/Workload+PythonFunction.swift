extension Workload.Kind {
  /// A Python function by its file and name.
  ///
  /// - Parameters:
  ///   - specification: The file's path and the function's name, such as `work.py:crunch`.
  ///   - arguments: What it is called with.
  /// - Throws: `CompareError` when a part is missing.
  package init(
    pythonFunction specification: String, arguments: PythonWork.Arguments
  ) throws(CompareError) {
    guard
      case .function(let path, let name, _)? = PythonWork(
        function: specification, arguments: arguments)
    else {
      throw CompareError(
        .invalidArgument,
        "'\(specification)' names no function: write FILE:FUNCTION, such as work.py:crunch")
    }
    self = .pythonFunction(path: path, name: name, arguments: arguments)
  }

  /// Where the arguments of the calls come from, as the command has it.
  ///
  /// - Parameters:
  ///   - file: The path of a JSON array.
  ///   - generator: A file and a generator in it, such as `work.py:arguments`.
  /// - Returns: The source; indices when both are nil.
  /// - Throws: `CompareError` when a part of the generator's is missing.
  package static func arguments(
    file: String?, generator: String?
  ) throws(CompareError) -> PythonWork.Arguments {
    if let file { return .file(file) }
    guard let generator else { return .indices }
    guard let parts = PythonWork.parts(of: generator) else {
      throw CompareError(
        .invalidArgument,
        "'\(generator)' names no generator: write FILE:GENERATOR, such as work.py:arguments")
    }
    return .generator(path: parts.path, name: parts.name)
  }

  /// The function as Python's driver has it; nil for other work.
  var pythonFunction: PythonWork? {
    guard case .pythonFunction(let path, let name, let arguments) = self else { return nil }
    return .function(path: path, name: name, arguments: arguments)
  }
}
