package import TandemModel

/// The difference of two trimmed means of values that are not paired.
///
/// Its t statistic is Welch's ("The generalization of 'Student's' problem when several different population
/// variances are involved", Biometrika 34, 1947), with the trimmed means and the standard errors of
/// ``TrimmedMean``.
package struct TrimmedDifference: Sendable, Equatable {
  /// The first mean minus the second.
  package var difference: Double
  /// Its standard error.
  package var standardError: Double
  /// The degrees of freedom, rounded down.
  package var degrees: Int

  /// Subtracts one mean from another.
  ///
  /// - Parameters:
  ///   - first: the mean that is subtracted from.
  ///   - second: the mean that is subtracted.
  package init(_ first: TrimmedMean, minus second: TrimmedMean) {
    let own = first.standardError * first.standardError
    let other = second.standardError * second.standardError
    difference = first.mean - second.mean
    standardError = (own + other).squareRoot()
    let spread = own * own / Double(first.degrees) + other * other / Double(second.degrees)
    // Without any spread, as where all values are equal, the smaller list says how little is known.
    degrees =
      spread > 0
      ? max(1, Int((own + other) * (own + other) / spread))
      : max(1, min(first.degrees, second.degrees))
  }

  /// The probability of a difference as large as this one, or larger, if the true one is no larger than a
  /// bound.
  ///
  /// - Parameter bound: what the true difference is compared with.
  /// - Returns: small where the true difference is surely above the bound.
  package func probability(notAbove bound: Double) -> Double {
    StudentT.upperTail((difference - bound) / standardError, degrees: degrees)
  }

  /// The probability of a difference as small as this one, or smaller, if the true one is no smaller than a
  /// bound.
  ///
  /// - Parameter bound: what the true difference is compared with.
  /// - Returns: small where the true difference is surely below the bound.
  package func probability(notBelow bound: Double) -> Double {
    StudentT.upperTail((bound - difference) / standardError, degrees: degrees)
  }

  /// The interval of 95 % of the true difference.
  package var interval: Interval {
    let half = StudentT.quantile(above: 0.025, degrees: degrees) * standardError
    return Interval(low: difference - half, high: difference + half)
  }
}
