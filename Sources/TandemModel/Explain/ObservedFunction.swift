/// A function of a program that was observed.
public struct ObservedFunction: Codable, Sendable, Equatable {
  /// Its name, such as `Model.score`.
  public var name: String
  /// The file that it is in, with its last folder, such as `re/__init__.py`.
  public var file: String
  /// The line in which a worker was there, most of the time where it was in several; null when it isn't known.
  @ExplicitNull public var line: Int?

  /// Makes a function.
  public init(name: String, file: String, line: Int? = nil) {
    self.name = name
    self.file = file
    self.line = line
  }
}

/// A function, and what part of something it has.
public struct FunctionShare: Codable, Sendable, Equatable {
  /// The function.
  public var function: ObservedFunction
  /// Its share: of looks, or of the time that was looked into.
  public var share: Double

  /// Makes an entry.
  public init(function: ObservedFunction, share: Double) {
    self.function = function
    self.share = share
  }
}
