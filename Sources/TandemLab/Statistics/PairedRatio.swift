import Glibc
package import TandemModel
import TandemSystem

/// How many times as long one thing takes as another, from runs that are paired by block.
///
/// Runs of one block are neighbours in time, so what the machine did to one it mostly did to the
/// other too, and their ratio is steadier than either.
package struct PairedRatio: Sendable, Equatable {
  /// The logarithm of first / second, one a block, in order of the blocks.
  package var logRatios: [Double]
  /// The median of first / second.
  package var ratio: Double
  /// The interval of 95 % of the ratio over blocks, from six blocks up; nil below.
  package var interval: Interval?

  /// The number of blocks that have both.
  package var n: Int { logRatios.count }

  /// Compares two lists of times; nil when there is no pair.
  ///
  /// - Parameters:
  ///   - first: a time a block, above zero.
  ///   - second: the times of the other in the same blocks, in the same order.
  ///   - generator: where the bootstrap's random numbers come from.
  package init?(
    _ first: [Double], over second: [Double], using generator: inout some RandomNumberGenerator
  ) {
    let logs = zip(first, second).compactMap { first, second in
      first > 0 && second > 0 ? log(first / second) : nil
    }
    self.init(logRatios: logs, using: &generator)
  }

  /// Takes pairs as they are; nil when there is none.
  ///
  /// The interval is the wider one, on each side, of the bootstrap's of the median and of that of a trimmed
  /// mean: of few pairs the first alone is too narrow.
  ///
  /// - Parameters:
  ///   - logRatios: the logarithm of first / second, one a block.
  ///   - resamples: how many resamples the bootstrap draws.
  ///   - generator: where the bootstrap's random numbers come from.
  package init?(
    logRatios: [Double], resamples: Int = Bootstrap.resamples,
    using generator: inout some RandomNumberGenerator
  ) {
    guard let median = Statistics.median(logRatios) else { return nil }
    self.logRatios = logRatios
    self.ratio = exp(median)
    guard
      let ofMedian = Bootstrap.intervalOfMedian(
        of: logRatios, resamples: resamples, using: &generator),
      let ofMean = TrimmedMean(of: logRatios, leastSpread: 0)?.interval
    else { return }
    interval = Interval(
      low: exp(min(ofMedian.low, ofMean.low)), high: exp(max(ofMedian.high, ofMean.high)))
  }

  /// The ratio of each block, in order of the blocks.
  package var ratios: [Double] { logRatios.map { exp($0) } }

  /// Second over first.
  package var inverted: PairedRatio {
    var result = self
    result.logRatios = logRatios.map { -$0 }
    result.ratio = 1 / ratio
    result.interval = interval.map { Interval(low: 1 / $0.high, high: 1 / $0.low) }
    return result
  }

  /// Where a ratio lies with respect to a bound.
  package enum Position: Sendable, Equatable {
    /// Surely above it.
    case above
    /// Surely below it.
    case below
    /// The runs don't tell.
    case unclear
  }

  /// Where the ratio lies with respect to a bound.
  ///
  /// With an interval, the interval must lie on one side. Without one, every single pair must. One or two
  /// pairs must besides be twice as far off, since a single run on a busy machine easily is by less; of three
  /// to five the mean must lie there too, at 2.5 % a side, since few pairs may all be off by chance.
  ///
  /// - Parameter bound: a ratio above zero.
  /// - Returns: the side, or `unclear`.
  package func position(of bound: Double) -> Position {
    if let interval {
      return interval.low > bound ? .above : interval.high < bound ? .below : .unclear
    }
    let low = exp(logRatios.min() ?? 0)
    let high = exp(logRatios.max() ?? 0)
    guard n >= Self.fewPairs, let mean = TrimmedMean(of: logRatios) else {
      if low > bound * Self.slackOfFew { return .above }
      return high * Self.slackOfFew < bound ? .below : .unclear
    }
    if low > bound, mean.probability(notAbove: log(bound)) <= Self.errorOfSide { return .above }
    if high < bound, mean.probability(notBelow: log(bound)) <= Self.errorOfSide { return .below }
    return .unclear
  }

  /// Fewer pairs than this have no spread to speak of.
  package static let fewPairs = 3
  /// The error that is allowed on each side, with an interval of 95 %.
  private static let errorOfSide = 0.025
  /// By what factor fewer pairs must be beyond a bound.
  private static let slackOfFew = 2.0

  /// What the pairs say of first and second.
  package enum Answer: Sendable, Equatable {
    /// The first takes longer by more than the margin.
    case firstSlower
    /// The second takes longer by more than the margin.
    case secondSlower
    /// Neither takes longer by more than the margin; said only with an interval.
    case same
    /// The runs don't tell.
    case undecided
  }

  /// The margin within which two times count as the same: five per cent.
  package static let margin = 1.05

  /// Whether there are too few pairs to say anything, since a busy machine made some of the times: with fewer
  /// than three, even twice as long may come of that.
  ///
  /// - Parameter isBusy: whether other programs used much of the CPUs meanwhile.
  /// - Returns: whether that is so; not where the pairs are further off than a busy machine makes them.
  package func isTooLittle(onBusyMachine isBusy: Bool) -> Bool {
    isBusy && n < Self.fewPairs && !logRatios.allSatisfy { abs($0) > log(Self.factorOfBusyMachine) }
  }

  /// By what factor a busy machine hardly changes a ratio.
  private static let factorOfBusyMachine = 10.0

  /// What the pairs say of first and second, on a machine that may have been busy.
  ///
  /// - Parameter isBusy: whether other programs used much of the CPUs meanwhile.
  /// - Returns: the answer.
  package func answer(onBusyMachine isBusy: Bool) -> Answer {
    isTooLittle(onBusyMachine: isBusy) ? .undecided : answer
  }

  /// What the pairs say of first and second.
  package var answer: Answer {
    let upper = position(of: Self.margin)
    let lower = position(of: 1 / Self.margin)
    if upper == .above { return .firstSlower }
    if lower == .below { return .secondSlower }
    if interval != nil, upper == .below, lower == .above { return .same }
    return .undecided
  }

  /// The most runs that are worth naming; a difference that needs more sits on the margin itself.
  package static let mostRunsWorthNaming = 1_000

  /// About how many more blocks would put the interval on one side of each bound.
  ///
  /// The interval's half width shrinks with the square root of the number of blocks. Below six
  /// blocks the half width is estimated from the spread of the pairs, as 1.96 standard errors of
  /// a median (1.2533 standard deviations over √n, for normal data).
  ///
  /// - Parameter bounds: the ratios that matter, above zero.
  /// - Returns: at least one; nil when it would be more than a thousand.
  package func moreRuns(toTellFrom bounds: [Double]) -> Int? {
    let needed = Bootstrap.leastCount - n
    let estimate = log(ratio)
    let halfWidth: Double
    if let interval {
      halfWidth = log(interval.high / interval.low) / 2
    } else if n >= 2 {
      let mean = Statistics.mean(logRatios) ?? 0
      let variance = logRatios.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(n - 1)
      halfWidth = 1.96 * 1.2533 * (variance / Double(n)).squareRoot()
    } else {
      return max(needed, 1)
    }
    let distance = bounds.map { abs(estimate - log($0)) }.min() ?? 0
    let factor = halfWidth / distance
    guard factor * factor * Double(n) < Double(Self.mostRunsWorthNaming) else { return nil }
    let more = Int((Double(n) * (factor * factor - 1)).rounded(.up))
    return max(more, needed, 1)
  }
}
