/// A number rounded to a fixed number of decimals, to the nearest and ties to even.
///
/// A double is an integer times a power of two. So the nearest decimal is found exactly, in integers,
/// as printf(3) of the C library does; Swift without Foundation has nothing for it.
struct Decimals {
  /// Whether the number was negative, also where it rounds to zero.
  let isNegative: Bool
  /// The size of the number, in units of its last decimal.
  let units: UInt128
  /// How many decimals there are.
  let places: Int

  /// Rounds a number.
  ///
  /// - Parameters:
  ///   - value: a finite number whose size is below 10¹⁵.
  ///   - places: the decimals to keep, at most 15.
  init(_ value: Double, places: Int) {
    precondition(abs(value) < 1e15 && (0...15).contains(places))
    isNegative = value < 0
    self.places = places
    let scale = (0..<places).reduce(UInt128(1)) { power, _ in power * 10 }
    // The significand as an integer of 53 bits; below 10¹⁵ its exponent is negative.
    let bits = value.significandBitPattern
    let isSubnormal = value.exponentBitPattern == 0
    let significand = UInt128(isSubnormal ? bits : bits | 1 << 52)
    let shift = 1075 - max(1, Int(value.exponentBitPattern))
    let product = significand * scale
    guard shift < 127 else {
      units = 0
      return
    }
    let whole = product >> UInt128(shift)
    let rest = product - whole << UInt128(shift)
    let half = shift == 0 ? 0 : UInt128(1) << UInt128(shift - 1)
    let isUp = shift > 0 && (rest > half || rest == half && !whole.isMultiple(of: 2))
    units = whole + (isUp ? 1 : 0)
  }

  /// The number that the digits stand for, to compare it with limits.
  var value: Double {
    let scale = (0..<places).reduce(1.0) { power, _ in power * 10 }
    return (isNegative ? -1 : 1) * Double(units) / scale
  }

  /// The digits, with a point before the decimals.
  ///
  /// - Parameters:
  ///   - separator: what stands between groups of three digits; nil for nothing.
  ///   - minus: the sign of negative numbers; zero has none.
  /// - Returns: the text.
  func text(separator: Character?, minus: String) -> String {
    var digits = String(units)
    if digits.count <= places {
      digits = String(repeating: "0", count: places + 1 - digits.count) + digits
    }
    let whole = digits.dropLast(places)
    var text = units > 0 && isNegative ? minus : ""
    for (index, digit) in whole.enumerated() {
      if let separator, index > 0, (whole.count - index).isMultiple(of: 3) {
        text.append(separator)
      }
      text.append(digit)
    }
    return places == 0 ? text : text + "." + digits.suffix(places)
  }
}

/// A number's first digits and its power of ten, for numbers that are too large to be written out.
struct SignificantDigits {
  /// The digits, without a point.
  private let digits: String
  /// The power of ten of the first digit.
  private let exponent: Int

  /// Rounds the shortest decimal that stands for a double; ties to even.
  ///
  /// - Parameters:
  ///   - value: a finite number of 1 or more.
  ///   - count: the digits to keep.
  init(_ value: Double, count: Int) {
    // Such as `1.5e+300` or `12345.0`.
    let parts = value.description.split(separator: "e")
    let mantissa = parts[0].split(separator: ".")
    let power = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
    let all = mantissa.joined()
    var kept = Int(all.prefix(count)) ?? 0
    for _ in all.count..<max(count, all.count) { kept *= 10 }
    let rest = all.dropFirst(count)
    let isMore = rest.dropFirst().contains { $0 != "0" }
    if let next = rest.first, next > "5" || next == "5" && (isMore || !kept.isMultiple(of: 2)) {
      kept += 1
    }
    var text = String(kept)
    var exponent = mantissa[0].count - 1 + power
    if text.count > count {
      text.removeLast()
      exponent += 1
    }
    digits = text
    self.exponent = exponent
  }

  /// As C's `%g` writes it: no trailing zeros, a sign and two digits of the exponent at least.
  var text: String {
    var decimals = digits.dropFirst()
    while decimals.last == "0" { decimals.removeLast() }
    let point = decimals.isEmpty ? "" : "."
    return "\(digits.prefix(1))\(point)\(decimals)e+\(exponent < 10 ? "0" : "")\(exponent)"
  }
}
