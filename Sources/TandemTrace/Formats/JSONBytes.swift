import FoundationEssentials

/// JSON while it is written, piece by piece.
struct JSONBytes {
  /// What was written.
  private(set) var bytes: [UInt8] = []
  private var texts: [String: [UInt8]] = [:]
  /// Texts beyond these are escaped each time, so that they take no memory.
  private static let mostTexts = 10_000

  /// Takes what was written, and begins anew.
  mutating func take() -> [UInt8] {
    defer { bytes = [] }
    return bytes
  }

  /// Writes what is JSON.
  mutating func put(_ json: String) { bytes.append(contentsOf: json.utf8) }

  /// Writes text with quotes, escaped as JSON wants it.
  mutating func put(text: String) {
    if let known = texts[text] {
      bytes.append(contentsOf: known)
      return
    }
    // Every text has a form in JSON.
    let escaped = (try? JSONEncoder().encode(text)).map { [UInt8]($0) } ?? Array("\"\"".utf8)
    if texts.count < Self.mostTexts { texts[text] = escaped }
    bytes.append(contentsOf: escaped)
  }

  /// Writes a list.
  ///
  /// - Parameters:
  ///   - values: what is in it.
  ///   - body: writes one.
  mutating func list<Values: Sequence>(
    _ values: Values, _ body: (inout Self, Values.Element) -> Void
  ) {
    put("[")
    var isFirst = true
    for value in values {
      if !isFirst { put(",") }
      isFirst = false
      body(&self, value)
    }
    put("]")
  }

  /// Writes an object.
  ///
  /// - Parameter texts: its keys and their texts.
  mutating func object(_ texts: [(key: String, text: String)]) {
    put("{")
    for (index, entry) in texts.enumerated() {
      if index > 0 { put(",") }
      put(text: entry.key)
      put(":")
      put(text: entry.text)
    }
    put("}")
  }

  /// A number of nanoseconds as another unit, exactly.
  ///
  /// - Parameters:
  ///   - nanoseconds: the number.
  ///   - digits: the decimals: 3 for microseconds, 6 for milliseconds.
  /// - Returns: a number of JSON.
  static func decimal(_ nanoseconds: UInt64, digits: Int) -> String {
    let digitsOf = String(nanoseconds)
    let padded = String(repeating: "0", count: max(0, digits + 1 - digitsOf.utf8.count)) + digitsOf
    return padded.dropLast(digits) + "." + padded.suffix(digits)
  }
}
