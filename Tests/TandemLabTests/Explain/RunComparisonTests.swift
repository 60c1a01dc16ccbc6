import Glibc
import TandemModel
import TandemSystem
import Testing

@testable import TandemLab

/// What repeated runs of two commands show, and what they don't.
@Suite struct RunComparisonTests {
  private static func shown(_ ratios: [Double]) throws -> RunComparison.Shown {
    var generator = SplitMix64(seed: 1)
    let paired = try #require(
      PairedRatio(ratios, over: ratios.map { _ in 1 }, using: &generator))
    return paired.shown(beyond: PairedRatio.margin)
  }

  @Test(
    arguments: [
      ([3], .undecided), ([2.05, 9], .undecided), ([2.2, 2.2], .larger), ([0.4, 0.45], .smaller),
      ([1.3, 1.4, 1.5], .undecided), ([1.4, 1.4, 1.5], .larger), ([0.7, 0.6, 0.5], .smaller),
      ([1.5, 1.6, 1.2, 1.7, 1.8], .undecided), ([1, 1, 1], .undecided),
    ] as [([Double], RunComparison.Shown)])
  func fewPairsNeedAGreatDifference(ratios: [Double], shown: RunComparison.Shown) throws {
    #expect(try Self.shown(ratios) == shown)
  }

  @Test func anIntervalIsStretched() throws {
    #expect(try Self.shown(Array(repeating: 1, count: 6)) == .same)
    #expect(try Self.shown(Array(repeating: 1.06, count: 6)) == .larger)
    #expect(try Self.shown(Array(repeating: 0.9, count: 6)) == .smaller)
    // By its interval alone, which begins near 1.09, it would be larger.
    let scattered = [1.02, 1.16, 1.2, 1.25, 1.3, 1.35]
    var generator = SplitMix64(seed: 1)
    let paired = try #require(
      PairedRatio(scattered, over: scattered.map { _ in 1 }, using: &generator))
    #expect(paired.answer == .firstSlower)
    #expect(paired.shown(beyond: PairedRatio.margin) == .undecided)
  }

  @Test func everyFigureIsCompared() throws {
    let base = MadeUpRuns.runs(wall: 2, user: 1, system: 0.5)
    let other = MadeUpRuns.runs(wall: 1, user: 3, system: 0, cycles: 7)
    let all = MadeUpRuns.comparisons(other, with: base)
    // Neither counted instructions, and only one counted cycles.
    #expect(
      all.map(\.figure) == RunFigure.allCases.filter { ![.instructions, .cycles].contains($0) })
    let wall = try #require(all[.wall])
    #expect(wall.base == 2 && wall.value == 1 && wall.pairs == 8 && wall.ratio == 0.5)
    #expect(wall.shown == .smaller && wall.inverted.ratio == 2 && wall.inverted.shown == .larger)
    #expect(all[.cpu]?.ratio == 2 && all[.cpu]?.shown == .larger)
    // Without a value above 0 there is no ratio.
    #expect(all[.system]?.ratio == nil && all[.system]?.shown == .undecided)
    let unpaired = RunComparison.all(of: other, with: base, arePaired: false, use: "test")
    #expect(unpaired.allSatisfy { $0.pairs == 0 && $0.ratio == nil && $0.shown == .undecided })
  }

  @Test func countsMustBeOfEveryRun() {
    func run(_ counts: CPUCounters.Counts?) -> RepeatedMeasurement.Run {
      RepeatedMeasurement.Run(wallSeconds: 1, usage: RUsage(rusage()), counts: counts)
    }
    let counts = CPUCounters.Counts(instructions: 5, cycles: 7)
    #expect(TimedRuns([run(counts), run(counts)]).instructions == [5, 5])
    #expect(TimedRuns([run(counts), run(nil)]).cycles == nil)
    #expect(TimedRuns([]).cycles == nil)
  }

  /// A run that is as if nothing was left to do.
  @Test func whatFindsNothingToDoDoesNotCount() {
    func run(_ wall: Double, cpu: Double) -> RepeatedMeasurement.Run {
      var usage = rusage()
      usage.ru_utime.tv_usec = Int(cpu * 1e6)
      return RepeatedMeasurement.Run(wallSeconds: wall, usage: RUsage(usage))
    }
    func finds(_ again: RepeatedMeasurement.Run, after first: RepeatedMeasurement.Run) -> Bool {
      RepeatedMeasurement.foundNothingToDo(again, after: first)
    }
    #expect(finds(run(0.09, cpu: 0.9), after: run(1, cpu: 0.9)))
    #expect(finds(run(1, cpu: 0.08), after: run(1, cpu: 0.9)))
    #expect(!finds(run(0.2, cpu: 0.2), after: run(1, cpu: 0.9)))
    #expect(!finds(run(1, cpu: 0.001), after: run(1, cpu: 0.09)))
    #expect(!finds(run(0.001, cpu: 0), after: run(0.09, cpu: 0.05)))
  }
}
