package import TandemModel
import TandemSystem

/// The runs of one number of workers.
package struct ScalingRuns: Sendable, Equatable {
  /// How many workers.
  package var workers: Int
  /// Seconds of each run, above zero; not empty.
  package var seconds: [Double]

  /// Makes an entry.
  ///
  /// - Parameters:
  ///   - workers: how many workers.
  ///   - seconds: seconds of each run, above zero; not empty.
  package init(workers: Int, seconds: [Double]) {
    self.workers = workers
    self.seconds = seconds
  }
}

extension ScalingFit {
  /// The least different numbers of workers for a fit: one more than Amdahl's law has unknowns.
  package static let leastPoints = 3
  /// The least for the Universal Scalability Law: one more than it has unknowns.
  package static let leastPointsForUSL = 4
  /// From so many on the cost of a pair of workers can be trusted.
  package static let trustedPointsForUSL = 5
  /// A known spread takes so many runs of each number of workers; below, they share one.
  private static let leastRunsForOwnSpread = 6
  /// How many times runs are resampled.
  static let resamples = 2_000

  /// Fits a law to runs; nil for fewer than three different numbers of workers.
  ///
  /// The time of a number of workers is the median of its runs. Uncertainty comes from resampling the runs
  /// within each number of workers and fitting anew.
  ///
  /// - Parameters:
  ///   - runs: the runs of different numbers of workers.
  ///   - seed: the report's seed.
  ///   - use: what the fit is of, so that two fits of a report don't share random numbers.
  package init?(_ runs: [ScalingRuns], seed: UInt64, use: String) {
    guard runs.count >= Self.leastPoints else { return nil }
    let usl = runs.count >= Self.leastPointsForUSL
    let errors = Self.standardErrors(of: runs)
    func regression(_ seconds: [Double]) -> CurveRegression {
      CurveRegression(
        runs.indices.map {
          .init(workers: runs[$0].workers, seconds: seconds[$0], standardError: errors[$0])
        }, fitsPairCost: usl)
    }
    let medians = runs.map { Statistics.median($0.seconds) ?? 0 }
    let best = regression(medians)
    guard let curve = best.curve else { return nil }

    self.init(
      law: usl ? .usl : .amdahl, points: runs.count, oneWorkerSeconds: curve.oneWorkerSeconds,
      serialShare: curve.serialShare,
      pairCost: usl ? curve.pairCost : nil, speedupLimit: curve.speedupLimit,
      largestError: zip(runs, medians).map {
        abs(curve.seconds(workers: $0.workers) / $1 - 1)
      }.max() ?? 0)
    if let unbounded = best.unboundedCurve, unbounded.serialShare < 0 {
      unboundedSerialShare = unbounded.serialShare
    }

    guard runs.allSatisfy({ $0.seconds.count >= 2 }) else { return }
    var generator = SplitMix64(seed: seed, use: "scaling/\(use)")
    let curves = (0..<Self.resamples).compactMap { _ in
      regression(
        runs.map { runs in
          let drawn = runs.seconds.indices.map { _ in
            runs.seconds.randomElement(using: &generator) ?? 0
          }
          return Statistics.median(drawn) ?? 0
        }
      ).curve
    }
    serialShareCI90 = Self.interval(curves.map(\.serialShare))
    guard usl else { return }
    pairCostCI90 = Self.interval(curves.map(\.pairCost))
    // Where the cost of a pair may as well be none, so may the peak.
    guard runs.count >= Self.trustedPointsForUSL, let cost = pairCostCI90, cost.low > 0,
      let peak = curve.peak
    else { return }
    peakWorkers = Int(peak.rounded(.down))
    peakCI90 = Self.interval(curves.map { $0.peak ?? .infinity })
  }

  /// The curve of the fit.
  package var curve: ScalingCurve {
    ScalingCurve(
      oneWorkerSeconds: oneWorkerSeconds, serialShare: serialShare, pairCost: pairCost ?? 0)
  }

  /// The standard error of each median.
  ///
  /// The spread is read from the quartiles, which one disturbed run doesn't move. With few runs each, a
  /// spread of their own would be chance and give one point all the weight, so they share one.
  private static func standardErrors(of runs: [ScalingRuns]) -> [Double] {
    // A normal distribution's quartiles are 1.349 standard deviations apart, and the standard error of its
    // median is 1.2533 of them over √n.
    func relativeSpread(_ seconds: [Double]) -> Double? {
      guard seconds.count >= 2, let median = Statistics.median(seconds), median > 0,
        let low = Statistics.quantile(0.25, of: seconds),
        let high = Statistics.quantile(0.75, of: seconds)
      else { return nil }
      return (high - low) / 1.349 / median
    }
    let shared = Statistics.median(runs.compactMap { relativeSpread($0.seconds) }) ?? 0
    let haveOwn = runs.allSatisfy { $0.seconds.count >= leastRunsForOwnSpread }
    return runs.map { runs in
      let own = haveOwn ? relativeSpread(runs.seconds) ?? shared : shared
      // Clocks and schedulers add a thousandth to the steadiest runs.
      let spread = max(own, shared / 4, 0.001)
      let median = Statistics.median(runs.seconds) ?? 0
      return max(median, 1e-9) * spread * 1.2533 / Double(runs.seconds.count).squareRoot()
    }
  }

  /// The 5th and 95th percentile; nil when one of them is none.
  private static func interval(_ values: [Double]) -> Interval? {
    let sorted = values.sorted()
    guard let low = Statistics.quantile(0.05, ofSorted: sorted),
      let high = Statistics.quantile(0.95, ofSorted: sorted), low.isFinite, high.isFinite
    else { return nil }
    return Interval(low: low, high: high)
  }
}
