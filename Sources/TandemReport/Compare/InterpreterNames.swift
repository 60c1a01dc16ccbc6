import TandemModel
import TandemText

/// What interpreters are called, briefly where that is unambiguous.
struct InterpreterNames {
  /// The interpreters in order of appearance.
  let all: [InterpreterSummary]

  /// Collects the interpreters of some runs.
  init(_ runs: [ModelResult]) {
    var seen: [InterpreterSummary] = []
    for run in runs {
      if let interpreter = run.interpreter, !seen.contains(interpreter) { seen.append(interpreter) }
    }
    all = seen
  }

  /// An interpreter's name, version and global lock; numbered when two would read the same.
  func name(of interpreter: InterpreterSummary) -> String {
    let twins = all.filter { Self.description(of: $0) == Self.description(of: interpreter) }
    guard twins.count > 1, let index = twins.firstIndex(of: interpreter) else {
      return Self.description(of: interpreter)
    }
    return Self.description(of: interpreter, number: index + 1)
  }

  /// What tells a model from the same model of another interpreter; empty when there is no other.
  func suffix(forPath path: String?) -> String {
    guard all.count > 1, let found = all.first(where: { $0.path == path }) else { return "" }
    return " (\(name(of: found)))"
  }

  private static func description(
    of interpreter: InterpreterSummary, number: Int? = nil
  ) -> String {
    let name = "\(interpreter.implementation) \(interpreter.version)"
    return TextWidth.sanitized(name) + (number.map { " #\($0)" } ?? "")
      + ", \(GILText.state(interpreter.gilEnabled))"
  }
}
