/// Figures of a list of numbers; every one is nil for an empty list.
package enum Statistics {
  /// The arithmetic mean.
  ///
  /// - Parameter values: the numbers, in any order.
  /// - Returns: the mean, or nil when there are none.
  package static func mean(_ values: [Double]) -> Double? {
    values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
  }

  /// The median: the middle value, or the mean of the two middle ones.
  ///
  /// - Parameter values: the numbers, in any order.
  /// - Returns: the median, or nil when there are none.
  package static func median(_ values: [Double]) -> Double? {
    quantile(0.5, of: values)
  }

  /// A quantile by linear interpolation between order statistics.
  ///
  /// Type 7 of Hyndman and Fan (1996), the default of R and NumPy.
  ///
  /// - Parameters:
  ///   - probability: from 0 (the least value) to 1 (the greatest).
  ///   - values: the numbers, in any order.
  /// - Returns: the quantile, or nil when there are no numbers.
  package static func quantile(_ probability: Double, of values: [Double]) -> Double? {
    quantile(probability, ofSorted: values.sorted())
  }

  /// A quantile of numbers that are already in ascending order.
  ///
  /// - Parameters:
  ///   - probability: from 0 to 1.
  ///   - sorted: the numbers in ascending order.
  /// - Returns: the quantile, or nil when there are no numbers.
  package static func quantile(_ probability: Double, ofSorted sorted: [Double]) -> Double? {
    guard !sorted.isEmpty else { return nil }
    let position = Double(sorted.count - 1) * min(max(probability, 0), 1)
    let below = Int(position.rounded(.down))
    guard below + 1 < sorted.count else { return sorted[sorted.count - 1] }
    let fraction = position - Double(below)
    return sorted[below] + fraction * (sorted[below + 1] - sorted[below])
  }
}
