package import TandemModel
import TandemSystem

/// Intervals of 95 % by resampling (Efron and Tibshirani, "An Introduction to the Bootstrap", 1993).
package enum Bootstrap {
  /// Resamples drawn for one interval.
  package static let resamples = 2_000
  /// The least number of values that an interval is made of; below, all values are shown instead.
  package static let leastCount = 6
  /// From this number of values on, the interval is bias-corrected and accelerated (BCa).
  package static let leastCountForBCa = 20
  private static let tail = 0.025

  /// The interval of the median of some values.
  ///
  /// The percentile interval, from twenty values up the BCa interval.
  ///
  /// - Parameters:
  ///   - values: the values, in any order.
  ///   - resamples: how many resamples to draw.
  ///   - generator: where the random numbers come from.
  /// - Returns: the interval, or nil when there are fewer than six values.
  package static func intervalOfMedian(
    of values: [Double], resamples: Int = Bootstrap.resamples,
    using generator: inout some RandomNumberGenerator
  ) -> Interval? {
    guard values.count >= leastCount else { return nil }
    let medians = resampledMedians(of: values, resamples: resamples, using: &generator)
    return values.count >= leastCountForBCa
      ? bcaInterval(of: medians, sample: values) : percentileInterval(of: medians)
  }

  /// The medians of samples drawn with replacement.
  ///
  /// - Parameters:
  ///   - values: what is drawn from; not empty.
  ///   - resamples: how many samples to draw, each as large as `values`.
  ///   - generator: where the random numbers come from.
  /// - Returns: one median a resample, in ascending order.
  package static func resampledMedians(
    of values: [Double], resamples: Int, using generator: inout some RandomNumberGenerator
  ) -> [Double] {
    // Values are sorted once and drawn by rank, so that each resample sorts small integers.
    let sorted = values.sorted()
    let count = sorted.count
    var ranks = [Int](repeating: 0, count: count)
    var medians: [Double] = []
    medians.reserveCapacity(resamples)
    for _ in 0..<resamples {
      for index in ranks.indices {
        ranks[index] = Int.random(in: 0..<count, using: &generator)
      }
      ranks.sort()
      medians.append((sorted[ranks[(count - 1) / 2]] + sorted[ranks[count / 2]]) / 2)
    }
    medians.sort()
    return medians
  }

  /// The percentile interval of a bootstrap distribution.
  ///
  /// - Parameter distribution: the statistic of each resample, in any order; not empty.
  /// - Returns: its 2.5th and 97.5th percentiles.
  package static func percentileInterval(of distribution: [Double]) -> Interval? {
    interval(of: distribution, from: tail, to: 1 - tail)
  }

  /// The BCa interval of the median, from a bootstrap distribution.
  ///
  /// Where the correction is undefined (all values equal, or the median outside the
  /// distribution), the percentile interval stands in.
  ///
  /// - Parameters:
  ///   - distribution: the median of each resample, in any order; not empty.
  ///   - sample: the values that were resampled.
  /// - Returns: the interval.
  package static func bcaInterval(of distribution: [Double], sample: [Double]) -> Interval? {
    guard let estimate = Statistics.median(sample), sample.count > 1 else {
      return percentileInterval(of: distribution)
    }
    let below = distribution.count { $0 < estimate }
    let notAbove = distribution.count { $0 <= estimate }
    let bias = NormalDistribution.quantile(
      Double(below + notAbove) / Double(2 * distribution.count))
    let acceleration = jackknifeAcceleration(of: sample)
    guard bias.isFinite, acceleration.isFinite else {
      return percentileInterval(of: distribution)
    }
    func adjusted(_ probability: Double) -> Double {
      let shifted = bias + NormalDistribution.quantile(probability)
      return NormalDistribution.cumulative(bias + shifted / (1 - acceleration * shifted))
    }
    return interval(of: distribution, from: adjusted(tail), to: adjusted(1 - tail))
  }

  /// The acceleration of BCa: the skewness of the medians that leave one value out, over six.
  private static func jackknifeAcceleration(of sample: [Double]) -> Double {
    let without = sample.indices.map { left -> Double in
      var rest = sample
      rest.remove(at: left)
      return Statistics.median(rest) ?? .nan
    }
    let mean = Statistics.mean(without) ?? .nan
    let deviations = without.map { mean - $0 }
    let squares = deviations.reduce(0) { $0 + $1 * $1 }
    let cubes = deviations.reduce(0) { $0 + $1 * $1 * $1 }
    return cubes / (6 * squares * squares.squareRoot())
  }

  private static func interval(
    of distribution: [Double], from low: Double, to high: Double
  ) -> Interval? {
    let sorted = distribution.sorted()
    guard let least = Statistics.quantile(low, ofSorted: sorted),
      let greatest = Statistics.quantile(high, ofSorted: sorted)
    else { return nil }
    return Interval(low: least, high: greatest)
  }
}
