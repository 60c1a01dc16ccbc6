import Glibc
import TandemSystem
import Testing

@testable import TandemLab

/// How pairs of runs with and without observing are compared.
@Suite struct CostMeasurementTests {
  private static func run(
    _ wallSeconds: Double, _ switches: Double = 100
  ) -> RepeatedMeasurement.Run {
    var usage = rusage()
    usage.ru_utime.tv_usec = Int(wallSeconds / 2 * 1e6) % 1_000_000
    usage.ru_utime.tv_sec = Int(wallSeconds / 2)
    usage.ru_nvcsw = Int(switches)
    return RepeatedMeasurement.Run(wallSeconds: wallSeconds, usage: RUsage(usage))
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

  @Test func fewerPairsHaveAReason() {
    let figures = CostMeasurement.summary(
      asked: 6, plain: [Self.run(1)], observed: [Self.run(1.5)], reason: "Enough.")
    #expect(figures.plainWallSeconds == [1] && figures.observedWallSeconds == [1.5])
    #expect(figures.wallRatio == 1.5 && figures.wallRatioCI95 == nil && figures.reason == "Enough.")
    let none = CostMeasurement.summary(asked: 6, plain: [], observed: [], reason: "None.")
    #expect(none.wallRatio == nil && none.plainCPUSeconds == nil && none.switchesPerSecond == nil)
  }
}
