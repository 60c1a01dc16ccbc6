/// One table as comma-separated values (RFC 4180): a header, and a record a row.
///
/// Numbers stand as a program reads them: a point, no groups, no unit, which the header's name has. Nothing stands
/// for what was not measured. Text can't become a formula in a spreadsheet, or a second record.
package struct CSVTable: Sendable, Equatable {
  /// A field.
  package enum Cell: Sendable, Equatable {
    /// Text that may be anybody's.
    case text(String?)
    /// A number; nil for one that was not measured.
    case number(Double?)
    /// A whole number; nil for one that was not measured.
    case count(Int?)
    /// `true` or `false`.
    case flag(Bool)
  }

  /// The names of the columns, each ending in its unit where it has one.
  package var header: [String]
  /// The rows, with a cell a column.
  package var rows: [[Cell]]

  /// Makes a table.
  package init(header: [String], rows: [[Cell]]) {
    self.header = header
    self.rows = rows
  }

  /// The table: UTF-8, each record ending in a carriage return and a line feed.
  package var text: String {
    ([header] + rows.map { $0.map(Self.field) })
      .map { $0.joined(separator: ",") + "\r\n" }.joined()
  }

  private static func field(_ cell: Cell) -> String {
    switch cell {
    case .text(let text): text.map(quoted) ?? ""
    case .number(let number): number.flatMap { $0.isFinite ? plain($0) : nil } ?? ""
    case .count(let count): count.map(String.init) ?? ""
    case .flag(let flag): flag ? "true" : "false"
    }
  }

  /// The shortest decimal that stands for a number; whole ones without a point.
  private static func plain(_ number: Double) -> String {
    let text = number.description
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  /// What a spreadsheet takes for the beginning of a formula; the last four are wide forms of the first.
  private static let formulaSigns: Set<Character> = ["=", "+", "-", "@", "＝", "＋", "－", "＠"]

  /// A field of text: an apostrophe before what would be a formula, and quotation marks around all that isn't plain.
  private static func quoted(_ text: String) -> String {
    var safe = TextWidth.sanitized(text)
    let beginnings = [text, safe].compactMap { $0.first { !$0.isWhitespace } }
    if beginnings.contains(where: formulaSigns.contains)
      || text.unicodeScalars.first.map({ $0.value < 0x20 }) == true
    {
      safe = "'" + safe
    }
    let isPlain = safe.unicodeScalars.allSatisfy {
      $0.properties.isAlphabetic || $0.properties.numericType != nil
        || "_-./: ()%".unicodeScalars.contains($0)
    }
    if isPlain, safe.first != " ", safe.last != " " { return safe }
    return "\"" + safe.replacing("\"", with: "\"\"") + "\""
  }
}
