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
        problem: isTooOld(interpreter)
          ? Problem(
            cause: "Tandem measures Python 3.8 and later.",
            remedy: "use Python 3.8 or newer") : nil,
        otherwise: .partly)
    }
  }

  private func isTooOld(_ interpreter: InterpreterSummary) -> Bool {
    let numbers = interpreter.version.split(separator: ".").prefix(2).compactMap { Int($0) }
    guard numbers.count == 2 else { return false }
    return (numbers[0], numbers[1]) < (3, 8)
  }
}
