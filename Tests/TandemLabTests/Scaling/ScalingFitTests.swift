import TandemLab
import TandemModel
import TandemSystem
import Testing

/// Fits of noisy runs whose law was put in beforehand.
@Suite struct ScalingFitTests {
  /// Runs around a curve, each up to so much longer or shorter.
  static func runs(
    _ curve: ScalingCurve, _ counts: [Int], noise: Double = 0.03, each: Int = 12, seed: UInt64 = 3
  ) -> [ScalingRuns] {
    var generator = SplitMix64(seed: seed)
    return counts.map { count in
      ScalingRuns(
        workers: count,
        seconds: (0..<each).map { _ in
          curve.seconds(workers: count) * (1 + .random(in: -noise...noise, using: &generator))
        })
    }
  }

  @Test(arguments: [UInt64(1), 2, 3, 4, 5])
  func amdahlIsFoundInNoise(seed: UInt64) throws {
    let truth = ScalingCurve(oneWorkerSeconds: 0.2, serialShare: 0.1, pairCost: 0)
    let fit = try #require(
      ScalingFit(Self.runs(truth, [1, 2, 4, 8, 16], seed: seed), seed: 1, use: "t"))
    #expect(fit.law == .usl && fit.points == 5)
    #expect(abs(fit.serialShare - 0.1) < 0.03)
    #expect(abs(fit.oneWorkerSeconds - 0.2) < 0.01)
    let cost = try #require(fit.pairCostCI90)
    #expect(cost.low == 0)
    // No cost of pairs, no peak.
    #expect(fit.peakWorkers == nil && fit.peakCI90 == nil)
    #expect(fit.largestError < 0.05)
  }

  @Test(arguments: [UInt64(1), 2, 3, 4, 5])
  func aPeakIsFoundInNoise(seed: UInt64) throws {
    // The peak is at √(0.97 / 0.015) = 8.04 workers.
    let truth = ScalingCurve(oneWorkerSeconds: 0.2, serialShare: 0.03, pairCost: 0.015)
    let fit = try #require(
      ScalingFit(Self.runs(truth, [1, 2, 4, 8, 12, 16], seed: seed), seed: 1, use: "t"))
    let cost = try #require(fit.pairCostCI90)
    #expect(cost.low > 0 && cost.low < 0.017 && cost.high > 0.013)
    let peak = try #require(fit.peakWorkers)
    #expect((6...10).contains(peak))
    let interval = try #require(fit.peakCI90)
    #expect(interval.low > 5 && interval.high < 12 && interval.low < interval.high)
    let serial = try #require(fit.serialShareCI90)
    #expect(serial.low <= fit.serialShare && fit.serialShare <= serial.high)
  }

  @Test func fewNumbersOfWorkersAllowLittle() throws {
    let truth = ScalingCurve(oneWorkerSeconds: 0.2, serialShare: 0.03, pairCost: 0.05)
    #expect(ScalingFit(Self.runs(truth, [1, 2]), seed: 1, use: "t") == nil)
    let three = try #require(ScalingFit(Self.runs(truth, [1, 2, 4]), seed: 1, use: "t"))
    #expect(three.law == .amdahl && three.pairCost == nil && three.pairCostCI90 == nil)
    let four = try #require(ScalingFit(Self.runs(truth, [1, 2, 4, 8]), seed: 1, use: "t"))
    #expect(four.law == .usl && (four.pairCost ?? 0) > 0.03 && four.peakWorkers == nil)
    let five = try #require(ScalingFit(Self.runs(truth, [1, 2, 4, 6, 8]), seed: 1, use: "t"))
    #expect(five.peakWorkers == 4)
  }

  @Test func oneRunEachGivesACurveWithoutUncertainty() throws {
    let truth = ScalingCurve(oneWorkerSeconds: 0.2, serialShare: 0.1, pairCost: 0.02)
    let fit = try #require(
      ScalingFit(Self.runs(truth, [1, 2, 4, 6, 8], noise: 0, each: 1), seed: 1, use: "t"))
    #expect(abs(fit.serialShare - 0.1) < 1e-9 && abs((fit.pairCost ?? 0) - 0.02) < 1e-9)
    #expect(fit.serialShareCI90 == nil && fit.pairCostCI90 == nil && fit.peakWorkers == nil)
  }

  @Test func superlinearIsSaidNotHidden() throws {
    let truth = ScalingCurve(oneWorkerSeconds: 0.2, serialShare: -0.05, pairCost: 0)
    let fit = try #require(ScalingFit(Self.runs(truth, [1, 2, 4, 8, 12]), seed: 1, use: "t"))
    #expect(fit.serialShare == 0)
    #expect((fit.unboundedSerialShare ?? 0) < -0.02)
    #expect(fit.speedupLimit == nil)
  }

  @Test func theSameSeedGivesTheSameFit() {
    let truth = ScalingCurve(oneWorkerSeconds: 0.2, serialShare: 0.03, pairCost: 0.015)
    let runs = Self.runs(truth, [1, 2, 4, 8, 12])
    #expect(ScalingFit(runs, seed: 9, use: "t") == ScalingFit(runs, seed: 9, use: "t"))
  }
}
