import TandemLab
import TandemModel
import TandemSystem
import Testing

@Suite("Statistics: made-up numbers with known answers")
struct StatisticsTests {
  @Test func medianOfNothingIsNothing() {
    #expect(Statistics.median([]) == nil)
    #expect(Statistics.mean([]) == nil)
    #expect(Statistics.median([3]) == 3)
    #expect(Statistics.median([4, 1, 2, 3]) == 2.5)
    #expect(Statistics.mean([4, 1, 1]) == 2)
    #expect(Statistics.quantile(0.25, of: [1, 2, 3, 4, 5]) == 2)
    #expect(Statistics.quantile(1, of: [1, 2]) == 2)
  }

  @Test func generatorGivesThePublishedSequence() {
    // The first numbers of the reference implementation (prng.di.unimi.it/splitmix64.c) for seed 1234567.
    var generator = SplitMix64(seed: 1_234_567)
    #expect(generator.next() == 6_457_827_717_110_365_317)
    #expect(generator.next() == 3_203_168_211_198_807_973)
    #expect(generator.next() == 9_817_491_932_198_370_423)
  }

  @Test func usesOfOneSeedDiffer() {
    var first = SplitMix64(seed: 1, use: "a")
    var again = SplitMix64(seed: 1, use: "a")
    var second = SplitMix64(seed: 1, use: "b")
    let number = first.next()
    #expect(number == again.next())
    #expect(number != second.next())
  }

  @Test func noIntervalBelowSixValues() {
    var generator = SplitMix64(seed: 1)
    #expect(Bootstrap.intervalOfMedian(of: [1, 2, 3, 4, 5], using: &generator) == nil)
    #expect(Bootstrap.intervalOfMedian(of: [1, 2, 3, 4, 5, 6], using: &generator) != nil)
  }

  @Test(arguments: [6, 20]) func equalValuesHaveAnIntervalOfNoWidth(count: Int) {
    var generator = SplitMix64(seed: 1)
    let interval = Bootstrap.intervalOfMedian(
      of: [Double](repeating: 2, count: count), using: &generator)
    #expect(interval == Interval(low: 2, high: 2))
  }

  @Test func sameSeedSameInterval() {
    let values = (1...12).map { Double($0 * $0 % 17) }
    var first = SplitMix64(seed: 5)
    var second = SplitMix64(seed: 5)
    #expect(
      Bootstrap.intervalOfMedian(of: values, using: &first)
        == Bootstrap.intervalOfMedian(of: values, using: &second))
  }

  @Test func ratioOfPairs() throws {
    var generator = SplitMix64(seed: 1)
    // The machine slows down threefold on the way; the ratio doesn't notice.
    let second = [1.0, 1.5, 2.0, 2.5, 3.0, 3.0]
    let ratio = try #require(PairedRatio(second.map { $0 * 2 }, over: second, using: &generator))
    #expect(ratio.n == 6)
    #expect(abs(ratio.ratio - 2) < 1e-12)
    let interval = try #require(ratio.interval)
    #expect(abs(interval.low - 2) < 1e-12 && abs(interval.high - 2) < 1e-12)
    #expect(ratio.answer == .firstSlower)
    #expect(ratio.inverted.answer == .secondSlower)
    #expect(PairedRatio([], over: [], using: &generator) == nil)
  }

  @Test func belowSixEveryPairMustAgree() throws {
    var generator = SplitMix64(seed: 1)
    func answer(_ ratios: [Double]) throws -> PairedRatio.Answer {
      try #require(
        PairedRatio(ratios, over: ratios.map { _ in 1 }, using: &generator)
      ).answer
    }
    #expect(try answer([1.2, 1.25, 1.3]) == .firstSlower)
    #expect(try answer([1.2, 1.3, 1.04]) == .undecided)
    #expect(try answer([0.8, 0.83, 0.77]) == .secondSlower)
    // Three that vary so much may all be off by chance.
    #expect(try answer([1.2, 1.3, 1.1]) == .undecided)
    #expect(try answer([1.0, 1.01, 0.99]) == .undecided)
    #expect(try answer([1.0, 1.01, 0.99, 1, 1, 1]) == .same)
  }

  @Test func moreRunsGrowWithTheSquareOfTheSpread() throws {
    var generator = SplitMix64(seed: 1)
    let ratio = try #require(PairedRatio([1, 1], over: [1, 1], using: &generator))
    #expect(ratio.moreRuns(toTellFrom: [1.05]) == 4)
    var wide = ratio
    wide.logRatios = [Double](repeating: 0, count: 10)
    wide.ratio = 1
    wide.interval = Interval(low: 1 / 1.1025, high: 1.1025)
    // Half the width is 2 ln 1.05 and the bound is ln 1.05 away: four times as many runs.
    #expect(wide.moreRuns(toTellFrom: [1.05]) == 30)
    wide.ratio = 1.05
    #expect(wide.moreRuns(toTellFrom: [1.05]) == nil)
  }

  @Test func fences() throws {
    let values = [1.0, 1.1, 0.9, 1.05, 0.95, 1.6]
    let fences = try #require(OuterFences(of: values))
    #expect(fences.outliers(in: values) == [5])
    #expect(OuterFences(of: [1, 1, 1, 9]) == nil)
  }

  @Test func ranksShareTies() {
    #expect(RankCorrelation.ranks(of: [3, 1, 3, 2]) == [3.5, 1, 3.5, 2])
    let perfect = RankCorrelation.spearman([1, 2, 3], [10, 20, 40]) ?? 0
    #expect(abs(perfect - 1) < 1e-12)
    #expect(RankCorrelation.spearman([1, 2, 3], [5, 5, 5]) == nil)
  }

  @Test func driftIsFoundAcrossCells() throws {
    var generator = SplitMix64(seed: 1)
    let blocks = Array(0..<8)
    let rising = blocks.map { 1 + 0.05 * Double($0) }
    let drift = try #require(
      Drift(of: [(blocks, rising), (blocks, rising.map { $0 * 40 })], using: &generator))
    #expect(abs(drift.correlation - 1) < 1e-12)
    #expect(drift.probability < 0.01)
    #expect(drift.change > 0.15)
    #expect(Drift(of: [([0, 1, 2], [1, 2, 3])], using: &generator) == nil)
    let steady = [1.0, 1.2, 0.9, 1.1, 1.0, 1.2, 0.9, 1.1]
    let none = try #require(Drift(of: [(blocks, steady)], using: &generator))
    #expect(none.probability > 0.2)
  }
}
