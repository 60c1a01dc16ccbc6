import Tandem
import Testing

/// Misuse that compiles: the library refuses it when the program runs, before any work begins.
@Suite("What only the library refuses", .timeLimit(.minutes(5)))
struct RunTimeRefusalTests {
  @Test("A closure that captures can't go to a process, and the error names the caller's line")
  func captures() async throws {
    let factor = Int.random(in: 2...9)
    try await ProcessPool.with(workers: 1) { pool in
      let line = #line + 1
      let refused = await outcome { try await pool.map([1, 2]) { $0 * factor } }
      #expect(refused.code == .refusedClosure, "\(refused)")
      let error = try #require(refused.error as? PoolError)
      #expect(error.description.contains("RunTimeRefusalTests.swift:\(line)"), "\(error)")
      #expect(pool.statistics.started == 0)
    }
    let process = WorkerProcess(input: 1) { $0 * factor }
    let refused = #expect(throws: PoolError.self) { try process.start() }
    #expect(refused?.code == .refusedClosure)
  }

  @Test("Threads may have what a closure captures")
  func threadsCapture() async throws {
    let factor = Int.random(in: 2...9)
    let outputs = try await ThreadPool.with(workers: 1) { pool in
      try await pool.map([1, 2]) { $0 * factor }
    }
    #expect(outputs == [factor, 2 * factor])
  }

  @Test("A worker is started once")
  func startedTwice() async throws {
    let thread = WorkerThread { 1 }
    try thread.start()
    let twice = #expect(throws: PoolError.self) { try thread.start() }
    #expect(twice?.code == .alreadyStarted)
    #expect(try await thread.value == 1)
  }

  @Test("A worker that wasn't started can't be waited for")
  func notStarted() async throws {
    let process = WorkerProcess(input: 1) { $0 }
    let early = await outcome { try await process.join() }
    #expect(early.code == .notStarted)
  }

  @Test("Work for a pool that was shut down")
  func shutDown() async throws {
    let pool = try ProcessPool(workers: 1)
    await pool.shutdown()
    let late = #expect(throws: PoolError.self) { try pool.submit(1) { $0 } }
    #expect(late?.code == .poolShutDown)
  }
}
