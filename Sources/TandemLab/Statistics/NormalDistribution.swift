import Glibc

/// The standard normal distribution.
package enum NormalDistribution {
  /// The probability of a value below `z`.
  ///
  /// - Parameter z: standard deviations from the mean.
  /// - Returns: from 0 to 1.
  package static func cumulative(_ z: Double) -> Double {
    0.5 * erfc(-z / 2.0.squareRoot())
  }

  /// The value below which a share of the distribution lies.
  ///
  /// Found by bisection of ``cumulative(_:)``: it is asked a few times a report, so sixty calls of
  /// erfc(3) cost nothing and there is no table of coefficients to get wrong.
  ///
  /// - Parameter probability: the share, from 0 to 1.
  /// - Returns: standard deviations from the mean; infinite at 0 and 1.
  package static func quantile(_ probability: Double) -> Double {
    guard probability > 0 else { return -.infinity }
    guard probability < 1 else { return .infinity }
    // Below a half, erfc keeps its relative precision far into the tail; above, mirror.
    guard probability <= 0.5 else { return -quantile(1 - probability) }
    var low = -40.0
    var high = 0.0
    while true {
      let middle = (low + high) / 2
      guard middle > low, middle < high else { return middle }
      if cumulative(middle) < probability { low = middle } else { high = middle }
    }
  }
}
