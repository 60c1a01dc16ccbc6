/// Numbers and words in ASCII text, read without a trap whatever stands there.
///
/// A scan gives nil for what isn't there and for numbers too large for their type; a number cut
/// short would be a wrong figure, and no figure is better.
package enum ASCIIScan {
  /// Moves over spaces and tabs.
  ///
  /// - Parameters:
  ///   - bytes: the text.
  ///   - position: where to begin; afterwards, the first byte that is neither.
  package static func skipBlanks(_ bytes: Span<UInt8>, at position: inout Int) {
    while position < bytes.count, bytes[position] == 0x20 || bytes[position] == 0x09 {
      position += 1
    }
  }

  /// Whether only spaces, tabs and line ends are left.
  ///
  /// - Parameters:
  ///   - bytes: the text.
  ///   - position: where to begin.
  /// - Returns: whether nothing else follows.
  package static func isBlank(_ bytes: Span<UInt8>, from position: Int) -> Bool {
    var position = position
    while position < bytes.count {
      guard bytes[position] == 0x20 || (0x09...0x0d).contains(bytes[position]) else { return false }
      position += 1
    }
    return true
  }

  /// Reads a number without a sign, after blanks.
  ///
  /// - Parameters:
  ///   - bytes: the text.
  ///   - position: where to begin; afterwards, the first byte behind the digits.
  ///   - radix: 8, 10 or 16.
  /// - Returns: the number; nil when there are no digits, or when it doesn't fit.
  package static func unsigned(
    _ bytes: Span<UInt8>, at position: inout Int, radix: UInt64 = 10
  ) -> UInt64? {
    skipBlanks(bytes, at: &position)
    let first = position
    var value: UInt64 = 0
    while position < bytes.count, let digit = digit(bytes[position]), digit < radix {
      let (product, tooLarge) = value.multipliedReportingOverflow(by: radix)
      let (sum, tooLargeNow) = product.addingReportingOverflow(digit)
      guard !tooLarge, !tooLargeNow else { return nil }
      value = sum
      position += 1
    }
    return position == first ? nil : value
  }

  /// Reads a whole number, with a minus or without, after blanks.
  ///
  /// - Parameters:
  ///   - bytes: the text.
  ///   - position: where to begin; afterwards, the first byte behind the digits.
  /// - Returns: the number; nil when there are no digits, or when it doesn't fit.
  package static func integer(_ bytes: Span<UInt8>, at position: inout Int) -> Int? {
    skipBlanks(bytes, at: &position)
    let isNegative = position < bytes.count && bytes[position] == 0x2d
    if isNegative { position += 1 }
    guard position < bytes.count, bytes[position] != 0x20,
      let magnitude = unsigned(bytes, at: &position).flatMap({ Int(exactly: $0) })
    else { return nil }
    return isNegative ? -magnitude : magnitude
  }

  /// The value of a digit up to `f`.
  private static func digit(_ byte: UInt8) -> UInt64? {
    switch byte {
    case 0x30...0x39: UInt64(byte - 0x30)
    case 0x61...0x66: UInt64(byte - 0x61 + 10)
    case 0x41...0x46: UInt64(byte - 0x41 + 10)
    default: nil
    }
  }
}

/// A text of lines that each hold a key and a value, such as `/proc/PID/status` or `cpu.stat`.
package struct KeyedLines: Sendable {
  private var values: [String: ArraySlice<UInt8>] = [:]

  /// Splits a text; of lines with the same key the first counts, and lines without a separator don't.
  ///
  /// - Parameters:
  ///   - bytes: the text.
  ///   - separator: the byte that ends the key.
  package init(_ bytes: some Collection<UInt8>, separator: UInt8 = UInt8(ascii: ":")) {
    for line in ArraySlice(bytes).split(separator: UInt8(ascii: "\n")) {
      guard let end = line.firstIndex(of: separator) else { continue }
      let key = String(decoding: line[..<end], as: UTF8.self)
      if values[key] == nil { values[key] = line[line.index(after: end)...] }
    }
  }

  /// The number behind a key, without its unit.
  ///
  /// - Parameters:
  ///   - key: the key.
  ///   - radix: 8, 10 or 16.
  /// - Returns: the number; nil when the key isn't there or no number that fits stands behind it.
  package func unsigned(_ key: String, radix: UInt64 = 10) -> UInt64? {
    guard let value = values[key] else { return nil }
    let span = value.span
    var position = 0
    guard let number = ASCIIScan.unsigned(span, at: &position, radix: radix),
      // A unit stands apart; digits that run into something else are no number.
      position == span.count || span[position] == 0x20 || span[position] == 0x09
    else { return nil }
    return number
  }

  /// The number behind a key, without its unit, as an `Int`.
  ///
  /// - Parameter key: the key.
  /// - Returns: the number; nil when the key isn't there or no number that fits stands behind it.
  package func count(_ key: String) -> Int? {
    unsigned(key).flatMap { Int(exactly: $0) }
  }

  /// The text behind a key, without the blanks before it.
  ///
  /// - Parameter key: the key.
  /// - Returns: the text; nil when the key isn't there.
  package func text(_ key: String) -> String? {
    values[key].map { value in
      String(decoding: value.drop { $0 == 0x20 || $0 == 0x09 }, as: UTF8.self)
    }
  }
}
