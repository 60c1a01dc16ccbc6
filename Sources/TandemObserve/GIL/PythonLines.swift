/// The table of a Python function's lines: which line each of its instructions is of.
struct PythonLines: Sendable {
  /// How a version writes the table.
  enum Format: Sendable, Hashable {
    /// Pairs of increments of the place and of the line (3.8 and 3.9: Objects/lnotab_notes.txt).
    case increments
    /// Pairs of a range's length and the increment of its line (3.10: the same file).
    case ranges
    /// Entries of several forms (3.11 and later: Objects/locations.md).
    case locations
  }

  let format: Format
  let firstLine: Int
  let table: [UInt8]

  /// The line of an instruction.
  ///
  /// - Parameter place: its place, in bytes behind the first instruction.
  /// - Returns: nil for one outside of the table, or of no line.
  func line(at place: Int) -> Int? {
    guard place >= 0 else { return nil }
    let line =
      switch format {
      case .increments: lineByIncrements(place)
      case .ranges: lineByRanges(place)
      case .locations: lineByLocations(place)
      }
    return line.flatMap { $0 > 0 ? $0 : nil }
  }

  private func lineByIncrements(_ place: Int) -> Int? {
    var (line, address) = (firstLine, 0)
    for index in stride(from: 0, to: table.count - 1, by: 2) {
      address += Int(table[index])
      if address > place { break }
      line += Int(Int8(bitPattern: table[index + 1]))
    }
    return line
  }

  private func lineByRanges(_ place: Int) -> Int? {
    var (line, end) = (firstLine, 0)
    for index in stride(from: 0, to: table.count - 1, by: 2) {
      end += Int(table[index])
      let change = Int8(bitPattern: table[index + 1])
      // -128 marks instructions of no line.
      if change != -128 { line += Int(change) }
      if place < end { return change == -128 ? nil : line }
    }
    return nil
  }

  private func lineByLocations(_ place: Int) -> Int? {
    var (line, end, index) = (firstLine, 0, 0)
    while index < table.count {
      let first = table[index]
      index += 1
      // Only the first byte of an entry has the highest bit.
      guard first & 0x80 != 0 else { return nil }
      let form = first >> 3 & 15
      switch form {
      case 10...12: line += Int(form) - 10
      case 13, 14: line += signedNumber(at: index)
      default: break
      }
      end += (Int(first & 7) + 1) * 2
      if place < end { return form == 15 ? nil : line }
      while index < table.count, table[index] & 0x80 == 0 { index += 1 }
    }
    return nil
  }

  /// A number in groups of six bits, the lowest first, whose lowest bit is its sign.
  private func signedNumber(at start: Int) -> Int {
    var (value, shift, index) = (0, 0, start)
    while index < table.count, shift <= 30 {
      value |= Int(table[index] & 63) << shift
      if table[index] & 64 == 0 { break }
      (shift, index) = (shift + 6, index + 1)
    }
    return value & 1 == 0 ? value >> 1 : -(value >> 1)
  }
}
