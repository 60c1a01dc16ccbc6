/// What a terminal shows after some bytes: as much of ECMA-48 as Tandem writes, and nothing else.
///
/// It has two screens, and wraps as terminals do: only when another character follows a full row.
package struct TerminalScreen {
  /// How many rows there are.
  package private(set) var rows: Int
  /// How many columns there are.
  package private(set) var columns: Int
  /// Whether the second screen is shown.
  package private(set) var isSecond = false
  /// Whether the cursor is seen.
  package private(set) var showsCursor = true
  /// Whether a full row goes on in the next.
  package private(set) var wraps = true
  /// How often a whole picture was announced as one (synchronised output).
  package private(set) var pictures = 0
  /// Sequences that this doesn't know: none should come.
  package private(set) var unknown: [String] = []

  private var cells: [[Character]]
  private var first: (cells: [[Character]], row: Int, column: Int)?
  private var (row, column) = (0, 0)
  private var rest: [UInt8] = []

  /// An empty terminal.
  package init(rows: Int, columns: Int) {
    (self.rows, self.columns) = (rows, columns)
    cells = Self.blank(rows, columns)
  }

  private static func blank(_ rows: Int, _ columns: Int) -> [[Character]] {
    Array(repeating: Array(repeating: " ", count: columns), count: rows)
  }

  /// The rows from the top, without spaces at their ends.
  package var lines: [String] {
    cells.map { row in String(row.reversed().drop { $0 == " " }.reversed()) }
  }

  /// All rows as one text.
  package var text: String { lines.joined(separator: "\n") }

  /// Changes its size; what doesn't fit is gone.
  package mutating func resize(rows: Int, columns: Int) {
    (self.rows, self.columns) = (rows, columns)
    cells = Self.resized(cells, rows, columns)
    if let kept = first { first?.cells = Self.resized(kept.cells, rows, columns) }
    (row, column) = (min(row, rows - 1), min(column, columns))
  }

  private static func resized(
    _ cells: [[Character]], _ rows: Int, _ columns: Int
  ) -> [[Character]] {
    var result = blank(rows, columns)
    for (row, line) in cells.prefix(rows).enumerated() {
      result[row].replaceSubrange(..<min(line.count, columns), with: line.prefix(columns))
    }
    return result
  }

  /// Takes what a program writes.
  package mutating func take(_ bytes: some Sequence<UInt8>) {
    rest += bytes
    var place = 0
    while place < rest.count, let length = step(rest[place...]) { place += length }
    rest.removeFirst(place)
  }

  /// Takes one character or one sequence.
  ///
  /// - Returns: its bytes; nil when its end hasn't come.
  private mutating func step(_ bytes: ArraySlice<UInt8>) -> Int? {
    guard let byte = bytes.first else { return nil }
    switch byte {
    case 0x0D: column = 0
    case 0x0A: lineFeed()
    case 0x08: column = max(0, column - 1)
    case 0x07: break
    case 0x1B: return escape(bytes)
    case 0..<0x20: unknown.append("\(byte)")
    case 0x80...:
      let length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2
      guard bytes.count >= length else { return nil }
      put(Character(String(decoding: bytes.prefix(length), as: UTF8.self)))
      return length
    default: put(Character(UnicodeScalar(byte)))
    }
    return 1
  }

  private mutating func put(_ character: Character) {
    if column >= columns {
      if wraps {
        column = 0
        lineFeed()
      } else {
        column = columns - 1
      }
    }
    cells[row][column] = character
    column += 1
  }

  private mutating func lineFeed() {
    if row + 1 < rows {
      row += 1
    } else {
      cells.removeFirst()
      cells.append(Array(repeating: " ", count: columns))
    }
  }

  private mutating func escape(_ bytes: ArraySlice<UInt8>) -> Int? {
    guard bytes.count > 1 else { return nil }
    guard bytes[bytes.startIndex + 1] == UInt8(ascii: "[") else {
      unknown.append(String(decoding: bytes.prefix(2), as: UTF8.self))
      return 2
    }
    let body = bytes.dropFirst(2)
    guard let end = body.firstIndex(where: { (0x40...0x7E).contains($0) }) else { return nil }
    control(String(decoding: body[..<end], as: UTF8.self), Character(UnicodeScalar(body[end])))
    return end - bytes.startIndex + 1
  }

  private mutating func control(_ parameters: String, _ final: Character) {
    let numbers = parameters.split(separator: ";").map { Int($0) ?? 0 }
    switch (final, parameters) {
    case ("H", _):
      row = min(max((numbers.first ?? 1) - 1, 0), rows - 1)
      column = min(max((numbers.dropFirst().first ?? 1) - 1, 0), columns - 1)
    case ("K", ""), ("K", "0"): erase(in: row, from: min(column, columns - 1))
    case ("J", ""), ("J", "0"):
      erase(in: row, from: min(column, columns - 1))
      for row in (row + 1)..<max(rows, row + 1) { erase(in: row, from: 0) }
    case ("J", "2"): cells = Self.blank(rows, columns)
    case ("m", _): break
    case ("h", "?1049"):
      if first == nil { first = (cells, row, column) }
      (cells, isSecond) = (Self.blank(rows, columns), true)
    case ("l", "?1049"):
      if let first { (cells, row, column) = first }
      (first, isSecond) = (nil, false)
    case ("h", "?25"), ("l", "?25"): showsCursor = final == "h"
    case ("h", "?7"), ("l", "?7"): wraps = final == "h"
    case ("h", "?2026"): pictures += 1
    case ("l", "?2026"): break
    default: unknown.append("ESC [ \(parameters) \(final)")
    }
  }

  private mutating func erase(in row: Int, from column: Int) {
    for place in column..<columns { cells[row][place] = " " }
  }
}
