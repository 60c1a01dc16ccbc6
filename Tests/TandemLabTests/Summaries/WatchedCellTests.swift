import TandemModel
import TandemObserve
import Testing

@testable import TandemLab

@Suite("Watched runs in a report") struct WatchedCellTests {
  private func threads(_ watched: [WatchedRun], factors: [Double] = [1, 1]) -> CellRuns {
    var cell = MadeUp.cell(
      .pythonThreads, MadeUp.Worker(onCPU: 1, unknown: 3), factors: factors)
    cell.watched = watched
    return cell
  }

  private func processes(_ watched: [WatchedRun], factors: [Double] = [1, 1]) -> CellRuns {
    var cell = MadeUp.cell(
      .pythonProcessesFork, MadeUp.Worker(onCPU: 1, runnable: 1), factors: factors)
    cell.watched = watched
    return cell
  }

  private func difference(_ first: CellRuns, _ second: CellRuns) throws -> Difference {
    try #require(
      Difference(
        between: AnalysedCell(first, seed: 1), and: AnalysedCell(second, seed: 1),
        schedule: .allAtOnce, machine: MadeUp.machine(), seed: 1))
  }

  /// The design's example with switches: wall 4C = on a CPU C + GIL 3C against 2C = on a CPU C +
  /// runnable C, each thread in one state at a time.
  @Test func partsComeFromWhatWasSeen() throws {
    let threads = threads((0..<3).map { Seen.turns(.gil, round: $0) }, factors: [1.05, 1.05])
    let processes = processes((0..<3).map { Seen.twoByTwo(round: $0) })
    let difference = try difference(threads, processes)
    #expect(difference.partsFrom == .observed)
    #expect(
      difference.parts == [
        StateShare(state: .runnable, seconds: -1), StateShare(state: .gil, seconds: 3),
      ])
    // The timed runs took 4.2 s and 2 s, the watched ones 4 s and 2 s.
    #expect(abs(difference.wallDifferenceSeconds - 2.2) < 1e-9)
    #expect(abs(difference.residualSeconds - 0.2) < 1e-9)
    #expect(difference.sentence == "All of it is a CPU left idle by the GIL.")
  }

  @Test func withoutWatchedRunsOfBothPartsAreReported() throws {
    let difference = try difference(threads([Seen.turns(.gil)]), processes([]))
    #expect(difference.partsFrom == .reported && abs(difference.residualSeconds) < 1e-9)
    #expect(difference.parts.contains { $0.state == .other && $0.seconds == 3 })
  }

  /// Parts of a difference that isn't the timed one would explain something else.
  @Test func anotherDifferenceExplainsNothing() throws {
    let difference = try difference(
      threads([Seen.twoByTwo()]), processes([Seen.twoByTwo()]))
    #expect(difference.partsFrom == .reported)
    #expect(difference.sentence.contains("The observed runs differ by"))
  }

  @Test func sharesAddUpToTheWatchedWallTime() throws {
    let result = AnalysedCell(
      threads((0..<2).map { Seen.turns(.gil, round: $0) }, factors: [1, 1.2]), seed: 1
    ).result
    #expect(result.sharesFrom == .observed && result.n == 2)
    #expect(
      result.shares == [
        StateShare(state: .onCPU, seconds: 1), StateShare(state: .gil, seconds: 3),
      ])
    let watched = try #require(result.observedRuns)
    #expect(watched.n == 2 && watched.wallSeconds == [4, 4] && watched.switches == .exact)
    #expect(
      watched.workerSeconds == [
        StateShare(state: .onCPU, seconds: 4), StateShare(state: .gil, seconds: 12),
      ])
    let ratio = try #require(watched.ratioToTimed)
    #expect(abs(ratio - 4 / 4.4) < 1e-9 && watched.agreesWithTimed == false)
  }

  @Test func theGILIsToldFromALockAndFromIO() throws {
    for state in [WorkerState.gil, .lock, .io] {
      let result = AnalysedCell(threads([Seen.turns(state)]), seed: 1).result
      #expect(result.shares.map(\.state) == [.onCPU, state])
    }
  }

  /// What a driver can't tell is no longer missing once it was seen.
  @Test func whatWasSeenIsMeasured() {
    let note = "time waiting for the GIL: not distinguished from other waiting"
    var cell = threads([])
    for index in cell.runs.indices { cell.runs[index].record.notMeasured = [note] }
    #expect(AnalysedCell(cell, seed: 1).result.notMeasured == [note])
    cell.watched = [Seen.turns(.gil)]
    #expect(AnalysedCell(cell, seed: 1).result.notMeasured == [])
    // A lock that nobody could find isn't.
    cell.watched = [Seen.turns(.lock)]
    #expect(AnalysedCell(cell, seed: 1).result.notMeasured == [note])
  }

  @Test func aRunThatTooLittleWasSeenOfCountsForNothing() {
    var run = Seen.turns(.gil)
    run.observed.workers.removeLast(2)
    let result = AnalysedCell(threads([run]), seed: 1).result
    #expect(result.sharesFrom == .reported && result.observedRuns == nil)
    #expect(result.notMeasured.contains { $0.contains("too little was seen") })
    var incomplete = Seen.turns(.gil)
    incomplete.observed.isIncomplete = true
    #expect(AnalysedCell(threads([incomplete]), seed: 1).result.observedRuns == nil)
  }

  @Test func theGlobalLockRuleSpeaksOfWhatWasSeen() throws {
    let report = MadeUp.analyse(
      [threads([Seen.turns(.gil)]), processes([Seen.twoByTwo()])],
      work: MadeUp.work(.pythonFunction))
    let finding = try #require(report.findings.first { $0.rule == "gil-bound" })
    #expect(
      finding.claim.contains("waiting for it took 3.00 s of 4.00 s of wall time in observed runs"))
    #expect(finding.evidence["lock_wait_s"] == 3 && finding.evidence["observed_s"] == 4)
  }

  // MARK: Checks

  private func checked(_ edit: (inout WorkerRecord) -> Void) throws -> ModelResult {
    var run = Seen.turns(.gil)
    for index in run.record.workers.indices {
      run.record.workers[index].switches = ContextSwitches(
        voluntary: index == 3 ? 1 : 2, involuntary: 0)
      run.record.workers[index].blocked.gilNS = 3 * Seen.second
      edit(&run.record.workers[index])
    }
    return AnalysedCell(threads([run]), seed: 1).result
  }

  @Test func reportsThatAgreeAreTold() throws {
    let result = try checked { _ in }
    let checks = try #require(result.observedRuns?.checks)
    #expect(
      checks.map(\.figure) == [
        .onCPU, .runnable, .gil, .voluntarySwitches, .involuntarySwitches, .startsInOrder,
      ])
    #expect(checks.allSatisfy { $0.agrees })
    #expect(checks[0].reported == 4 && checks[0].observed == 4)
    #expect(checks[2].reported == 12 && abs(checks[2].observed - 12) < 1e-9)
    #expect(result.notMeasured == [])
  }

  @Test(arguments: [(0.96, true), (0.94, false), (1.04, true), (1.06, false)])
  func aFigureMayBeFivePerCentOff(factor: Double, agrees: Bool) throws {
    let result = try checked { $0.onCPUNS = UInt64(Double($0.onCPUNS) * factor) }
    let check = try #require(result.observedRuns?.checks.first { $0.figure == .onCPU })
    #expect(check.agrees == agrees)
    #expect(result.notMeasured.contains { $0.hasPrefix("time on a CPU") } == !agrees)
  }

  @Test func theOtherFiguresAreHeldToo() throws {
    let switches = try checked { $0.switches?.voluntary += 5 }
    #expect(switches.notMeasured.contains { $0.hasPrefix("voluntary switches") })
    let gil = try checked { $0.blocked.gilNS = 2 * Seen.second }
    #expect(gil.notMeasured.contains { $0.hasPrefix("time waiting for the global lock") })
    let start = try checked { $0.startCalledNS += 1 }
    #expect(start.notMeasured.contains { $0.hasPrefix("starts between") })
    let io = try checked { $0.blocked.ioNS = 10_000_000 }
    #expect(io.notMeasured.contains { $0.hasPrefix("time waiting for I/O") })
  }
}
