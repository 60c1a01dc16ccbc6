/// The code that does what the verdict says, ready to paste.
public struct PastedCode: Codable, Sendable, Equatable {
  /// The language, `python`.
  public var language: String
  /// The model that it uses.
  public var model: ExecutionModel
  /// The lines, without line feeds.
  public var lines: [String]

  /// Makes code.
  public init(language: String = "python", model: ExecutionModel, lines: [String]) {
    self.language = language
    self.model = model
    self.lines = lines
  }
}
