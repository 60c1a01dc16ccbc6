import TandemLab
import TandemModel
import TandemSystem
import Testing

/// Sweeps of made-up runs.
@Suite struct SweepTests {
  /// Cells of one model, one a number of workers, whose runs take so long.
  static func cells(
    _ model: ExecutionModel, _ walls: [(workers: Int, seconds: Double)], noise: Double = 0.01,
    blocks: Int = 12, io: Bool = false
  ) -> [CellRuns] {
    walls.map { workers, seconds in
      var generator = SplitMix64(seed: UInt64(workers))
      return MadeUp.cell(
        model, io ? .init(io: seconds) : .init(onCPU: seconds), workers: workers,
        factors: (0..<blocks).map { _ in 1 + .random(in: -noise...noise, using: &generator) })
    }
  }

  static func sweep(
    _ cells: [CellRuns], cpus: Int, items: Int = 48, kind: WorkSummary.Kind = .cpu
  ) throws -> (Sweep, CompareReport) {
    let counts = Set(cells.map(\.workers)).subtracting([0]).sorted()
    let report = CompareReport(
      analysing: cells, machine: MadeUp.machine(cpus: cpus), work: MadeUp.work(kind, items: items),
      seed: 1, sweep: counts)
    return (try #require(report.sweep), report)
  }

  static func walls(_ curve: ScalingCurve, _ counts: [Int]) -> [(workers: Int, seconds: Double)] {
    counts.map { ($0, curve.seconds(workers: $0)) }
  }

  @Test func amdahlsLawIsFittedAndRecommends() throws {
    let curve = ScalingCurve(oneWorkerSeconds: 0.8, serialShare: 0.2, pairCost: 0)
    let (sweep, report) = try Self.sweep(
      Self.cells(.swiftThreads, Self.walls(curve, [1, 2, 4, 8, 16])), cpus: 16)
    #expect(sweep.counts == [1, 2, 4, 8, 16] && sweep.items == 48)
    let series = try #require(sweep.series.first)
    #expect(sweep.series.count == 1 && series.baseline == .oneWorker)
    let fit = try #require(series.fit)
    #expect(abs(fit.serialShare - 0.2) < 0.02)
    #expect(series.points.map(\.itemsPerWorker) == [48, 24, 12, 6, 3])
    #expect(series.points.allSatisfy { $0.notInFit == nil && $0.fittedSeconds != nil })
    #expect(series.points.last?.cpuSeconds == report.runs.first?.cpuSeconds)
    #expect(series.points.allSatisfy { $0.cpuSeconds != nil })
    let four = series.points[2]
    #expect(abs((four.speedup ?? 0) - 2.5) < 0.05 && four.speedupCI95 != nil)
    #expect(abs((four.karpFlatt ?? 0) - 0.2) < 0.01)
    // 0.2 + 0.8 / 8 = 0.3 against 0.25 with 16: sixteen are worth it.
    #expect(series.recommendation.workers == 16)
    #expect(series.recommendation.reason.contains("more may take even less"))
    // The models are compared with the recommended number.
    #expect(report.runs.map(\.workers) == [16])
  }

  @Test func theSmallestNumberThatIsAsGoodIsRecommended() throws {
    let (sweep, report) = try Self.sweep(
      Self.cells(.swiftThreads, [(1, 1), (2, 0.51), (4, 0.505), (8, 0.52)])
        + Self.cells(.swiftProcesses, [(1, 1.2), (2, 0.8), (4, 0.6), (8, 0.9)])
        + [
          MadeUp.cell(.serial, .init(onCPU: 1), workers: 1, factors: Array(repeating: 1, count: 12))
        ],
      cpus: 2)
    let threads = try #require(sweep.series(of: .swiftThreads, interpreter: nil))
    #expect(threads.recommendation.workers == 2 && threads.recommendation.undecidedBetween == [])
    let processes = try #require(sweep.series(of: .swiftProcesses, interpreter: nil))
    #expect(processes.recommendation.workers == 4)
    #expect(sweep.series.count == 2)
    #expect(report.runs.map(\.workers) == [2, 4, 0])
    #expect(report.verdict.choice == .threads && report.verdict.workers == 2)
    #expect(report.verdict.reason.contains("the sweep recommends 2 workers"))
  }

  @Test func whatTheRunsDontTellIsUndecided() throws {
    let (sweep, report) = try Self.sweep(
      Self.cells(.swiftThreads, [(1, 1), (2, 0.54), (4, 0.51)], noise: 0.3), cpus: 2)
    let advice = try #require(sweep.series.first?.recommendation)
    #expect(advice.workers == nil && advice.undecidedBetween == [2, 4])
    #expect(advice.reason.contains("2 workers") && advice.reason.contains("4 workers"))
    // The runs are those of the least median.
    #expect(report.runs.map(\.workers) == [4])
  }

  @Test func twoRunsConcludeOnlyWhatIsFarOff() throws {
    func advice(_ walls: [(workers: Int, seconds: Double)], blocks: Int) throws
      -> WorkerRecommendation
    {
      let (sweep, _) = try Self.sweep(
        Self.cells(.swiftThreads, walls, blocks: blocks), cpus: 2)
      return try #require(sweep.series.first?.recommendation)
    }
    // Four workers seem to be no better than two, which two runs can't show.
    let even = [(1, 1.0), (2, 0.5), (4, 0.51)]
    #expect(try advice(even, blocks: 2).workers == nil)
    #expect(try advice(even, blocks: 12).workers == 2)
    // A larger number that may be better leaves it open too.
    let open = try advice([(1, 9), (2, 0.5), (4, 0.51)], blocks: 2)
    #expect(open.workers == nil && open.undecidedBetween == [2, 4])
    #expect(
      open.reason.hasPrefix("Whether 4 workers take less than 2 workers by more than 5 % is open"))
    #expect(open.reason.contains("more runs would decide"))
    #expect(try advice([(1, 9), (2, 1), (4, 3)], blocks: 2).workers == 2)
  }

  @Test func moreWorkersThanCPUsBendNoCurve() throws {
    let curve = ScalingCurve(oneWorkerSeconds: 0.8, serialShare: 0, pairCost: 0)
    let (sweep, _) = try Self.sweep(
      Self.cells(.swiftThreads, Self.walls(curve, [1, 2, 3, 4]) + [(8, 0.22)])
        + [MadeUp.cell(.serial, .init(onCPU: 0.8), workers: 1)], cpus: 4)
    let series = try #require(sweep.series.first)
    #expect(series.fit?.points == 4)
    #expect(series.points.last?.notInFit == "more workers than can have a CPU (4)")
    #expect(series.points.last?.fittedSeconds == nil && series.points.last?.speedup != nil)
  }

  @Test func workThatWaitsNeedsNoCPUEach() throws {
    let curve = ScalingCurve(oneWorkerSeconds: 0.8, serialShare: 0, pairCost: 0)
    let (sweep, _) = try Self.sweep(
      Self.cells(.swiftThreads, Self.walls(curve, [1, 2, 4, 8, 16]), io: true)
        + [MadeUp.cell(.serial, .init(onCPU: 0.001, io: 0.8), workers: 1)], cpus: 2, kind: .io)
    #expect(sweep.series.first?.fit?.points == 5)
  }

  @Test func anUnevenShareBendsNoCurve() throws {
    let (sweep, _) = try Self.sweep(
      Self.cells(.swiftThreads, [(1, 0.8), (2, 0.4), (3, 0.4), (4, 0.2)]), cpus: 4, items: 4)
    let series = try #require(sweep.series.first)
    #expect(series.points[2].itemsPerWorker == 2)
    #expect(series.points[2].notInFit == "4 items don't divide evenly")
    #expect(series.fit?.points == 3)
  }

  @Test func withoutOneWorkerTheBaselineIsSerialOrNone() throws {
    let threads = Self.cells(.swiftThreads, [(2, 0.5), (4, 0.25)])
    let serial = MadeUp.cell(.serial, .init(onCPU: 1), workers: 1)
    let (with, _) = try Self.sweep(threads + [serial], cpus: 4)
    #expect(with.series.first?.baseline == .serial)
    #expect(abs((with.series.first?.points[0].speedup ?? 0) - 2) < 0.1)
    let (without, _) = try Self.sweep(threads, cpus: 4)
    #expect(without.series.first?.baseline == nil)
    #expect(without.series.first?.points.allSatisfy { $0.speedup == nil } == true)
  }

  @Test func aNumberOfWorkersThatFailsLeavesTheOthers() throws {
    var cells = Self.cells(.swiftProcesses, [(1, 1), (2, 0.5), (4, 0.25)])
    cells[2].error = "no more processes"
    let (sweep, _) = try Self.sweep(cells, cpus: 4)
    let series = try #require(sweep.series.first)
    #expect(series.points[2].error == "no more processes" && series.points[2].medianSeconds == nil)
    #expect(series.points[2].notInFit != nil && series.fit == nil && series.fitNote != nil)
    #expect(series.recommendation.workers == 2)
  }
}
