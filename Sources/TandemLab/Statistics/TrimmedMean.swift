package import TandemModel

/// The mean of some values without the most extreme ones, and how far it can be trusted.
///
/// Its t statistic is that of Tukey and McLaughlin ("Less vulnerable confidence and significance procedures
/// for location based on a single sample", Sankhyā A 25, 1963): the spread is that of the values with each
/// extreme one replaced by its neighbour. One disturbed run neither moves the mean nor hides a difference.
package struct TrimmedMean: Sendable, Equatable {
  /// The mean of the values that are left.
  package var mean: Double
  /// Its standard error.
  package var standardError: Double
  /// The degrees of freedom of its t statistic.
  package var degrees: Int

  /// One value in so many is left out at each end; none of fewer.
  package static let leftOut = 6
  /// The least standard deviation that is believed of few values: a few logarithms of times may agree by chance.
  package static let leastSpread = 0.01

  /// Trims and averages values; nil for fewer than two.
  ///
  /// - Parameters:
  ///   - values: the values, in any order.
  ///   - leastSpread: the least standard deviation that is believed.
  package init?(of values: [Double], leastSpread: Double = TrimmedMean.leastSpread) {
    guard values.count >= 2 else { return nil }
    var sorted = values.sorted()
    let count = Double(sorted.count)
    let out = sorted.count / Self.leftOut
    let kept = sorted[out..<(sorted.count - out)]
    mean = kept.reduce(0, +) / Double(kept.count)
    for index in 0..<out {
      sorted[index] = sorted[out]
      sorted[sorted.count - 1 - index] = sorted[sorted.count - 1 - out]
    }
    let centre = sorted.reduce(0, +) / count
    let squares = sorted.reduce(0) { $0 + ($1 - centre) * ($1 - centre) }
    let spread = max(leastSpread, (squares / (count - 1)).squareRoot())
    standardError = spread * count.squareRoot() / Double(kept.count)
    degrees = kept.count - 1
  }

  /// The probability of a mean as high as this one, or higher, if the true one is no higher than a bound.
  ///
  /// - Parameter bound: what the true mean is compared with.
  /// - Returns: small where the true mean is surely above the bound.
  package func probability(notAbove bound: Double) -> Double {
    StudentT.upperTail((mean - bound) / standardError, degrees: degrees)
  }

  /// The probability of a mean as low as this one, or lower, if the true one is no lower than a bound.
  ///
  /// - Parameter bound: what the true mean is compared with.
  /// - Returns: small where the true mean is surely below the bound.
  package func probability(notBelow bound: Double) -> Double {
    StudentT.upperTail((bound - mean) / standardError, degrees: degrees)
  }

  /// The interval of 95 % of the true mean.
  package var interval: Interval {
    let half = StudentT.quantile(above: 0.025, degrees: degrees) * standardError
    return Interval(low: mean - half, high: mean + half)
  }
}
