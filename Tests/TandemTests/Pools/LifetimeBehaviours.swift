import Glibc
import Tandem
import TandemSystem
import Testing

/// Workers that are recycled, set up and restarted; timeouts and cancelling.
@Suite("Behaviours: recycling, restarts, timeouts", .timeLimit(.minutes(10)))
struct LifetimeBehaviours {
  private static func pool(
    workers: Int, _ change: (inout ProcessPoolOptions) -> Void
  ) throws -> ProcessPool {
    var options = ProcessPoolOptions()
    change(&options)
    return try ProcessPool(workers: workers, options: options)
  }

  // MARK: Recycling

  @Test(
    "14 A backlog larger than all workers' limits is completed",
    arguments: [(1, 2, 6), (2, 2, 8), (2, 1, 7)])
  func recyclingWithABacklog(workers: Int, limit: Int, tasks: Int) async throws {
    let pool = try Self.pool(workers: workers) { $0.recycle.afterItems = limit }
    let handles = try (0..<tasks).map { try pool.submit($0) { $0 * 2 } }
    for (number, handle) in handles.enumerated() { #expect(try await handle.value == 2 * number) }
    #expect(
      try await pool.map(0..<tasks) { $0 } == Array(0..<tasks))
    #expect(pool.statistics.started >= 2 * tasks / limit - workers)
    await pool.shutdown()
  }

  @Test(
    "15 Shutting down while workers are recycled never hangs, and every task ends",
    arguments: [PoolShutdown.drain, .cancelPending, .killNow])
  func shuttingDownWhileRecycling(mode: PoolShutdown) async throws {
    let pool = try Self.pool(workers: 2) { $0.recycle.afterItems = 1 }
    let handles = try (0..<12).map { try pool.submit($0) { $0 } }
    _ = try await handles[0].value
    await pool.shutdown(mode)
    for handle in handles {
      let ended = await outcome { try await handle.value }
      #expect(ended.error == nil || ended.code == .poolShutDown, "\(ended)")
      if mode == .drain { #expect(ended.error == nil) }
    }
  }

  @Test("16 Killing a pool whose workers are being recycled leaves no worker")
  func killingWhileRecycling() async throws {
    let pool = try Self.pool(workers: 2) { $0.recycle.afterItems = 1 }
    let journal = try Journal()
    let path = journal.path
    let handles = try (0..<30).map { _ in
      try pool.submit(path) { path in
        Journal.note("\(getpid())", in: path)
        return 0
      }
    }
    _ = try await handles[3].value
    await pool.shutdown(.killNow)
    #expect(pool.statistics.workers.isEmpty)
    let pids = journal.lines.compactMap { Int32($0) }
    #expect(pids.count >= 2)
    for pid in pids { #expect(await waitForEnd(of: pid)) }
    for handle in handles { _ = await outcome { try await handle.value } }
  }

  @Test("17 A recycled worker is no death: the limit is exact, and each is set up once")
  func recyclingIsNoDeath() async throws {
    let journal = try Journal()
    let pool = try Self.pool(workers: 1) {
      $0.recycle.afterItems = 3
      $0.setup = WorkerHook(Note(path: journal.path))
    }
    var pids: [Int32] = []
    for _ in 0..<9 { pids.append(try await pool.run(0) { _ in getpid() }) }
    #expect(Set(pids).count == 3)
    #expect(
      pids == [pids[0], pids[0], pids[0], pids[3], pids[3], pids[3], pids[6], pids[6], pids[6]])
    #expect(journal.lines == ["\(pids[0])", "\(pids[3])", "\(pids[6])"])
    await pool.shutdown()
    #expect(pool.statistics.deaths == 0)
    #expect(pool.statistics.started == 3)
  }

  @Test("18 A setup that fails breaks the pool with its error, without a storm of workers")
  func failingSetupBreaksThePool() async throws {
    let pool = try Self.pool(workers: 2) {
      $0.setup = WorkerHook(0) { (_: Int) throws -> Int in throw Refusal(about: "setup") }
    }
    let ended = await outcome { try await pool.run(1) { $0 } }
    #expect(ended.code == .setupFailed, "\(ended)")
    #expect((ended.error as? PoolError)?.description.contains("no more setup") == true, "\(ended)")
    // Two that failed, and two at once of which one is the third.
    #expect(pool.statistics.started <= 4)
    let later = #expect(throws: PoolError.self) { try pool.submit(1) { $0 } }
    #expect(later?.code == .setupFailed)
    await pool.shutdown()
    // One that takes too long is made to end.
    let slow = try Self.pool(workers: 1) {
      $0.setup = WorkerHook(0) { (_: Int) -> Int in while true { pause() } }
      $0.setupTimeout = .milliseconds(30)
    }
    let late = await outcome { try await slow.run(1) { $0 } }
    #expect(late.code == .setupFailed, "\(late)")
    await slow.shutdown()
  }

  @Test("18 Setups that fail together are not all tried again")
  func setupsThatFailTogether() async throws {
    let begun = try Gate()
    let gate = try Gate()
    let pool = try Self.pool(workers: 8) {
      $0.setup = WorkerHook(Places(arrive: begun.path, pass: gate.path)) {
        (places: Places) throws -> Int in
        Gate.arrive(at: places.arrive)
        Gate.pass(places.pass)
        throw Refusal(about: "setup")
      }
    }
    let handles = try (0..<8).map { try pool.submit($0) { $0 } }
    try await begun.arrivals(8)
    try gate.open(for: 64)
    for handle in handles {
      #expect(await outcome { try await handle.value }.code == .setupFailed)
    }
    // In place of two that failed; the third ends it.
    #expect(pool.statistics.started <= 8 + 2)
    await pool.shutdown()
  }

  @Test("19 Workers that can't get ready end the pool; those that die at an item never do")
  func deathsInQuickSuccession() async throws {
    let pool = try Self.pool(workers: 1) {
      $0.restartLimit = RestartLimit(3, within: .seconds(60))
      $0.setup = WorkerHook(7 as Int32) { _exit($0) }
    }
    let ended = await outcome { try await pool.run(1) { $0 } }
    #expect(ended.code == .restartBudgetSpent, "\(ended)")
    #expect(pool.statistics.deaths == 4)
    await pool.shutdown()
    // More deaths than that, each at the first item of its worker.
    let other = try Self.pool(workers: 1) {
      $0.restartLimit = RestartLimit(3, within: .seconds(60))
    }
    for _ in 0..<9 {
      #expect(await outcome { try await other.run(0x1230) { segfault($0) } }.code == .workerCrashed)
    }
    #expect(try await other.run(5) { $0 } == 5)
    await other.shutdown()
  }

  // MARK: Timeouts and cancelling

  @Test("20 A timed-out task's worker is replaced, and the next task runs")
  func timedOutWorkerIsReplaced() async throws {
    try await PoolKind.processes.with(workers: 1) { pool async throws in
      let before = try await pool.run(0) { _ in getpid() }
      let late = await outcome {
        try await pool.run(0, .timeout(.milliseconds(30))) { number -> Int in
          while true { sched_yield() }
        }
      }
      #expect(late.code == .timedOut)
      let after = try await pool.run(0) { _ in getpid() }
      #expect(after != before)
      #expect(await waitForEnd(of: before))
      #expect(pool.statistics.timedOut == 1)
      #expect(pool.statistics.deaths == 0)
    }
  }

  @Test("21 A task that ignores SIGTERM is stopped, too")
  func taskThatIgnoresSIGTERM() async throws {
    let pool = try Self.pool(workers: 1) { $0.grace = .milliseconds(30) }
    let before = try await pool.run(0) { _ in getpid() }
    let late = await outcome {
      try await pool.run(0, .timeout(.milliseconds(30))) { number -> Int in
        signal(SIGTERM, SIG_IGN)
        while true { sched_yield() }
      }
    }
    #expect(late.code == .timedOut, "\(late)")
    #expect(await waitForEnd(of: before))
    #expect(try await pool.run(1) { $0 } == 1)
    await pool.shutdown()
  }

  @Test("22 Cancelling running work stops only its worker; the others go on")
  func cancellingRunningWork() async throws {
    try await PoolKind.processes.with(workers: 2) { pool async throws in
      let begun = try Gate()
      let gate = try Gate()
      let places = Places(arrive: begun.path, pass: gate.path)
      let other = try pool.submit(places) { places in
        Gate.arrive(at: places.arrive)
        Gate.pass(places.pass)
        return getpid()
      }
      let running = try pool.submit(places) { places -> Int in
        Gate.arrive(at: places.arrive)
        while true { pause() }
      }
      try await begun.arrivals(2)
      let later = try (0..<5).map { try pool.submit($0) { $0 } }
      running.cancel()
      #expect(await outcome { try await running.value }.error is CancellationError)
      for (number, handle) in later.enumerated() { #expect(try await handle.value == number) }
      try gate.open()
      #expect(try await other.value > 0)
      #expect(pool.statistics.deaths == 0)
    }
  }

  @Test("23 Cancelling while a huge argument is on its way does not block the caller")
  func cancellingAHugeArgument() async throws {
    try await PoolKind.processes.with(workers: 1) { pool async throws in
      let bytes = [UInt8](repeating: 3, count: 64 << 20)
      for _ in 0..<3 {
        let handle = try pool.submit(bytes) { $0.count }
        handle.cancel()
        let ended = await outcome { try await handle.value }
        #expect(ended.error is CancellationError || ended.error == nil, "\(ended)")
      }
      #expect(try await pool.run(bytes) { $0.count } == 64 << 20)
    }
  }

  @Test("24 Stopping a worker also ends what it has started")
  func stoppingEndsWhatItStarted() async throws {
    try await PoolKind.processes.with(workers: 1) { pool async throws in
      let journal = try Journal()
      let begun = try Gate()
      let handle = try pool.submit(
        Places(arrive: begun.path, journal: journal.path)
      ) { places -> Int in
        Journal.note("\(startSleeper())", in: places.journal)
        Gate.arrive(at: places.arrive)
        while true { pause() }
      }
      try await begun.arrivals()
      let sleeper = try #require(journal.lines.first.flatMap { Int32($0) })
      #expect(isRunning(sleeper))
      handle.cancel()
      _ = await outcome { try await handle.value }
      #expect(await waitForEnd(of: sleeper))
    }
  }
}

/// Writes its process's number.
private struct Note: WorkerTask {
  var path: String
  func run() -> Int {
    Journal.note("\(getpid())", in: path)
    return 0
  }
}
