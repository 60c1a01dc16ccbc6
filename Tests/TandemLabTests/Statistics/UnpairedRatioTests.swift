import Foundation
import TandemModel
import TandemSystem
import Testing

@testable import TandemLab

@Suite("Ratios of runs that are not paired")
struct UnpairedRatioTests {
  private static func ratio(_ times: [Double], over others: [Double]) throws -> UnpairedRatio {
    var generator = SplitMix64(seed: 1)
    return try #require(UnpairedRatio(times, over: others, using: &generator))
  }

  // MARK: Known answers

  @Test func twiceAsLongIsTwiceAsLong() throws {
    let ratio = try Self.ratio([2, 2, 2, 2, 2, 2], over: [1, 1, 1, 1, 1, 1])
    #expect(ratio.ratio == 2 && ratio.n == 6)
    let interval = try #require(ratio.interval)
    #expect(abs(interval.low - 2) < 1e-12 && abs(interval.high - 2) < 1e-12)
    #expect(ratio.shown(beyond: 1.05) == .larger)
    #expect(
      try Self.ratio([1, 1, 1, 1, 1, 1], over: [2, 2, 2, 2, 2, 2]).shown(beyond: 1.05) == .smaller)
    #expect(
      try Self.ratio([1, 1, 1, 1, 1, 1], over: [1, 1, 1, 1, 1, 1]).shown(beyond: 1.05) == .same)
  }

  @Test func theOrderOfTheRunsDoesNotMatter() throws {
    let times = [1.02, 1.1, 0.99, 1.05, 1.31, 1.0]
    let others = [0.9, 0.93, 0.88, 0.91, 1.2, 0.9, 0.92]
    let one = try Self.ratio(times, over: others)
    let other = try Self.ratio(times.reversed(), over: others.sorted())
    #expect(one.ratio == other.ratio && one.interval == other.interval)
  }

  /// The figures are the output of `Reference/scipy_figures.py`.
  @Test func theIntervalOfMeansIsSciPys() throws {
    let first = [0.97, 1.02, 0.99, 1.10, 0.95, 1.01, 1.04, 0.98].map { log($0) }
    let second = [0.52, 0.50, 0.55, 0.53, 0.51, 0.56, 0.49, 0.54].map { log($0) }
    let difference = TrimmedDifference(
      try #require(TrimmedMean(of: first, leastSpread: 0)),
      minus: try #require(TrimmedMean(of: second, leastSpread: 0)))
    #expect(difference.degrees == 9)
    #expect(abs(difference.difference - 0.6462635057487801) < 1e-12)
    #expect(abs(difference.standardError - 0.023091890616586654) < 1e-12)
    #expect(abs(difference.interval.low - 0.5940260199879159) < 1e-9)
    #expect(abs(difference.interval.high - 0.6985009915096443) < 1e-9)
  }

  @Test func fewRunsHaveNoIntervalAndOneOrTwoShowNothing() throws {
    #expect(try Self.ratio([9], over: [1]).shown(beyond: 1.05) == .undecided)
    #expect(try Self.ratio([9, 9], over: [1, 1, 1, 1, 1, 1]).shown(beyond: 1.05) == .undecided)
    let three = try Self.ratio([1.5, 1.52, 1.49], over: [1, 1.01, 1.02, 0.99])
    #expect(three.interval == nil && three.shown(beyond: 1.05) == .larger)
    #expect(
      try Self.ratio([1, 1.01, 1.02], over: [1.5, 1.52, 1.49]).shown(beyond: 1.05) == .smaller)
    // One run of the slower is as fast as one of the faster.
    #expect(
      try Self.ratio([1.5, 1.52, 1.02], over: [1, 1.01, 1.02]).shown(beyond: 1.05) == .undecided)
    // Without an interval nothing is the same.
    #expect(try Self.ratio([1, 1, 1], over: [1, 1, 1]).shown(beyond: 1.05) == .undecided)
  }

  @Test(arguments: [[], [0, 1], [-1, 1], [.infinity, 1], [.nan, 1]] as [[Double]])
  func whatIsNoTimeIsNoRatio(times: [Double]) {
    var generator = SplitMix64(seed: 1)
    #expect(UnpairedRatio(times, over: [1, 1], using: &generator) == nil)
    #expect(UnpairedRatio([1, 1], over: times, using: &generator) == nil)
  }

  @Test func whereABoundLies() throws {
    let ratio = try Self.ratio(
      [1.2, 1.21, 1.19, 1.2, 1.22, 1.18], over: [1, 1.01, 0.99, 1, 1.02, 0.98])
    #expect(ratio.position(of: 1.05) == .above)
    #expect(ratio.position(of: 1.2) == .unclear)
    #expect(ratio.position(of: 1.4) == .below)
  }

  // MARK: Errors

  /// What disturbs the runs.
  enum Noise: String, CaseIterable, Sendable {
    /// Log-normal: 3 % a run.
    case even
    /// 3 % a run before, 10 % after.
    case uneven
    /// One run in twelve takes half as long again.
    case outliers
  }

  private static func runs(
    _ count: Int, _ noise: Noise, after: Bool, using generator: inout SplitMix64
  ) -> [Double] {
    (0..<count).map { _ in
      let (u, v) = (
        Double.random(in: 1e-12..<1, using: &generator), Double.random(in: 0..<1, using: &generator)
      )
      let normal = (-2 * log(u)).squareRoot() * cos(2 * .pi * v)
      let isSlow = noise == .outliers && Double.random(in: 0..<1, using: &generator) < 1.0 / 12
      return exp((noise == .uneven && after ? 0.1 : 0.03) * normal) * (isSlow ? 1.5 : 1)
    }
  }

  /// How often something is shown of made-up results.
  ///
  /// - Returns: The shares in which the second is shown to be slower than a bound, and in which the interval
  ///   doesn't have the true ratio in it.
  private static func shares(
    _ noise: Noise, before: Int, after: Int, true ratio: Double, bound: Double, times: Int = 400
  ) -> (slower: Double, missed: Double) {
    var generator = SplitMix64(seed: 7, use: "\(noise.rawValue)/\(before)/\(after)/\(ratio)")
    var (slower, missed) = (0, 0)
    for _ in 0..<times {
      let first = runs(before, noise, after: false, using: &generator)
      let second = runs(after, noise, after: true, using: &generator).map { $0 * ratio }
      guard let result = UnpairedRatio(second, over: first, resamples: 100, using: &generator)
      else { continue }
      if result.position(of: bound) == .above { slower += 1 }
      if let interval = result.interval, interval.low > ratio || interval.high < ratio {
        missed += 1
      }
    }
    return (Double(slower) / Double(times), Double(missed) / Double(times))
  }

  /// Exactly as slow as is allowed: the worst case of a check.
  ///
  /// At most 2.5 % may be called slower; 4 % is what 400 trials of that give by chance.
  @Test(arguments: Noise.allCases, [(3, 3), (5, 8), (6, 6), (6, 20), (12, 12)])
  func whatIsAllowedIsSeldomCalledSlower(noise: Noise, counts: (Int, Int)) {
    let shares = Self.shares(noise, before: counts.0, after: counts.1, true: 1.05, bound: 1.05)
    #expect(shares.slower <= 0.04, "\(shares)")
    #expect(shares.missed <= 0.07, "\(shares)")
  }

  /// No change at all, checked for five per cent.
  @Test(arguments: [(3, 3), (6, 6), (12, 12)])
  func noChangeIsHardlyEverCalledSlower(counts: (Int, Int)) {
    let shares = Self.shares(.even, before: counts.0, after: counts.1, true: 1, bound: 1.05)
    #expect(shares.slower <= 0.01, "\(shares)")
  }

  /// A quarter slower is found.
  @Test(arguments: [(6, 6), (10, 10)])
  func aQuarterSlowerIsFound(counts: (Int, Int)) {
    let shares = Self.shares(.even, before: counts.0, after: counts.1, true: 1.25, bound: 1.05)
    #expect(shares.slower >= 0.95, "\(shares)")
  }
}
