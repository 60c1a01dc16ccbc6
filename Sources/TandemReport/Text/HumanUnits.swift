import Foundation

/// Numbers for people: three significant digits and a unit that fits, never `0` for "not measured".
package enum HumanUnits {
  /// What stands where a number was not measured, or is not a number.
  package static let notMeasured = "–"

  /// Groups thousands: U+202F, a narrow space that never breaks a line.
  package static let groupSeparator: Character = "\u{202F}"

  /// The minus sign (U+2212), as wide as the plus.
  package static let minus = "−"

  /// A duration, such as `3.02 ms`; from 1000 s up in whole seconds.
  ///
  /// - Parameter seconds: The duration in seconds; nil when it was not measured.
  /// - Returns: Three significant digits with ns, µs, ms or s.
  package static func duration(_ seconds: Double?) -> String {
    guard let seconds, seconds.isFinite else { return notMeasured }
    if seconds == 0 { return "0 s" }
    let scale = DurationScale(for: seconds)
    return "\(scale.number(seconds)) \(scale.unit)"
  }

  /// A size, such as `1.21 MiB`; below 1 KiB in bytes.
  ///
  /// - Parameter kib: The size in KiB (1024 bytes); nil when it was not measured.
  /// - Returns: Three significant digits with B, KiB, MiB, GiB or TiB; whole numbers up to 1023.
  package static func size(kib: Double?) -> String {
    guard let kib, kib.isFinite else { return notMeasured }
    if kib == 0 { return "0 B" }
    let bytes = kib * 1024
    if abs(bytes) < 1023.5 { return "\(fixed(bytes, decimals: 0)) B" }
    var value = bytes
    for unit in ["KiB", "MiB", "GiB", "TiB"] {
      value /= 1024
      let decimals = decimals(for: value)
      if unit == "TiB" || abs(Double(plain(value, decimals)) ?? value) < 1024 {
        return "\(fixed(value, decimals: decimals)) \(unit)"
      }
    }
    return notMeasured
  }

  /// A ratio or another number without a unit, such as `19.8`; from 1000 up grouped and whole.
  ///
  /// - Parameter value: The number; nil when it was not measured.
  /// - Returns: Three significant digits; very small and very large numbers as `1.2e-09`.
  package static func ratio(_ value: Double?) -> String {
    guard let value, value.isFinite else { return notMeasured }
    if value == 0 { return "0" }
    if abs(value) < 0.9995 || abs(value) >= 1e7 { return scientific(value) }
    return fixed(value, decimals: decimals(for: value))
  }

  /// A number of things, such as `12 345`.
  ///
  /// - Parameter value: The number; nil when it was not measured. Medians may fall between two.
  /// - Returns: A whole number with its thousands grouped; one decimal when it is below 100 and
  ///   not whole.
  package static func count(_ value: Double?) -> String {
    guard let value, value.isFinite else { return notMeasured }
    let isWhole = value == value.rounded()
    return fixed(value, decimals: isWhole || abs(value) >= 100 ? 0 : 1)
  }

  /// A number of things.
  ///
  /// - Parameter value: The number.
  /// - Returns: A whole number with its thousands grouped.
  package static func count(_ value: Int) -> String {
    grouped(String(value))
  }

  /// A setting such as a quota, as it was given: up to two decimals, no trailing zeros.
  ///
  /// - Parameter value: The number.
  /// - Returns: The number, such as `1.5` or `2`.
  package static func exact(_ value: Double) -> String {
    guard value.isFinite else { return notMeasured }
    var text = fixed(value, decimals: 2)
    while text.contains("."), text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    return text
  }

  /// A time average such as concurrency or parallelism: two decimals, one from 100 up.
  ///
  /// - Parameter value: The average; nil when it was not measured.
  /// - Returns: The number; `<0.01` for what is positive but would round to nothing.
  package static func average(_ value: Double?) -> String {
    guard let value, value.isFinite else { return notMeasured }
    if value > 0, value < 0.005 { return "<0.01" }
    return fixed(value, decimals: abs(value) < 99.95 ? 2 : 1)
  }

  /// A share as per cent, such as `3.2 %`: whole from ten up, one decimal below, three below 0.1.
  ///
  /// - Parameter share: A finite share; 1 is all.
  /// - Returns: The per cent, a space and the sign.
  package static func percent(_ share: Double) -> String {
    let size = abs(share * 100)
    let digits = size < 0.000_05 ? 0 : size < 0.1 ? 3 : size < 10 ? 1 : 0
    let number = fixed(size, decimals: digits)
    return (share < 0 && size >= 0.000_05 ? minus : "") + number + " %"
  }

  /// A number with a fixed number of decimals, thousands grouped, with a true minus sign.
  ///
  /// - Parameters:
  ///   - value: A finite number.
  ///   - decimals: The decimals to keep.
  /// - Returns: The number; never `−0`.
  package static func fixed(_ value: Double, decimals: Int) -> String {
    // No column holds what is this large, and its digits are not significant.
    abs(value) >= 1e15 ? scientific(value) : grouped(plain(value, decimals))
  }

  /// C's `%g` with three significant digits and a true minus sign.
  private static func scientific(_ value: Double) -> String {
    (value < 0 ? minus : "") + String(format: "%.3g", abs(value))
  }

  /// The decimals that leave three significant digits of a number of 1 or more; two below 1.
  static func decimals(for value: Double) -> Int {
    // The rounded text decides, so that 9.996 becomes `10.0` and not `10.00`.
    for (decimals, limit) in [(2, 10.0), (1, 100.0)]
    where abs(Double(plain(value, decimals)) ?? value) < limit {
      return decimals
    }
    return 0
  }

  /// C's rounding of a finite number, without grouping.
  static func plain(_ value: Double, _ decimals: Int) -> String {
    String(format: "%.\(decimals)f", value)
  }

  private static func grouped(_ number: String) -> String {
    let isNegative = number.hasPrefix("-")
    let parts = number.drop { $0 == "-" }.split(separator: ".", maxSplits: 1)
    let whole = parts.first.map(Array.init) ?? []
    var text = ""
    for (index, digit) in whole.enumerated() {
      // Four digits read well unbroken only in years; group from 1 000 on.
      if index > 0, (whole.count - index).isMultiple(of: 3) { text.append(groupSeparator) }
      text.append(digit)
    }
    if parts.count == 2 { text += "." + parts[1] }
    let isZero = text.allSatisfy { $0 == "0" || $0 == "." }
    return isNegative && !isZero ? minus + text : text
  }
}

/// A unit and a number of decimals that several durations share, so that they can be compared.
package struct DurationScale: Sendable, Equatable {
  /// The unit's symbol: ns, µs, ms or s.
  package let unit: String
  /// How many of the unit make a second.
  package let perSecond: Double
  /// How many decimals are shown.
  package let decimals: Int

  /// Chooses the unit and decimals that show a duration with three significant digits.
  ///
  /// - Parameter seconds: A finite duration in seconds; 0 gives whole seconds.
  package init(for seconds: Double) {
    let units = [("ns", 1e9), ("µs", 1e6), ("ms", 1e3)]
    for (unit, perSecond) in units where seconds != 0 {
      let value = abs(seconds) * perSecond
      let decimals = HumanUnits.decimals(for: value)
      if (Double(HumanUnits.plain(value, decimals)) ?? value) < 1000 {
        self.unit = unit
        self.perSecond = perSecond
        self.decimals = decimals
        return
      }
    }
    self.unit = "s"
    self.perSecond = 1
    self.decimals = seconds == 0 ? 0 : HumanUnits.decimals(for: abs(seconds))
  }

  /// A duration as a number of this scale's unit, without the unit.
  ///
  /// - Parameter seconds: A finite duration in seconds.
  /// - Returns: The number; `<0.01` for what is positive but would round to nothing.
  package func number(_ seconds: Double) -> String {
    let value = seconds * perSecond
    if value > 0, decimals > 0, (Double(HumanUnits.plain(value, decimals)) ?? 0) == 0 {
      return "<" + HumanUnits.fixed(unitOfLastPlace, decimals: decimals)
    }
    return HumanUnits.fixed(value, decimals: decimals)
  }

  /// One step of the last decimal shown, in the scale's unit.
  var unitOfLastPlace: Double { (0..<decimals).reduce(1.0) { step, _ in step / 10 } }
}
