import TandemSystem

/// Tukey's outer fences: three interquartile ranges beyond the quartiles ("Exploratory Data Analysis", 1977).
package struct OuterFences: Sendable, Equatable {
  /// Values below it are outliers.
  package var low: Double
  /// Values above it are outliers.
  package var high: Double

  /// The least number of values whose quartiles mean something.
  package static let leastCount = 5

  /// Interquartile ranges between a quartile and its fence.
  package static let ranges = 3.0

  /// Finds the fences of some values; nil for fewer than five.
  ///
  /// - Parameter values: the numbers, in any order.
  package init?(of values: [Double]) {
    let sorted = values.sorted()
    guard values.count >= Self.leastCount,
      let lower = Statistics.quantile(0.25, ofSorted: sorted),
      let upper = Statistics.quantile(0.75, ofSorted: sorted)
    else { return nil }
    self.low = lower - Self.ranges * (upper - lower)
    self.high = upper + Self.ranges * (upper - lower)
  }

  /// The positions of the values outside the fences.
  ///
  /// - Parameter values: the numbers.
  /// - Returns: indices into `values`, ascending.
  package func outliers(in values: [Double]) -> [Int] {
    values.indices.filter { values[$0] < low || values[$0] > high }
  }
}
