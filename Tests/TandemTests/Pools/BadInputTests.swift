import Glibc
import Tandem
import TandemSystem
import TandemTestSupport
import Testing

/// What can't be: one clear error each, and a pool that goes on or has ended.
@Suite("Pools and bad input", .timeLimit(.minutes(10)))
struct BadInputTests {
  // MARK: Arguments

  @Test("A pool has at least one worker", arguments: [0, -1, Int.min])
  func noWorkers(count: Int) async throws {
    let processes = #expect(throws: PoolError.self) { try ProcessPool(workers: count) }
    let threads = #expect(throws: PoolError.self) { try ThreadPool(workers: count) }
    for error in [processes, threads] {
      #expect(error?.code == .invalidArgument)
      #expect(error?.message.contains("\(count)") == true)
    }
    try await ProcessPool.with(workers: 1) { pool in
      let error = #expect(throws: PoolError.self) { try pool.resize(to: count) }
      #expect(error?.code == .invalidArgument)
      #expect(pool.workerCount == 1)
      expectSame(try await pool.run(2) { $0 * 2 }, 4)
    }
  }

  @Test(
    "A timeout leaves some time", arguments: [Duration.zero, .seconds(-1), .nanoseconds(-1)])
  func noTime(timeout: Duration) async throws {
    try await ProcessPool.with(workers: 1) { pool in
      await expectRefusal { try await pool.run(1, .timeout(timeout)) { $0 } }
      await expectRefusal { _ = try pool.submit(1, .timeout(timeout)) { $0 } }
      await expectRefusal { try await pool.map([1], .timeout(timeout)) { $0 } }
      await expectRefusal { try await pool.mapResults([1], .timeout(timeout)) { $0 } }
      await expectRefusal { _ = try pool.results(of: [1], .timeout(timeout)) { $0 } }
      // Nothing was begun.
      #expect(pool.statistics.started == 0)
      expectSame(try await pool.run(1, .timeout(.seconds(20))) { $0 }, 1)
    }
  }

  @Test("Retries, batches and inputs in flight are not fewer than none", arguments: [-1, Int.min])
  func negative(count: Int) async throws {
    try await ProcessPool.with(workers: 1) { pool in
      await expectRefusal { try await pool.run(1, .retries(count)) { $0 } }
      await expectRefusal { try await pool.map([1], .batches(of: count)) { $0 } }
      await expectRefusal { try await pool.map([1], .batches(of: 0)) { $0 } }
      await expectRefusal { _ = try pool.results(of: [1], inFlight: count) { $0 } }
      await expectRefusal { _ = try pool.results(of: [1], inFlight: 0) { $0 } }
      expectSame(try await pool.run(2) { $0 * 2 }, 4)
    }
  }

  private func expectRefusal<Value>(
    _ body: () async throws -> Value, at location: SourceLocation = #_sourceLocation
  ) async {
    do {
      _ = try await body()
      Issue.record("it was not refused", sourceLocation: location)
    } catch {
      #expect((error as? PoolError)?.code == .invalidArgument, "\(error)", sourceLocation: location)
    }
  }

  // MARK: Recursion

  @Test("Pools within the workers of pools end with an error that says how deep they are")
  func recursion() async throws {
    try await ProcessPool.with(workers: 1) { pool in
      do {
        _ = try await pool.run(Deeper(level: 1))
        Issue.record("it has no end")
      } catch let error as PoolError {
        #expect(error.code == .tooDeep)
        #expect(error.description.contains("6 is the limit"), "\(error)")
        #expect(error.description.contains("[tooDeep]"), "\(error)")
      }
      expectSame(try await pool.run(2) { $0 * 2 }, 4)
    }
  }

  // MARK: Results

  @Test("A result above the limit is an error, alone and in a batch")
  func largeResults() async throws {
    var options = ProcessPoolOptions()
    options.largestResult = 1 << 20
    try await ProcessPool.with(workers: 1, options: options) { pool in
      let worker = try await pool.run(0) { _ in getpid() }
      let error = await #expect(throws: PoolError.self) {
        try await pool.run(1 << 20) { [UInt8](repeating: 1, count: $0 + 1) }
      }
      #expect(error?.code == .resultTooLarge)
      #expect(
        error?.message.contains("1048576 are the limit") == true, "\(String(describing: error))")
      // Each is within the limit, all together are not.
      let sizes = [300_000, 900_000, 2_000_000, 5]
      let results = try await pool.mapResults(sizes, .batches(of: 4)) { size in
        [UInt8](repeating: 2, count: size)
      }
      for (size, result) in zip(sizes, results) {
        switch result {
        case .success(let bytes): #expect(bytes.count == size && size <= 1 << 20)
        case .failure(let error):
          #expect((error as? PoolError)?.code == .resultTooLarge, "\(size): \(error)")
          #expect(size > 1 << 20, "\(size): \(error)")
        }
      }
      // No worker died.
      expectSame(try await pool.run(0) { _ in getpid() }, worker)
    }
  }

  // MARK: The system's limits

  @Test("With 64 descriptors a pool has fewer workers")
  func descriptors() async throws {
    try await expectAllChecks("PoolLimits", "descriptors", atLeast: 4)
  }

  @Test("Without descriptors what waits fails, and the pool goes on when there are some")
  func fewDescriptors() async throws {
    try await expectAllChecks("PoolLimits", "few-descriptors", atLeast: 19)
  }

  @Test("Without processes what waits fails, and the pool goes on when there may be some")
  func processes() async throws { try await expectAllChecks("PoolLimits", "processes", atLeast: 1) }

  @Test("While the fork server stands still what waits fails in time, and other workers go on")
  func stoppedServer() async throws {
    try await expectAllChecks("PoolLimits", "stopped-server", atLeast: 12)
  }

  @Test("Without shared memory what needs it fails, and the pool goes on")
  func memory() async throws { try await expectAllChecks("PoolLimits", "memory", atLeast: 9) }
}

/// A task that makes a pool and runs itself there.
private struct Deeper: WorkerTask {
  var level: Int

  func run() async throws -> Int {
    try await ProcessPool.with(workers: 1) { pool in
      try await pool.run(Deeper(level: level + 1))
    }
  }
}
