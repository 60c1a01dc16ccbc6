/// A share on the command line, in per cent.
enum PercentArgument {
  /// The largest share that makes sense: a hundred times as long.
  private static let most = 10_000.0

  /// Reads `5%`, `2.5%` or `5 %`.
  ///
  /// Without the sign it could mean a share too: 0.05 for five per cent.
  ///
  /// - Parameter text: The argument.
  /// - Returns: The share, 0.05 for five per cent; nil for anything else, and for more than 10,000 per cent.
  static func share(_ text: String) -> Double? {
    guard text.hasSuffix("%") else { return nil }
    var number = text.dropLast()
    while number.last == " " { number.removeLast() }
    // No sign, exponent or name, which a number of Swift's may have.
    guard number.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == ".") }),
      number.first?.isNumber == true, let percent = Double(number), percent <= most
    else { return nil }
    return percent / 100
  }
}
