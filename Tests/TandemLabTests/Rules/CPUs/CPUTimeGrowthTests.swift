import TandemModel
import Testing

@testable import TandemLab

/// That the same work costs more CPU time, and what that points to.
@Suite struct CPUTimeGrowthTests {
  private static let base = MadeUpRuns.runs(user: 0.5, instructions: 1e9, cycles: 1e9)

  private static func growth(_ runs: TimedRuns, with base: TimedRuns = base) -> CPUTimeGrowth? {
    CPUTimeGrowth(MadeUpRuns.comparisons(runs, with: base))
  }

  @Test func aFactorIsSaidEitherWayRound() throws {
    let more = MadeUpRuns.runs(user: 1.5)
    for growth in [Self.growth(more), Self.growth(Self.base, with: more)] {
      let growth = try #require(growth)
      #expect(abs(growth.factor - 3) < 1e-9)
      #expect(growth.cpu.value == 1.5 && growth.cpu.base == 0.5)
      #expect(growth.text.hasPrefix("1.50 s instead of 500 ms (medians of 8 runs each, "))
      #expect(growth.text.hasSuffix("what was added is in user mode"))
    }
  }

  @Test func equalAndSmallAndShortRunsSayNothing() {
    #expect(Self.growth(Self.base) == nil)
    #expect(Self.growth(MadeUpRuns.runs(user: 0.56)) == nil)
    #expect(Self.growth(MadeUpRuns.runs(user: 0.09), with: MadeUpRuns.runs(user: 0.03)) == nil)
    #expect(Self.growth(MadeUpRuns.runs(1, user: 3), with: MadeUpRuns.runs(1, user: 1)) == nil)
  }

  @Test(
    arguments: [
      (MadeUpRuns.runs(user: 1.5), "Time in user mode points to memory and caches"),
      (
        MadeUpRuns.runs(user: 1.5, instructions: 1.02e9, cycles: 3e9),
        "Instructions stayed about the same (1.02 times) and cycles grew (3.00 times)"
      ),
      (
        MadeUpRuns.runs(user: 1.5, instructions: 2.9e9, cycles: 3e9),
        "Instructions grew as cycles did (2.90 times and 3.00 times)"
      ),
      (
        MadeUpRuns.runs(user: 1.5, instructions: 1.5e9, cycles: 3e9),
        "Instructions grew (1.50 times) and cycles grew more (3.00 times)"
      ),
      (MadeUpRuns.runs(user: 0.5, system: 1), "Time in the kernel points to locks"),
      (
        MadeUpRuns.runs(user: 0.5, system: 1, waits: 400_010),
        "grew from 10 to 400\u{202F}010: locks"
      ),
      (
        MadeUpRuns.runs(user: 0.5, system: 1, faults: 1_000_100),
        "Page faults grew from 100 to 1\u{202F}000\u{202F}100"
      ),
    ])
  func theCauseIsOfWhatGrew(runs: TimedRuns, says: String) throws {
    let growth = try #require(Self.growth(runs))
    let cause = growth.cause(ifWorkersShare: true)
    #expect(cause.contains(says), "\(cause)")
    #expect(growth.advice(ifWorkersShare: true).hasSuffix("."))
  }

  /// Workers of which one runs at a time, and processes, don't write to the same memory.
  @Test func sharingIsNoAdviceForWorkersThatDoNot() throws {
    let growth = try #require(Self.growth(MadeUpRuns.runs(user: 1.5)))
    #expect(!growth.cause(ifWorkersShare: false).contains("false sharing"))
    #expect(growth.advice(ifWorkersShare: false).hasPrefix("Look at both with perf record -g"))
    var difference = ExplainDifference(
      first: MadeUpProgram.good, second: MadeUpProgram.good,
      repeated: RepeatedRuns(asked: nil, areUnobserved: true),
      firstRuns: MadeUpRuns.runs(user: 2), secondRuns: MadeUpRuns.runs(wall: 2, user: 1))
    #expect(difference.findings.first?.advice.hasPrefix("Give each worker data of its own") == true)
    var locked = MadeUpProgram.good
    locked.wallShares = [StateShare(state: .gil, seconds: locked.wallSeconds)]
    difference = ExplainDifference(
      first: locked, second: MadeUpProgram.good,
      repeated: RepeatedRuns(asked: nil, areUnobserved: true),
      firstRuns: MadeUpRuns.runs(user: 2), secondRuns: MadeUpRuns.runs(wall: 2, user: 1))
    #expect(difference.findings.first?.advice.hasPrefix("Look at both") == true)
  }

  // MARK: Two commands

  @Test func ofTwoCommandsItIsSaidWithACondition() throws {
    var difference = ExplainDifference(
      first: MadeUpProgram.good, second: MadeUpProgram.good,
      repeated: RepeatedRuns(asked: nil, areUnobserved: true),
      firstRuns: MadeUpRuns.runs(user: 2), secondRuns: MadeUpRuns.runs(wall: 2, user: 1))
    let finding = try #require(difference.findings.first)
    #expect(finding.rule == "same-work-costs-more-cpu" && difference.findings.count == 1)
    #expect(
      finding.claim.hasPrefix(
        "If both do the same work, the first needs 2.00 times the CPU time of the second for it: "))
    #expect(finding.evidence["cpu_ratio"] == 2)
    #expect(
      difference.sentence.contains("The second uses 0.50 times the CPU time of the first"))
    difference = ExplainDifference(
      first: MadeUpProgram.good, second: MadeUpProgram.good,
      repeated: RepeatedRuns(asked: nil, areUnobserved: true),
      firstRuns: MadeUpRuns.runs(user: 1), secondRuns: MadeUpRuns.runs(user: 1.01))
    #expect(difference.findings.isEmpty)
    #expect(difference.sentence.hasPrefix("Both take the same time within 5.0 %: "))
  }

  // MARK: Sweeps

  @Test func aSweepSaysTheFactor() throws {
    let sweep = try MadeUpRuns.sweep(
      ["1", "2", "4"],
      [
        MadeUpRuns.runs(wall: 1, user: 1), MadeUpRuns.runs(wall: 0.8, user: 1.5),
        MadeUpRuns.runs(wall: 0.8, user: 6),
      ])
    let finding = try #require(sweep.findings.first)
    #expect(
      finding.claim.hasPrefix(
        "If n doesn't change the work, the work takes 6.00 times the CPU time with n=4 that it takes"
          + " with n=1: 6.00 s instead of 1.00 s"))
    #expect(
      finding.claim.contains(
        "Even if the work grows in proportion to n, the same work takes 1.50 times the CPU time."))
    #expect(sweep.best == "2")
    #expect(sweep.sentence.hasPrefix("n=2 suffices: 800 ms instead of 1.00 s with n=1, 1.25"))
  }

  /// Each worker may have brought work of its own: that isn't said to be a cost.
  @Test func growthInProportionIsNoFinding() throws {
    let sweep = try MadeUpRuns.sweep(
      ["1", "2"], [MadeUpRuns.runs(user: 1), MadeUpRuns.runs(user: 2.05)])
    #expect(sweep.findings.isEmpty)
    #expect(
      sweep.sentence
        == "No value is shown to be faster than n=1, which takes 1.00 s. CPU time grew in proportion to"
        + " n, 2.05 times with n=2: either each worker brings work of its own, or the same work costs"
        + " that much more.")
    // Words have no proportion.
    let words = try MadeUpRuns.sweep(
      ["passive", "active"], [MadeUpRuns.runs(user: 1), MadeUpRuns.runs(user: 2)])
    #expect(
      words.findings.count == 1 && words.findings[0].evidence["ratio_beyond_proportion"] == nil)
  }

  @Test func equalWorkAndOneRunEachSayNothing() throws {
    let runs = [MadeUpRuns.runs(wall: 1, user: 1), MadeUpRuns.runs(wall: 0.5, user: 1)]
    #expect(try MadeUpRuns.sweep(["1", "2"], runs).findings.isEmpty)
    let once = try MadeUpRuns.sweep(
      ["1", "2"], [MadeUpRuns.runs(1, user: 1), MadeUpRuns.runs(1, user: 5)], isRepeated: false)
    #expect(once.findings.isEmpty && once.best == nil)
    #expect(once.sentence == "One run of each value is not a difference.")
  }

  @Test func whereCPUsWereTakenItIsSaid() throws {
    let runs = [MadeUpRuns.runs(wall: 1, user: 1), MadeUpRuns.runs(wall: 1.2, user: 1)]
    let sentence = try MadeUpRuns.sweep(["1", "2"], runs, demand: 2).sentence
    #expect(
      sentence.contains("With n=2, 2.00 workers wanted a CPU and 0.83 had one"), "\(sentence)")
    #expect(sentence.contains("With n=2 it takes 1.20 s, 1.20 times as long."), "\(sentence)")
  }
}
