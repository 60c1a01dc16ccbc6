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
}
