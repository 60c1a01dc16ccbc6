import Glibc
package import TandemModel
import TandemSystem

/// How many times as long one thing takes as another, from runs that are not neighbours in time.
///
/// What the machine did to one the other need not have seen, so this is less sure than a ``PairedRatio``, and
/// the interval knows only how the runs of each differ among themselves.
package struct UnpairedRatio: Sendable, Equatable {
  /// The median of the values over the median of the base.
  package var ratio: Double
  /// The interval of 95 % of the ratio, from six values of each up; nil below.
  package var interval: Interval?
  /// The logarithms of the values.
  private let values: [Double]
  /// The logarithms of what they are compared with.
  private let base: [Double]

  /// The number of values of the shorter list.
  package var n: Int { min(values.count, base.count) }

  /// Compares two lists of times; nil when one is empty, or holds a time that isn't above zero.
  ///
  /// The interval is the wider one, on each side, of the bootstrap's of the ratio of medians and of that of
  /// the trimmed means.
  ///
  /// - Parameters:
  ///   - times: the times.
  ///   - others: what they are compared with.
  ///   - resamples: how many resamples the bootstrap draws of each.
  ///   - generator: where the bootstrap's random numbers come from.
  package init?(
    _ times: [Double], over others: [Double], resamples: Int = Bootstrap.resamples,
    using generator: inout some RandomNumberGenerator
  ) {
    guard (times + others).allSatisfy({ $0 > 0 && $0.isFinite }),
      let median = Statistics.median(times), let other = Statistics.median(others)
    else { return nil }
    values = times.map { log($0) }
    base = others.map { log($0) }
    ratio = median / other
    guard min(times.count, others.count) >= Bootstrap.leastCount,
      let own = TrimmedMean(of: values, leastSpread: 0),
      let compared = TrimmedMean(of: base, leastSpread: 0)
    else { return }
    let ofMeans = TrimmedDifference(own, minus: compared).interval
    let ofMedians = Bootstrap.percentileInterval(
      of: Self.resampledDifferences(values, base, resamples: resamples, using: &generator))
    let ends = [ofMeans, ofMedians].compactMap(\.self).flatMap { [$0.low, $0.high] }.map { exp($0) }
    // The middle of an even number of times is not that of their logarithms.
    interval = Interval(low: ends.reduce(ratio, min), high: ends.reduce(ratio, max))
  }

  /// Differences of the medians of two lists that are resampled independently of each other.
  private static func resampledDifferences(
    _ values: [Double], _ base: [Double], resamples: Int,
    using generator: inout some RandomNumberGenerator
  ) -> [Double] {
    let medians = Bootstrap.resampledMedians(of: values, resamples: resamples, using: &generator)
    // Both come in ascending order, which is no independence.
    let others = Bootstrap.resampledMedians(of: base, resamples: resamples, using: &generator)
      .shuffled(using: &generator)
    return zip(medians, others).map { $0 - $1 }
  }

  /// The error that is allowed on each side, with an interval of 95 %.
  private static let errorOfSide = 0.025

  /// Where the ratio lies with respect to a bound.
  ///
  /// With an interval, the interval must lie on one side. With three to five runs of one of them, every run
  /// must be that far from every run of the other, and the means too, at 2.5 % a side. Fewer show nothing.
  ///
  /// - Parameter bound: a ratio above zero.
  /// - Returns: the side, or `unclear`.
  package func position(of bound: Double) -> PairedRatio.Position {
    if let interval {
      return interval.low > bound ? .above : interval.high < bound ? .below : .unclear
    }
    guard n >= PairedRatio.fewPairs, let own = TrimmedMean(of: values),
      let compared = TrimmedMean(of: base), let low = values.min(), let high = values.max(),
      let lowBase = base.min(), let highBase = base.max()
    else { return .unclear }
    let means = TrimmedDifference(own, minus: compared)
    let bound = log(bound)
    if low - highBase > bound, means.probability(notAbove: bound) <= Self.errorOfSide {
      return .above
    }
    if high - lowBase < bound, means.probability(notBelow: bound) <= Self.errorOfSide {
      return .below
    }
    return .unclear
  }

  /// What the runs show.
  ///
  /// - Parameter margin: a ratio of 1 or more that counts as the same.
  /// - Returns: whether it is larger or smaller by more than that, or the same, which only an interval shows.
  package func shown(beyond margin: Double) -> RunComparison.Shown {
    let (upper, lower) = (position(of: margin), position(of: 1 / margin))
    if upper == .above { return .larger }
    if lower == .below { return .smaller }
    return interval != nil && upper == .below && lower == .above ? .same : .undecided
  }
}
