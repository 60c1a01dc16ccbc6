import TandemModel

/// A command, and a variable that is given several values: in its arguments as `{name}`, and in its
/// environment.
package struct SweptCommand: Sendable, Equatable {
  /// The variable's name.
  package let variable: String
  /// Its values: numbers in ascending order, others as they were given.
  package let values: [String]
  /// The command and its arguments.
  package let command: [String]

  /// The most values that are compared.
  package static let mostValues = 64

  /// Makes a sweep.
  ///
  /// - Parameters:
  ///   - variable: The variable's name, as of an environment variable.
  ///   - values: Its values, at least two and all different.
  ///   - command: The command and its arguments.
  /// - Throws: `ExplainError` with the code `invalidArgument`.
  package init(_ variable: String, _ values: [String], of command: [String]) throws(ExplainError) {
    func refused(_ message: String) -> ExplainError { ExplainError(.invalidArgument, message) }
    guard let start = variable.utf8.first, Self.isNamePart(start), !Self.isDigit(start),
      variable.utf8.allSatisfy(Self.isNamePart)
    else {
      throw refused(
        "the name of a sweep's variable has letters, digits and underscores, unlike '\(variable)'")
    }
    guard !values.contains("") else {
      throw refused("a sweep's values can't be empty")
    }
    guard values.count >= 2 else {
      throw refused("a sweep needs at least two values, such as \(variable)=1,2,4")
    }
    guard values.count <= Self.mostValues else {
      throw refused("a sweep has at most \(Self.mostValues) values, not \(values.count)")
    }
    guard Set(values).count == values.count else {
      throw refused("a sweep's values must all be different")
    }
    guard !command.isEmpty else { throw refused("the command is empty") }
    self.variable = variable
    self.command = command
    let numbers = values.compactMap(Double.init)
    self.values =
      numbers.count == values.count && numbers.allSatisfy(\.isFinite)
      ? zip(numbers, values).sorted { $0.0 < $1.0 }.map(\.1) : values
  }

  /// Whether an argument has a place for the value; otherwise it is in the environment alone.
  package var isInArguments: Bool { command.contains { $0.contains(placeholder) } }

  /// The command with one value.
  ///
  /// - Parameter value: The value.
  /// - Returns: The command and its arguments.
  func command(with value: String) -> [String] {
    command.map { $0.replacing(placeholder, with: value) }
  }

  private var placeholder: String { "{\(variable)}" }

  private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }

  private static func isNamePart(_ byte: UInt8) -> Bool {
    isDigit(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte == 95
  }
}
