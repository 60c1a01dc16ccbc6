import Glibc

/// Student's t distribution with a whole number of degrees of freedom.
package enum StudentT {
  /// The probability of a value above `t`.
  ///
  /// The finite sums of Abramowitz and Stegun, "Handbook of Mathematical Functions", 26.7.3 and 26.7.4.
  ///
  /// - Parameters:
  ///   - t: the value.
  ///   - degrees: degrees of freedom, at least one.
  /// - Returns: from 0 to 1.
  package static func upperTail(_ t: Double, degrees: Int) -> Double {
    guard t.isFinite else { return t > 0 ? 0 : 1 }
    let angle = atan(abs(t) / Double(degrees).squareRoot())
    let (sine, cosine) = (sin(angle), cos(angle))
    let isOdd = degrees % 2 == 1
    // Each term is the one before times cos² and a ratio of neighbouring whole numbers.
    var term = isOdd ? cosine : 1
    var sum = 0.0
    var factor = isOdd ? 1 : 0
    while factor <= degrees - 2 {
      sum += term
      term *= cosine * cosine * Double(factor + 1) / Double(factor + 2)
      factor += 2
    }
    let within = isOdd ? 2 / Double.pi * (angle + sine * sum) : sine * sum
    let tail = max(0, (1 - within) / 2)
    return t >= 0 ? tail : 1 - tail
  }

  /// The value above which a share of the distribution lies.
  ///
  /// - Parameters:
  ///   - share: above 0 and below a half.
  ///   - degrees: degrees of freedom, at least one.
  /// - Returns: a value above zero.
  package static func quantile(above share: Double, degrees: Int) -> Double {
    var low = 0.0
    var high = 1.0
    while upperTail(high, degrees: degrees) > share { high *= 2 }
    while true {
      let middle = (low + high) / 2
      guard middle > low, middle < high else { return middle }
      if upperTail(middle, degrees: degrees) > share { low = middle } else { high = middle }
    }
  }
}
