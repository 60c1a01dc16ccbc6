/// A Python interpreter, as it describes itself after the user's module is imported.
public struct InterpreterSummary: Codable, Sendable, Equatable, Hashable {
  /// The path that it was started by.
  public var path: String
  /// Its version, such as `3.13.0`.
  public var version: String
  /// Its name, such as `CPython` or `PyPy`.
  public var implementation: String
  /// Whether its global lock is on at run time; null when the interpreter can't tell.
  @ExplicitNull public var gilEnabled: Bool?

  /// Makes a summary.
  public init(path: String, version: String, implementation: String, gilEnabled: Bool?) {
    self.path = path
    self.version = version
    self.implementation = implementation
    self.gilEnabled = gilEnabled
  }

  /// Whether its version of Python is before another.
  ///
  /// - Parameters:
  ///   - major: the 3 in 3.8.
  ///   - minor: the 8 in 3.8.
  /// - Returns: whether it is; false where the version can't be read.
  package func isOlder(than major: Int, _ minor: Int) -> Bool {
    let numbers = version.split(separator: ".").prefix(2).compactMap { Int($0) }
    return numbers.count == 2 && (numbers[0], numbers[1]) < (major, minor)
  }

  enum CodingKeys: String, CodingKey {
    case path, version, implementation
    case gilEnabled = "gil_enabled"
  }
}
