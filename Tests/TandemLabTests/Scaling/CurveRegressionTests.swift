import TandemLab
import Testing

/// Curves whose unknowns were put in beforehand.
@Suite struct CurveRegressionTests {
  static func points(_ curve: ScalingCurve, _ counts: [Int]) -> [CurveRegression.Point] {
    counts.map {
      let seconds = curve.seconds(workers: $0)
      return .init(workers: $0, seconds: seconds, standardError: 0.01 * seconds)
    }
  }

  @Test func theLawItself() {
    // Gunther's law by hand: with α = 0.1 and β = 0.01, four workers do 1 + 0.3 + 0.12 of the work's
    // worker-seconds, a quarter each.
    let curve = ScalingCurve(oneWorkerSeconds: 2, serialShare: 0.1, pairCost: 0.01)
    #expect(curve.seconds(workers: 1) == 2)
    #expect(abs(curve.seconds(workers: 4) - 2 * 1.42 / 4) < 1e-12)
    // √(0.9 / 0.01)
    #expect(abs((curve.peak ?? 0) - 9.486_832_980_505_138) < 1e-9)
    #expect(curve.speedupLimit == 10)
    #expect(ScalingCurve(oneWorkerSeconds: 1, serialShare: 0, pairCost: 0).peak == nil)
    #expect(ScalingCurve(oneWorkerSeconds: 1, serialShare: 0, pairCost: 0).speedupLimit == nil)
    // Work that only one worker at a time can do is fastest with one.
    #expect(ScalingCurve(oneWorkerSeconds: 1, serialShare: 1.2, pairCost: 0.01).peak == 1)
  }

  @Test(arguments: [(0.05, 0.002), (0.3, 0.0), (0.0, 0.01), (0.0, 0.0), (1.0, 0.1)])
  func findsWhatWasPutIn(serialShare: Double, pairCost: Double) throws {
    let truth = ScalingCurve(oneWorkerSeconds: 0.5, serialShare: serialShare, pairCost: pairCost)
    let regression = CurveRegression(
      Self.points(truth, [1, 2, 3, 4, 8, 16, 32]), fitsPairCost: true)
    for found in [try #require(regression.curve), try #require(regression.unboundedCurve)] {
      #expect(abs(found.oneWorkerSeconds - 0.5) < 1e-9)
      #expect(abs(found.serialShare - serialShare) < 1e-9)
      #expect(abs(found.pairCost - pairCost) < 1e-9)
    }
  }

  @Test func amdahlAloneLeavesThePairsOut() throws {
    let truth = ScalingCurve(oneWorkerSeconds: 3, serialShare: 0.25, pairCost: 0)
    let found = try #require(
      CurveRegression(Self.points(truth, [1, 2, 4]), fitsPairCost: false).curve)
    #expect(abs(found.serialShare - 0.25) < 1e-9 && found.pairCost == 0)
  }

  @Test func nothingGoesBelowZeroUnlessItMay() throws {
    // More than twice as fast with two workers.
    let truth = ScalingCurve(oneWorkerSeconds: 1, serialShare: -0.04, pairCost: 0.001)
    let regression = CurveRegression(Self.points(truth, [1, 2, 4, 8]), fitsPairCost: true)
    let bounded = try #require(regression.curve)
    #expect(bounded.serialShare == 0 && bounded.pairCost >= 0)
    #expect(abs((regression.unboundedCurve?.serialShare ?? 0) + 0.04) < 1e-9)
  }

  @Test func aPointWithALargeErrorCountsLittle() throws {
    let truth = ScalingCurve(oneWorkerSeconds: 1, serialShare: 0.1, pairCost: 0)
    var points = Self.points(truth, [1, 2, 4, 8])
    points[2].seconds *= 2
    points[2].standardError *= 1e4
    let found = try #require(CurveRegression(points, fitsPairCost: false).curve)
    #expect(abs(found.serialShare - 0.1) < 1e-4)
  }

  @Test func tooFewDifferentNumbersGiveNothing() {
    let truth = ScalingCurve(oneWorkerSeconds: 1, serialShare: 0.1, pairCost: 0.01)
    #expect(
      CurveRegression(Self.points(truth, [4, 4, 4]), fitsPairCost: true).unboundedCurve == nil)
  }

  @Test func karpAndFlattSeeASerialPartAsFlat() throws {
    let curve = ScalingCurve(oneWorkerSeconds: 1, serialShare: 0.2, pairCost: 0)
    for workers in [2, 4, 8, 16] {
      let share = try #require(
        KarpFlatt.serialShare(speedup: 1 / curve.seconds(workers: workers), workers: workers))
      #expect(abs(share - 0.2) < 1e-12)
    }
    #expect(KarpFlatt.serialShare(speedup: 1, workers: 1) == nil)
    #expect((KarpFlatt.serialShare(speedup: 2.2, workers: 2) ?? 0) < 0)
    // Overhead that grows with the workers looks like a share that rises.
    let rising = ScalingCurve(oneWorkerSeconds: 1, serialShare: 0, pairCost: 0.01)
    let shares = [2, 4, 8].compactMap {
      KarpFlatt.serialShare(speedup: 1 / rising.seconds(workers: $0), workers: $0)
    }
    #expect(shares == shares.sorted() && shares[0] < shares[2])
  }
}
