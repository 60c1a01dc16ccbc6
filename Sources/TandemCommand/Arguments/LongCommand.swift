/// Commands with very many arguments.
///
/// The parser's time grows with the square of their number: it would take minutes.
enum LongCommand {
  /// More words than all of Tandem's own options have; beyond them, the command has begun.
  private static let most = 100

  /// What the parser gets.
  static let parsed = Array(CommandLine.arguments.dropFirst().prefix(isLong ? most : .max))
  /// What follows that, all of it the command's.
  static let rest = isLong ? Array(CommandLine.arguments.dropFirst(1 + most)) : []

  private static let isLong = CommandLine.arguments.dropFirst().first == "explain"
}
