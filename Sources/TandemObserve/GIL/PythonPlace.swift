/// A function of a Python program.
package struct PythonFunction: Sendable, Hashable {
  /// Its name, with those of what it is in from 3.11 on: `Model.score`.
  package var name: String
  /// The file that it is in, without folders but the last.
  package var file: String
  /// Whether it is of the interpreter's own library.
  package var isOfLibrary: Bool

  /// Whether it imports modules.
  package var imports: Bool

  /// Makes a value.
  ///
  /// - Parameters:
  ///   - name: its name.
  ///   - path: the path of its file.
  package init(name: String, path: String) {
    self.name = name
    file = path.split(separator: "/").suffix(2).joined(separator: "/")
    // Modules that are frozen into the interpreter have no file: `<frozen importlib._bootstrap>`.
    imports = path.hasPrefix("<frozen importlib")
    isOfLibrary =
      path.hasPrefix("<frozen ")
      || path.contains("/lib/python3") && !path.contains("/site-packages/")
        && !path.contains("/dist-packages/")
  }
}

/// Where a thread is in a Python program.
package struct PythonPlace: Sendable, Hashable {
  /// The function.
  package var function: PythonFunction
  /// The line of its file; nil when it isn't known.
  package var line: Int?

  /// Makes a value.
  package init(_ function: PythonFunction, line: Int? = nil) {
    self.function = function
    self.line = line
  }

  /// The place that says most about a thread that waits: the innermost one in the program itself.
  ///
  /// Waits for locks, conditions and queues are inside of functions of the interpreter's library. A thread
  /// that is in nothing else is at the innermost place that isn't just a wait.
  ///
  /// - Parameter stack: the places, the innermost first.
  /// - Returns: nil of an empty stack.
  package static func telling(of stack: [PythonPlace]) -> PythonPlace? {
    stack.first { !$0.function.isOfLibrary }
      ?? stack.first { place in
        !["threading.py", "queue.py"].contains { place.function.file.hasSuffix($0) }
      } ?? stack.first
  }
}
