import TandemSystem
import TandemTestSupport
import Testing

/// What a program and its worker processes do to each other, each in a program of its own.
@Suite("A program and its workers", .timeLimit(.minutes(10)))
struct ProgramTests {
  @Test("A worker has its program's settings as they are at its own start, and four descriptors")
  func settings() async throws {
    try await expectAllChecks("Workers", "settings", atLeast: 50)
  }

  @Test("A worker has no signal blocked or ignored, whatever its program has")
  func signals() async throws {
    try await expectAllChecks("Workers", "signals", atLeast: 2)
  }

  @Test("A program with few descriptors has workers, too")
  func fewDescriptors() async throws {
    try await expectAllChecks("Workers", "few-descriptors", atLeast: 4)
  }

  @Test("A program that waits for any child takes nothing from its workers")
  func waitingProgram() async throws {
    try await expectAllChecks("Workers", "waiting-program", atLeast: 6)
  }

  @Test("The server has one thread at each fork")
  func serverThreads() async throws {
    try await expectAllChecks("Workers", "server-threads", atLeast: 11)
  }

  @Test("A killed server takes its workers along, and the next start makes a new one")
  func serverKilled() async throws {
    try await expectAllChecks("Workers", "server-killed", atLeast: 8)
  }

  @Test("A server that is killed again and again is not started for ever")
  func serverKilledOften() async throws {
    try await expectAllChecks("Workers", "server-killed-often", atLeast: 10)
  }

  @Test("Nothing is left of a killed program within a second", .tags(.timing), .promisesTime)
  func programKilled() async throws {
    let run = try await FixtureRun.of("Workers", ["program-killed"], afterwards: .seconds(1))
    #expect(run.lines == ["ok four workers run"], "\(run.report)")
    #expect(run.status == .signaled(signal: 9, dumpedCore: false), "\(run.report)")
    // All workers and their programs held its standard output.
    let after = try #require(run.outputEndedAfter, "\(run.report)")
    #expect(after < TimePromise.workersEndWithTheirProgram)
    #expect(run.leftBehind.isEmpty, "\(run.report)")
  }

  @Test("A program's exit waits for its workers, in the order in which they end")
  func exitWaits() async throws {
    let run = try await FixtureRun.of("Workers", ["exit-waits"])
    #expect(run.status == .exited(code: 0))
    #expect(
      run.lines == ["ok main ends", "ok the thread ends", "ok the process ends"], "\(run.report)")
    #expect(run.leftBehind.isEmpty)
  }

  @Test("It waits for workers that nobody keeps, too")
  func exitWaitsForForgotten() async throws {
    try await expectAllChecks("Workers", "exit-waits-for-forgotten", atLeast: 6)
  }

  @Test("A program's exit ends its daemons")
  func exitEndsDaemons() async throws {
    let run = try await FixtureRun.of("Workers", ["exit-ends-daemons"], afterwards: .seconds(1))
    #expect(run.status == .exited(code: 0), "\(run.report)")
    #expect(run.lines == ["ok main ends"])
    #expect(run.outputEndedAfter != nil && run.leftBehind.isEmpty, "\(run.report)")
  }

  @Test("Nothing is left of workers that have ended")
  func leaks() async throws {
    try await expectAllChecks("Workers", "leaks", atLeast: 2)
  }

  @Test("A start that fails leaves nothing, and the next ones work")
  func failingStarts() async throws {
    try await expectAllChecks("Workers", "failing-starts", atLeast: 10)
  }

  @Test("10 MB of a worker's standard error arrive whole and in order")
  func flood() async throws {
    let run = try await FixtureRun.of("Workers", ["flood"])
    #expect(run.status == .exited(code: 0), "\(run.output)")
    let bytes = Array(run.error.utf8)
    #expect(bytes.count == 10_000_000)
    let numbers = stride(from: 0, to: bytes.count - 99, by: 100).lazy.map { start in
      bytes[start..<start + 99].reduce(0) { 10 * $0 + Int($1 &- 0x30) }
    }
    #expect(numbers.elementsEqual(0..<100_000))
  }

  @Test("A worker's last lines are kept although nobody reads the program's standard error")
  func deaf() async throws {
    try await expectAllChecks("Workers", "deaf", atLeast: 2)
  }

  @Test("A closed standard error does not end the program")
  func closed() async throws {
    try await expectAllChecks("Workers", "closed", atLeast: 3)
  }
}
