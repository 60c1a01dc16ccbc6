package import TandemModel

extension Schedule {
  /// The schedule as a phrase within a sentence.
  package var phrase: String {
    switch self {
    case .oneAtATime: "one at a time"
    case .allAtOnce: "all at once"
    }
  }
}

extension ModelResult {
  /// The model's name, with the interpreter's version for Python.
  package var label: String {
    interpreter.map { "\(model.rawValue) (\($0.name))" } ?? model.rawValue
  }
}

extension InterpreterSummary {
  /// Its implementation and version, and that it has no global lock where it has none.
  package var name: String {
    "\(implementation) \(version)\(gilEnabled == false ? ", no GIL" : "")"
  }
}

extension String {
  /// The same string with its first letter large.
  package var capitalisedFirst: String { prefix(1).uppercased() + dropFirst() }
}
