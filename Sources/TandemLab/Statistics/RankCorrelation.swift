import TandemSystem

/// Whether one list rises or falls with another.
package enum RankCorrelation {
  /// Spearman's rank correlation; equal values share the mean of their ranks.
  ///
  /// - Parameters:
  ///   - first: numbers.
  ///   - second: as many numbers.
  /// - Returns: from −1 to 1; nil for fewer than two pairs, or when all values of a list are equal.
  package static func spearman(_ first: [Double], _ second: [Double]) -> Double? {
    guard first.count == second.count, first.count >= 2 else { return nil }
    return pearson(ranks(of: first), ranks(of: second))
  }

  /// The share of shuffles that correlate at least as strongly: a two-sided permutation test.
  ///
  /// - Parameters:
  ///   - first: numbers.
  ///   - second: as many numbers.
  ///   - shuffles: how many shuffles to try.
  ///   - generator: where the random numbers come from.
  /// - Returns: a probability, the observed order counted as one of the shuffles; nil where
  ///   ``spearman(_:_:)`` is.
  package static func permutationProbability(
    _ first: [Double], _ second: [Double], shuffles: Int = 2_000,
    using generator: inout some RandomNumberGenerator
  ) -> Double? {
    guard let observed = spearman(first, second) else { return nil }
    let firstRanks = ranks(of: first)
    var secondRanks = ranks(of: second)
    var asStrong = 1
    for _ in 0..<shuffles {
      secondRanks.shuffle(using: &generator)
      let shuffled = pearson(firstRanks, secondRanks) ?? 0
      // The tolerance lets orders that are equally strong count as such in floating point.
      if abs(shuffled) >= abs(observed) - 1e-9 { asStrong += 1 }
    }
    return Double(asStrong) / Double(shuffles + 1)
  }

  /// The rank of each value, from 1; equal values share the mean of their ranks.
  ///
  /// - Parameter values: the numbers.
  /// - Returns: one rank a value, in the order of the values.
  package static func ranks(of values: [Double]) -> [Double] {
    let order = values.indices.sorted { values[$0] < values[$1] }
    var ranks = [Double](repeating: 0, count: values.count)
    var start = 0
    while start < order.count {
      var end = start
      while end + 1 < order.count, values[order[end + 1]] == values[order[start]] { end += 1 }
      for position in start...end {
        ranks[order[position]] = Double(start + end) / 2 + 1
      }
      start = end + 1
    }
    return ranks
  }

  private static func pearson(_ first: [Double], _ second: [Double]) -> Double? {
    guard let firstMean = Statistics.mean(first), let secondMean = Statistics.mean(second) else {
      return nil
    }
    var product = 0.0
    var firstSquares = 0.0
    var secondSquares = 0.0
    for (first, second) in zip(first, second) {
      product += (first - firstMean) * (second - secondMean)
      firstSquares += (first - firstMean) * (first - firstMean)
      secondSquares += (second - secondMean) * (second - secondMean)
    }
    guard firstSquares > 0, secondSquares > 0 else { return nil }
    return product / (firstSquares.squareRoot() * secondSquares.squareRoot())
  }
}
