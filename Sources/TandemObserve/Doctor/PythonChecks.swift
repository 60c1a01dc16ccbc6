import TandemModel
import TandemText

/// Python interpreters, each as it describes itself.
extension DoctorChecks {
  var pythonChecks: [DoctorCheck] {
    // "Not searched for" isn't "not found".
    guard let interpreters else { return [] }
    if interpreters.isEmpty {
      return [
        DoctorCheck(
          "python", .python, "Python", value: "none found",
          problem: Problem(
            cause: "No python3 or python3.N is in PATH, and pyenv has no version.",
            remedy: "sudo apt install python3, or name one: --python-interpreter PATH"))
      ]
    }
    return interpreters.map { interpreter in
      DoctorCheck(
        "python", .python, "\(interpreter.implementation) \(interpreter.version)",
        value: "\(GILText.state(interpreter.gilEnabled)), \(interpreter.path)",
        problem: Self.problem(with: interpreter),
        otherwise: .partly)
    }
  }

  /// What can't be measured of a CPython: the GIL of versions whose layout isn't known.
  private static func problem(with interpreter: InterpreterSummary) -> Problem? {
    let oldest = GILOffsets.minors.lowerBound
    guard interpreter.implementation == "CPython", interpreter.isOlder(than: 3, oldest) else {
      return nil
    }
    return Problem(
      cause: """
        Tandem knows where the GIL is in CPython 3.\(oldest) and later, so waits for it aren't told \
        apart from others.
        """,
      remedy: "use Python 3.\(oldest) or newer")
  }
}
