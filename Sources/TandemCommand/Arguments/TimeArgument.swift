import ArgumentParser

/// A span of time on the command line.
enum TimeArgument {
  /// Reads `500us`, `100ms`, `2s`, `1m`, `1h`; a bare number is seconds.
  ///
  /// - Parameter text: The argument.
  /// - Returns: The time; a thousand years for anything longer.
  /// - Throws: `ValidationError`.
  static func duration(_ text: String) throws -> Duration {
    let units: [(String, Double)] = [
      ("us", 1e-6), ("µs", 1e-6), ("ms", 1e-3), ("s", 1), ("m", 60), ("h", 3600),
    ]
    let (number, scale) =
      units.first { text.hasSuffix($0.0) }.map { (text.dropLast($0.0.count), $0.1) } ?? (
        text[...], 1
      )
    let value = Double(number)
    if let value, value <= 0 { throw ValidationError("a time must be above zero, not '\(text)'") }
    guard let value, value.isFinite else {
      throw ValidationError("'\(text)' is not a time: write 500us, 100ms, 2s, 1m or 1h")
    }
    return .seconds(min(value * scale, 3.2e10))
  }
}
