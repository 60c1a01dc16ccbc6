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

  enum CodingKeys: String, CodingKey {
    case path, version, implementation
    case gilEnabled = "gil_enabled"
  }
}
