import Testing

@testable import TandemLab

/// How pairs of runs with and without observing are compared.
@Suite struct CostMeasurementTests {
  private static func run(_ wallSeconds: Double, _ switches: Double = 100) -> CostMeasurement.Run {
    CostMeasurement.Run(wallSeconds: wallSeconds, cpuSeconds: wallSeconds / 2, switches: switches)
  }

  @Test func pairsAreCompared() throws {
    let plain = [1.0, 2, 3, 4, 5, 6]
    let figures = CostMeasurement.summary(
      asked: 6, plain: plain.map { Self.run($0, $0 * 1_000) },
      observed: plain.map { Self.run($0 * 1.02) }, reason: nil)
    #expect(abs(try #require(figures.wallRatio) - 1.02) < 1e-12)
    let interval = try #require(figures.wallRatioCI95)
    #expect(abs(interval.low - 1.02) < 1e-12 && abs(interval.high - 1.02) < 1e-12)
    #expect(figures.plainCPUSeconds == 1.75 && figures.switchesPerSecond == 1_000)
    #expect(figures.plainWallSeconds == plain && figures.reason == nil)
  }

  @Test func aRunWithoutAPartnerIsLeftOut() {
    let figures = CostMeasurement.summary(
      asked: 6, plain: [Self.run(1), Self.run(2)], observed: [Self.run(1.5)], reason: "Enough.")
    #expect(figures.plainWallSeconds == [1] && figures.observedWallSeconds == [1.5])
    #expect(figures.wallRatio == 1.5 && figures.wallRatioCI95 == nil && figures.reason == "Enough.")
    let none = CostMeasurement.summary(asked: 6, plain: [], observed: [], reason: "None.")
    #expect(none.wallRatio == nil && none.plainCPUSeconds == nil && none.switchesPerSecond == nil)
  }
}
