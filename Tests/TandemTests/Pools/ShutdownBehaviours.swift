import Glibc
import Synchronization
import Tandem
import TandemSystem
import TandemTestSupport
import Testing

/// How pools end, and what they and their program do to each other.
@Suite("Behaviours: shutdown, exit, signals", .timeLimit(.minutes(10)))
struct ShutdownBehaviours {
  @Test(
    "25 Cancelling what waits ends every task: what runs is finished", arguments: PoolKind.allCases)
  func cancellingWhatWaits(kind: PoolKind) async throws {
    let pool = try kind.make(workers: 1)
    let gate = try Gate()
    let running = try await beginWaiting(at: gate, in: pool)
    let waiting = try (0..<10).map { try pool.submit($0) { $0 } }
    let ending = Task { await pool.shutdown(.cancelPending) }
    // The pool is being shut down as soon as these have ended.
    for handle in waiting {
      #expect(await outcome { try await handle.value }.code == .poolShutDown)
    }
    try gate.open()
    #expect(try await running.value == 0)
    await ending.value
  }

  @Test(
    "26 Submit, cancel, shut down: it returns, twice, and takes no more",
    arguments: PoolKind.allCases)
  func shutDownTwice(kind: PoolKind) async throws {
    for _ in 0..<5 {
      let pool = try kind.make()
      let handle = try pool.submit(1) { $0 }
      handle.cancel()
      await pool.shutdown()
      await pool.shutdown()
      let ended = await outcome { try await handle.value }
      #expect(ended.error is CancellationError || ended.error == nil)
      let error = #expect(throws: PoolError.self) { try pool.submit(1) { $0 } }
      #expect(error?.code == .poolShutDown)
    }
  }

  @Test("27 A program that exits with work queued keeps its exit code, and leaves nothing")
  func exitWithWorkQueued() async throws {
    let run = try await FixtureRun.of("Pools", ["exit-with-work"], afterwards: .seconds(2))
    #expect(run.status == .exited(code: 7), "\(run.report)")
    #expect(run.error == "", "\(run.report)")
    #expect(run.leftBehind.isEmpty && run.outputEndedAfter != nil, "\(run.report)")
  }

  @Test(
    "28 Nothing is left of a killed program, even if the thread that made the pool had ended",
    .tags(.timing), .promisesTime)
  func killedProgram() async throws {
    let run = try await FixtureRun.of("Pools", ["program-killed"], afterwards: .seconds(2))
    #expect(run.lines == ["ok its server and three workers run"], "\(run.report)")
    #expect(run.status == .signaled(signal: 9, dumpedCore: false), "\(run.report)")
    let after = try #require(run.outputEndedAfter, "\(run.report)")
    #expect(after < TimePromise.workersEndWithTheirProgram, "\(run.report)")
    #expect(run.leftBehind.isEmpty, "\(run.report)")
  }

  @Test("29 An interrupt from the terminal is the program's: workers say nothing and leave with it")
  func interruptFromTheTerminal() async throws {
    let run = try await FixtureRun.of("Pools", ["interrupted"], afterwards: .seconds(2))
    #expect(run.status == .signaled(signal: SIGINT, dumpedCore: false), "\(run.report)")
    #expect(run.lines == ["ok workers work on while the program ignores it"], "\(run.report)")
    #expect(run.error == "" && run.leftBehind.isEmpty, "\(run.report)")
  }

  @Test("30 Dropping the last reference ends threads, processes and descriptors")
  func lastReferenceDropped() async throws {
    try await expectChecks("dropped", atLeast: 6)
  }

  @Test(
    "31 Any number of tasks can be submitted before the first worker is there",
    arguments: PoolKind.allCases)
  func submittingBeforeTheFirstWorker(kind: PoolKind) async throws {
    try await kind.with { pool async throws in
      let handles = try (0..<3000).map { try pool.submit($0) { $0 } }
      for (number, handle) in handles.enumerated() { #expect(try await handle.value == number) }
    }
  }

  @Test(
    "32 A program that waits for any child does not confuse a pool, nor lose its children to it")
  func programThatWaitsForAnyChild() async throws {
    try await expectChecks("waiting-program", atLeast: 4)
  }

  @Test("33 Without descriptors or processes there is one clear error, and nothing leaks")
  func withoutDescriptors() async throws {
    try await expectChecks("few-descriptors", atLeast: 5)
  }

  @Test("34 A worker has its own descriptors only, and hears of its pool's end")
  func descriptorsOfAWorker() async throws {
    try await expectChecks("descriptors", atLeast: 3)
  }

  private func expectChecks(
    _ command: String, atLeast count: Int, at location: SourceLocation = #_sourceLocation
  ) async throws {
    try await Self.expectChecks(command, atLeast: count, at: location)
  }

  static func expectChecks(
    _ command: String, atLeast count: Int, at location: SourceLocation = #_sourceLocation
  ) async throws {
    let run = try await FixtureRun.of("Pools", [command], timeout: .seconds(50))
    #expect(run.status == .exited(code: 0), "\(run.report)", sourceLocation: location)
    #expect(
      run.lines.filter { $0.hasPrefix("ok ") }.count >= count, "\(run.report)",
      sourceLocation: location)
    #expect(run.leftBehind.isEmpty, "\(run.report)", sourceLocation: location)
  }
}
