/// How a report's text is laid out.
public struct TextOptions: Sendable, Equatable {
  /// The columns that no line exceeds; at least 40 are used.
  public var width: Int
  /// Whether escape sequences for colour are written.
  public var color: Bool
  /// Whether everything is printed, rather than the answer in at most 40 lines.
  public var details: Bool
  /// Whether every character is ASCII, for locales that aren't UTF-8.
  public var ascii: Bool
  /// Where the report comes from, for what the text says of getting more.
  public var source: Source

  /// Where a report comes from.
  public enum Source: Sendable, Equatable {
    /// The command that prints it has made it.
    case command
    /// It was read from a file, so that the text doesn't offer to save it.
    case file
    /// The command has made it for the Python module, whose user gives no options to the command.
    case pythonModule
  }

  /// Makes options.
  public init(
    width: Int = 100, color: Bool = false, details: Bool = false, ascii: Bool = false,
    source: Source = .command
  ) {
    self.width = width
    self.color = color
    self.details = details
    self.ascii = ascii
    self.source = source
  }
}
