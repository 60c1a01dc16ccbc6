import TandemModel
import Testing

@testable import TandemLab

@Suite("Two saved results")
struct ResultChangeTests {
  private static let steady = [1, 1.01, 0.99, 1.02, 0.98, 1.005, 0.995, 1]

  private static func comparison(
    threads: Double = 1, processes: Double = 2, items: Int = 4, runs: Int = 8, cpus: Int = 2,
    workers: Int = 4
  ) -> CompareReport {
    let factors = Array(steady.prefix(runs))
    return MadeUp.analyse(
      [
        MadeUp.cell(.serial, .init(onCPU: 1), factors: factors),
        MadeUp.cell(
          .swiftThreads, .init(onCPU: threads), workers: workers, factors: factors),
        MadeUp.cell(
          .swiftProcesses, .init(onCPU: processes), workers: workers, factors: factors),
      ], machine: MadeUp.machine(cpus: cpus), work: MadeUp.work(items: items))
  }

  // MARK: Comparisons

  @Test func theRecommendedModelDecides() throws {
    let change = ResultChange(
      Self.comparison(), Self.comparison(threads: 1.3, processes: 1), allowed: 0.05)
    let row = change.rows[try #require(change.counting.first)]
    #expect(row.label == "swift-threads" && row.shown == .larger)
    #expect(
      change.answer.hasPrefix(
        "Slower: swift-threads takes 1.30 s instead of 1.00 s, 1.30 times as long (95 % interval 1."
      ),
      "\(change.answer)")
    #expect(change.answer.hasSuffix("; medians of 8 runs each)."))
    #expect(change.aside.contains("Of the others, swift-processes is faster."), "\(change.aside)")
    #expect(change.check?.outcome == .slower)
    #expect(change.unlike == [])
    let back = ResultChange(Self.comparison(threads: 1.3, processes: 2), Self.comparison())
    #expect(
      back.answer.hasPrefix(
        "Faster: swift-threads takes 1.00 s instead of 1.30 s, 1.30 times as fast"))
    #expect(back.check == nil)
  }

  @Test func theSameIsTheSame() {
    let change = ResultChange(Self.comparison(), Self.comparison(threads: 1.001), allowed: 0.05)
    #expect(change.answer.hasPrefix("No difference: swift-threads takes the same time within 5 %"))
    #expect(change.check?.outcome == .notSlower)
    #expect(change.check?.reason == "nothing is slower by more than 5 %")
  }

  /// Slower, but not by as much as is not allowed, and the other way round.
  @Test func theCheckHasABoundOfItsOwn() {
    let slower = Self.comparison(threads: 1.3)
    #expect(ResultChange(Self.comparison(), slower, allowed: 0.5).check?.outcome == .notSlower)
    #expect(
      ResultChange(Self.comparison(), slower, allowed: 0.3).check?.reason
        == "that anything is slower by more than 30 % is not shown; more runs tell more")
    // A bound below five per cent is what counts as the same, too.
    let little = ResultChange(Self.comparison(), Self.comparison(threads: 1.04), allowed: 0)
    #expect(little.margin == 1 && little.check?.outcome == .slower)
    #expect(little.answer.hasPrefix("Slower: "))
  }

  @Test func oneRunEachIsNoDifference() {
    let change = ResultChange(
      Self.comparison(runs: 1), Self.comparison(threads: 3, runs: 1), allowed: 0.05)
    #expect(
      change.answer.hasPrefix("One run each is not a difference: swift-threads took 1.00 s and"))
    #expect(change.check?.outcome == .impossible)
  }

  @Test func otherNumbersOfItemsAreComparedAnItemAndNotChecked() throws {
    let change = ResultChange(Self.comparison(), Self.comparison(items: 8), allowed: 0.05)
    let row = change.rows[try #require(change.counting.first)]
    #expect(change.isPerItem)
    #expect(abs((row.before ?? 0) / (row.after ?? 1) - 2) < 0.01)
    #expect(change.unlike.contains("the numbers of items (4 and 8)"))
    #expect(change.check?.outcome == .impossible)
    #expect(change.check?.reason.contains("give both the same --items") == true)
  }

  @Test func whatIsNotAlikeIsNamed() {
    var other = Self.comparison(cpus: 4, workers: 8)
    other.tandemVersion = "9.9.9"
    other.machine.kernel = "7.0"
    other.work.name = "mine"
    let unlike = ResultChange(Self.comparison(), other).unlike
    #expect(
      unlike == [
        "the CPUs (2 and 4)", "the kernels (6.1.0 and 7.0)",
        "the versions of Tandem (\(TandemVersion.current) and 9.9.9)", "the work (cpu and mine)",
        "the workers of swift-threads (4 and 8)",
      ], "\(unlike)")
  }

  @Test func aModelThatFailedIsNotPassed() {
    var after = Self.comparison()
    for index in after.runs.indices where after.runs[index].model == .swiftThreads {
      after.runs[index].error = "Traceback\nit ran out of memory"
      after.runs[index].wallSeconds = []
    }
    let change = ResultChange(Self.comparison(), after, allowed: 0.05)
    #expect(
      change.answer
        == "No comparison of swift-threads: failed in the second: it ran out of memory.",
      "\(change.answer)")
    #expect(change.check?.outcome == .impossible)
  }

  @Test func nothingInCommonIsSaid() {
    var after = Self.comparison()
    after.runs = []
    let change = ResultChange(Self.comparison(), after, allowed: 0.05)
    #expect(change.check?.outcome == .impossible)
    #expect(change.rows.allSatisfy { $0.why == "only in the first" })
  }

  @Test func anotherPythonIsTheSameModel() throws {
    func report(_ interpreter: InterpreterSummary) -> CompareReport {
      MadeUp.analyse([MadeUp.cell(.pythonThreadPool, .init(onCPU: 1), interpreter: interpreter)])
    }
    let change = ResultChange(report(MadeUp.python), report(MadeUp.freeThreaded))
    #expect(change.rows.map(\.label) == ["python-thread-pool"])
    #expect(change.unlike.contains("the Pythons (CPython 3.11.7 and CPython 3.13.0, no GIL)"))
  }

  // MARK: Programs

  private static func program(_ wall: Double, exit: ProgramExit = .code(0)) -> ExplainReport {
    var report = MadeUpProgram.program([], wall: wall, shares: [.onCPU: wall], main: [.onCPU: wall])
    report.exit = exit
    return report
  }

  @Test func oneObservedRunEachIsNoDifference() {
    let change = ResultChange(Self.program(1), Self.program(2), allowed: 0.05)
    #expect(
      change.answer
        == "One run each is not a difference: the command took 1.00 s and 2.00 s before and after.")
    #expect(change.aside.contains("difference of 1.00 s"), "\(change.aside)")
    #expect(change.check?.outcome == .impossible)
    #expect(change.check?.reason.contains("--cost-runs 6") == true)
    #expect(change.observed?.differenceSeconds == 1)
  }

  @Test func runsThatWereNotObservedAreCompared() {
    var (before, after) = (Self.program(1), Self.program(1.5))
    before.observer.cost = CostRuns(pairsAsked: 8, plainWallSeconds: Self.steady)
    after.observer.cost = CostRuns(pairsAsked: 8, plainWallSeconds: Self.steady.map { $0 * 1.5 })
    let change = ResultChange(before, after, allowed: 0.05)
    #expect(change.answer.hasPrefix("Slower: the command takes 1.50 s instead of 1.00 s"))
    #expect(change.check?.outcome == .slower)
  }

  @Test func programsThatEndedDifferentlyAreNotChecked() {
    let change = ResultChange(Self.program(1), Self.program(0.1, exit: .signal(11)), allowed: 0.05)
    #expect(change.unlike.contains("how they ended (exit code 0 and SIGSEGV)"))
    #expect(change.check?.reason.contains("ended differently") == true)
  }

  private static func versus(_ first: Double, _ second: Double) -> ExplainDifference {
    func runs(_ wall: Double) -> TimedRuns {
      var runs = MadeUpRuns.runs(8, user: wall)
      runs.wallSeconds = steady.map { $0 * wall }
      return runs
    }
    return ExplainDifference(
      first: program(first), second: program(second),
      repeated: RepeatedRuns(asked: nil, areUnobserved: true), firstRuns: runs(first),
      secondRuns: runs(second))
  }

  @Test func ofTwoCommandsBothCount() {
    let change = ResultChange(Self.versus(1, 2), Self.versus(1, 3), allowed: 0.05)
    #expect(
      change.counting.map { change.rows[$0].label } == [
        "first command: wall time", "second command: wall time",
      ])
    #expect(change.answer.hasPrefix("Slower: the second command takes 3.00 s instead of 2.00 s"))
    #expect(change.aside.hasPrefix("No difference: the first command takes the same time"))
    #expect(change.check?.reason == "the second command is shown to be slower by more than 5 %")
  }

  @Test func ofASweepTheBestValueCounts() throws {
    func sweep(_ walls: [Double]) throws -> ExplainSweep {
      try MadeUpRuns.sweep(
        ["1", "2", "4"],
        walls.map { wall in
          var runs = MadeUpRuns.runs(8, user: wall)
          runs.wallSeconds = Self.steady.map { $0 * wall }
          return runs
        })
    }
    let (before, after) = (try sweep([4, 2, 2]), try sweep([4, 2, 1]))
    let change = ResultChange(before, after, allowed: 0.05)
    #expect(change.counting.map { change.rows[$0].label } == ["n=2"])
    #expect(change.rows.map(\.shown) == [.same, .same, .smaller])
    #expect(change.aside == "The value to use changed from n=2 to n=4.")
    #expect(change.check?.outcome == .notSlower)
  }

  @Test func aValueOfOneSweepOnlyIsNotCompared() throws {
    let runs = MadeUpRuns.runs(8, user: 1)
    let change = ResultChange(
      try MadeUpRuns.sweep(["1", "2"], [runs, runs]),
      try MadeUpRuns.sweep(["2", "3"], [runs, runs]))
    #expect(change.rows.map(\.why) == ["only in the first", nil, "only in the second"])
    #expect(change.rows.map(\.label) == ["n=1", "n=2", "n=3"])
  }
}
