/// Numbers as text: one rule for each kind of figure, the same in sentences and in tables.
///
/// | kind | rule | examples |
/// | --- | --- | --- |
/// | duration | three significant digits and a unit that fits; whole seconds from 1000 s up | `3.02 ms`, `1 240 s` |
/// | ratio, time average | three significant digits, two decimals below 1 | `0.97`, `1.23`, `19.8`, `312` |
/// | share | per cent: whole from 10 up, one decimal below | `74 %`, `3.2 %`, `<0.1 %`, `>99.9 %` |
/// | count | whole, thousands grouped | `12 345` |
/// | memory | three significant digits and a unit that fits | `1.21 MiB` |
/// | setting | as it was given: up to two decimals, no trailing zeros | `1.5`, `15 s` |
///
/// What is there never reads as nothing, and what was not measured never reads as 0.
package enum FigureText {
  /// What stands where a number was not measured, or is not a number.
  package static let notMeasured = "–"

  /// Groups thousands: U+202F, a narrow space that never breaks a line.
  package static let groupSeparator: Character = "\u{202F}"

  /// The minus sign (U+2212), as wide as the plus.
  package static let minus = "−"

  /// A ratio, or a time average such as parallelism: three significant digits, and two
  /// decimals below 1.
  ///
  /// - Parameter value: the number; nil when it was not measured.
  /// - Returns: such as `1.23`; `<0.01` for what is positive but would round to nothing, and from ten
  ///   million up three significant digits, such as `2.79e+13`.
  package static func ratio(_ value: Double?) -> String {
    guard let value, value.isFinite else { return notMeasured }
    if value > 0, value < 0.005 { return "<0.01" }
    if abs(value) >= 1e7 { return scientific(value) }
    return number(value, decimals: decimals(for: value))
  }

  /// A share as per cent: whole from ten up, one decimal below.
  ///
  /// - Parameter share: 1 for all; nil when it was not measured.
  /// - Returns: such as `74 %` or `3.2 %`. Next to nothing is `<0.1 %`, and nearly all is `99.8 %` or
  ///   `>99.9 %`, never `100 %`.
  package static func percent(_ share: Double?) -> String {
    guard let share, share.isFinite else { return notMeasured }
    let value = share * 100
    let size = abs(value)
    let sign = value < 0 ? minus : ""
    switch size {
    // Shares are sums of floating-point numbers: their last place is not a figure.
    case ..<1e-9: return "0 %"
    case ..<0.05: return "\(value < 0 ? ">\(minus)" : "<")0.1 %"
    case ..<9.95: return "\(sign)\(number(size, decimals: 1)) %"
    case 99.95..<(100 - 1e-9): return "\(value < 0 ? "<\(minus)" : ">")99.9 %"
    case 99.5..<99.95: return "\(sign)\(number(size, decimals: 1)) %"
    default: return "\(sign)\(number(size, decimals: 0)) %"
    }
  }

  /// Two ratios as a range.
  ///
  /// - Parameters:
  ///   - low: the smaller one.
  ///   - high: the larger one.
  /// - Returns: such as `1.75–2.24`.
  package static func range(_ low: Double, _ high: Double) -> String {
    "\(ratio(low))–\(ratio(high))"
  }

  /// Two shares as a range of per cent.
  ///
  /// - Parameters:
  ///   - low: the smaller one; 1 for all.
  ///   - high: the larger one.
  /// - Returns: such as `1.2–3.4 %`.
  package static func percentRange(_ low: Double, _ high: Double) -> String {
    guard low.isFinite, high.isFinite else { return notMeasured }
    return "\(percent(low).dropLast(2))–\(percent(high))"
  }

  /// A list with commas and a last "and".
  ///
  /// - Parameters:
  ///   - items: the items.
  ///   - conjunction: the word before the last one.
  /// - Returns: such as `a, b and c`.
  package static func list(_ items: [String], _ conjunction: String = "and") -> String {
    guard let last = items.last, items.count > 1 else { return items.first ?? "" }
    return items.dropLast().joined(separator: ", ") + " \(conjunction) " + last
  }

  /// A number with a fixed number of decimals, thousands grouped, with a true minus sign.
  ///
  /// - Parameters:
  ///   - value: a finite number.
  ///   - decimals: the decimals to keep, at most 15.
  /// - Returns: the number, rounded as C's printf(3) rounds; never `−0`. From 10¹⁵ up, three significant
  ///   digits: no column holds so many.
  package static func number(_ value: Double, decimals: Int) -> String {
    guard abs(value) < 1e15 else { return scientific(value) }
    return Decimals(value, places: decimals).text(separator: groupSeparator, minus: minus)
  }

  /// Three significant digits and an exponent.
  static func scientific(_ value: Double) -> String {
    guard value.isFinite else { return notMeasured }
    let rounded = SignificantDigits(abs(value), count: 3)
    return (value < 0 ? minus : "") + rounded.text
  }
}
