import TandemLab
import TandemModel
import TandemSystem
import Testing

/// The figures are the output of `Reference/scipy_figures.py` (NumPy 2.4.6, SciPy 1.17.1).
@Suite("Statistics: SciPy's figures for the same data")
struct SciPyFiguresTests {
  let eight = [0.512, 0.498, 0.505, 0.541, 0.499, 0.507, 0.623, 0.502]
  let twentyOne = [
    1.021, 0.984, 1.003, 1.117, 0.978, 1.049, 0.991, 1.302, 1.012, 0.969, 1.074,
    0.995, 1.038, 1.161, 0.987, 1.006, 1.093, 0.973, 1.027, 1.015, 1.058,
  ]
  let first = [0.97, 1.02, 0.99, 1.10, 0.95, 1.01, 1.04, 0.98]
  let second = [0.52, 0.50, 0.55, 0.53, 0.51, 0.56, 0.49, 0.54]
  let probabilities = [0.025, 0.25, 0.5, 0.75, 0.975]

  private func expectEqual(
    _ value: Double?, _ expected: Double, within tolerance: Double = 1e-12,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let value = try #require(value, sourceLocation: sourceLocation)
    #expect(
      abs(value - expected) <= tolerance, "\(value) is not \(expected)",
      sourceLocation: sourceLocation)
  }

  @Test func quantiles() throws {
    for (probability, expected) in zip(
      probabilities, [0.498175, 0.50125, 0.506, 0.51925, 0.60865])
    {
      try expectEqual(Statistics.quantile(probability, of: eight), expected)
    }
    for (probability, expected) in zip(probabilities, [0.971, 0.991, 1.015, 1.058, 1.2315]) {
      try expectEqual(Statistics.quantile(probability, of: twentyOne), expected)
    }
  }

  @Test func normalDistribution() throws {
    for (probability, expected) in [
      (1e-9, -5.9978070150076865), (0.025, -1.9599639845400545), (0.3, -0.5244005127080409),
      (0.975, 1.959963984540054),
    ] {
      try expectEqual(NormalDistribution.quantile(probability), expected)
    }
    for (z, expected) in [
      (-6.0, 9.865876450376946e-10), (-1.0, 0.15865525393145707), (0.5, 0.6914624612740131),
      (3.0, 0.9986501019683699),
    ] {
      try expectEqual(NormalDistribution.cumulative(z), expected, within: 1e-15)
    }
  }

  /// With the distribution given, chance has no part, and the arithmetic must agree exactly.
  @Test func intervalsOfAGivenDistribution() throws {
    let madeUp = (0...100).map { 1 + Double($0 * 37 % 101) / 1000 }
    let percentile = Bootstrap.percentileInterval(of: madeUp)
    try expectEqual(percentile?.low, 1.0025)
    try expectEqual(percentile?.high, 1.0975)
    let bca = Bootstrap.bcaInterval(of: madeUp, sample: twentyOne)
    try expectEqual(bca?.low, 1.0000033277140676)
    try expectEqual(bca?.high, 1.046736206346469)
  }

  /// With the distribution drawn, ours from 2000 resamples against SciPy's from 200,000.
  ///
  /// The median of a resample is one of a few values, so an end of the interval can only be off by
  /// the step to a neighbouring one: the tolerance is the step at that end.
  @Test(arguments: [1, 2, 3] as [UInt64]) func intervalsDrawn(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let ofEight = Bootstrap.intervalOfMedian(of: eight, using: &generator)
    try expectEqual(ofEight?.low, 0.499, within: 0.0016)
    try expectEqual(ofEight?.high, 0.541, within: 0.0145)
    let medians = Bootstrap.resampledMedians(of: twentyOne, resamples: 2_000, using: &generator)
    let percentile = Bootstrap.percentileInterval(of: medians)
    try expectEqual(percentile?.low, 0.995, within: 0.008)
    try expectEqual(percentile?.high, 1.049, within: 0.011)
    let bca = Bootstrap.intervalOfMedian(of: twentyOne, using: &generator)
    try expectEqual(bca?.low, 0.995, within: 0.008)
    try expectEqual(bca?.high, 1.049, within: 0.011)
  }

  @Test func studentT() throws {
    for (t, degrees, expected) in [
      (2.5, 1, 0.12111894159084341), (2.5, 2, 0.06480586011075541), (4.2, 3, 0.012316039088469627),
      (1.1, 4, 0.16654182477377696), (-0.7, 5, 0.7424255258425918),
      (9.5, 6, 3.876990924146858e-05), (3.3, 11, 0.0035389950822298775),
      (6.0, 19, 4.4896177362454195e-06),
    ] {
      try expectEqual(StudentT.upperTail(t, degrees: degrees), expected)
      guard t > 0 else { continue }
      try expectEqual(StudentT.quantile(above: expected, degrees: degrees), t, within: 1e-6)
    }
  }

  @Test func trimmedMean() throws {
    // scipy.stats.trim_mean(x, 1 / 8), and the t interval with mstats.trimmed_stde(x, (1 / 8, 1 / 8)).
    let mean = try #require(TrimmedMean(of: eight, leastSpread: 0))
    try expectEqual(mean.mean, 0.511)
    try expectEqual(mean.standardError, 0.008321896914404093)
    #expect(mean.degrees == 5)
    try expectEqual(mean.interval.low, 0.489607882953795)
    try expectEqual(mean.interval.high, 0.532392117046205)
  }

  @Test func pairedRatio() throws {
    var generator = SplitMix64(seed: 1)
    let ratio = try #require(PairedRatio(first, over: second, using: &generator))
    try expectEqual(ratio.ratio, 1.8640643895170197)
    // Below, the interval of the trimmed mean reaches further; above, the bootstrap's of the median.
    try expectEqual(ratio.interval?.low, 1.765517861915269, within: 1e-9)
    try expectEqual(ratio.interval?.high, 2.0754716981132075, within: 0.036)
  }

  @Test func spearman() throws {
    try expectEqual(
      RankCorrelation.spearman((0..<21).map(Double.init), twentyOne), 0.11818181818181818)
    let ties = [3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0, 6.0, 5.0, 3.0]
    let indices = (0..<10).map(Double.init)
    try expectEqual(RankCorrelation.spearman(indices, ties), 0.3914537831560393)
    var generator = SplitMix64(seed: 1)
    // Both draw shuffles; three standard errors of ours are 0.03.
    try expectEqual(
      RankCorrelation.permutationProbability(indices, ties, using: &generator),
      0.25738713064346785, within: 0.03)
  }
}
