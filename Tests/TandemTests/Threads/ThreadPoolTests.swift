import Glibc
import Synchronization
import Tandem
import TandemSystem
import TandemTestSupport
import Testing

/// What only threads do.
@Suite("ThreadPool", .timeLimit(.minutes(10)))
struct ThreadPoolTests {
  private final class Counter: Sendable {
    let value = Atomic(0)
    func add() { value.add(1, ordering: .sequentiallyConsistent) }
    var count: Int { value.load(ordering: .sequentiallyConsistent) }
  }

  @Test("Work may capture, is not encoded, and its errors come as they are")
  func shares() async throws {
    let counter = Counter()
    try await ThreadPool.with(workers: 2) { pool in
      let numbers = try await pool.map(0..<500) { number in
        counter.add()
        return number
      }
      #expect(numbers == Array(0..<500))
      #expect(counter.count == 500)
      let kept = try await pool.run(StubbornValue(refuses: .encoding)) { $0 }
      #expect(kept.refuses == .encoding)
      await #expect(throws: Refusal(about: "it")) {
        try await pool.run(1) { _ -> Int in throw Refusal(about: "it") }
      }
    }
  }

  @Test("Sync and async work run on the pool's threads, child tasks with them")
  func whereItRuns() async throws {
    try await ThreadPool.with(workers: 1, name: "house") { pool in
      let sync = try await pool.run(0) { _ in OSThread.currentID }
      let afterwards = try await pool.run(0) { _ async in
        await Task.yield()
        return OSThread.currentID
      }
      let children = try await pool.run(0) { _ async in
        await withTaskGroup(of: Int32.self) { group in
          for _ in 0..<4 { group.addTask { OSThread.currentID } }
          return await group.reduce(into: Set<Int32>()) { $0.insert($1) }
        }
      }
      #expect(afterwards == sync && children == [sync])
      #expect(pool.statistics.workers.map(\.systemIdentifier) == [sync])
      #expect(pool.statistics.workers.map(\.name) == ["house-1"])
      // It comes back from elsewhere.
      let back = try await pool.run(0) { _ async in
        await MainActor.run {}
        return OSThread.currentID
      }
      #expect(back == sync)
    }
  }

  @Test("One worker does one piece of async work at a time")
  func oneAtATime() async throws {
    let inside = Counter()
    let most = Counter()
    try await ThreadPool.with(workers: 1) { pool in
      try await withThrowingTaskGroup { group in
        for _ in 0..<20 {
          group.addTask {
            try await pool.run(0) { _ async -> Int in
              inside.add()
              if inside.count > 1 { most.add() }
              await Task.yield()
              inside.value.subtract(1, ordering: .sequentiallyConsistent)
              return 0
            }
          }
        }
        try await group.waitForAll()
      }
    }
    #expect(most.count == 0)
  }

  @Test("A stuck thread is replaced; when its work ends after all, nobody hears of it")
  func stuck() async throws {
    var options = ThreadPoolOptions()
    options.grace = .milliseconds(10)
    options.spareThreads = 1
    let pool = try ThreadPool(workers: 1, options: options)
    let gate = Latch()
    let late = await outcome {
      try await pool.run(0, .timeout(.milliseconds(10))) { _ -> Int in
        _ = gate.wait()
        return 1
      }
    }
    #expect(late.code == .timedOut)
    let message = (late.error as? PoolError)?.message
    #expect(message?.contains("a thread can't be stopped") == true)
    // Another thread does it.
    #expect(try await pool.run(2) { $0 } == 2)
    #expect(pool.statistics.stuckWorkers == 1)
    // The spare one gets stuck, too: there is no other to spare, so what comes then waits.
    let second = await outcome {
      try await pool.run(0, .timeout(.milliseconds(10))) { _ -> Int in
        _ = gate.wait()
        return 1
      }
    }
    #expect(second.code == .timedOut)
    let waiting = try pool.submit(3) { $0 }
    gate.open()
    #expect(try await waiting.value == 3)
    try await eventually("no thread to be stuck") { pool.statistics.stuckWorkers == 0 }
    try await eventually("one thread to be left") { pool.statistics.workers.count == 1 }
    let statistics = pool.statistics
    #expect(statistics.completed == 2 && statistics.timedOut == 2 && statistics.started == 2)
    await pool.shutdown()
  }

  @Test("A pool ends although a thread of it is stuck", arguments: [PoolShutdown.drain, .killNow])
  func endsWhileStuck(mode: PoolShutdown) async throws {
    var options = ThreadPoolOptions()
    options.grace = .milliseconds(10)
    options.spareThreads = 0
    let pool = try ThreadPool(workers: 1, options: options)
    let gate = Latch()
    let late = await outcome {
      try await pool.run(0, .timeout(.milliseconds(5))) { _ -> Int in
        _ = gate.wait()
        return 1
      }
    }
    #expect(late.code == .timedOut)
    let waiting = try pool.submit(3) { $0 }
    await pool.shutdown(mode)
    let ended = await outcome { try await waiting.value }
    if mode == .drain {
      #expect(try ended.get() == 3)
    } else {
      #expect(ended.code == .poolShutDown)
    }
    gate.open()
  }

  @Test("Items behind a slow one of a batch are done by others")
  func shared() async throws {
    let gate = Latch()
    let done = Counter()
    let values = try await ThreadPool.with(workers: 2) { pool in
      // The whole batch goes to one thread, which waits for the last item's end.
      try await pool.map(0..<100, .batches(of: 100)) { number -> Int in
        if number == 0 {
          _ = gate.wait(timeout: .seconds(40))
        } else {
          done.add()
          if done.count == 99 { gate.open() }
        }
        return number
      }
    }
    #expect(values == Array(0..<100))
  }

  @Test("Setup and teardown run once in every thread; values end with it")
  func hooks() async throws {
    let journal = try Journal()
    let path = journal.path
    var options = ThreadPoolOptions()
    options.setup = WorkerHook(path) { (path: String) -> Int in
      Journal.note("setup \(OSThread.currentID)", in: path)
      return 0
    }
    options.teardown = WorkerHook(path) { (path: String) -> Int in
      Journal.note("teardown \(OSThread.currentID)", in: path)
      return 0
    }
    let pool = try ThreadPool(workers: 2, options: options)
    _ = try await pool.map(0..<50, .batches(of: 1)) { $0 }
    let started = pool.statistics.started
    await pool.shutdown()
    let setups = journal.lines.filter { $0.hasPrefix("setup") }
    let teardowns = journal.lines.filter { $0.hasPrefix("teardown") }
    #expect(setups.count == started && teardowns.count == started)
    #expect(Set(setups.map { $0.dropFirst(6) }) == Set(teardowns.map { $0.dropFirst(9) }))
  }

  @Test("A setup that fails breaks the pool; one that hangs, too")
  func failingSetup() async throws {
    var options = ThreadPoolOptions()
    options.setup = WorkerHook(0) { (_: Int) throws -> Int in throw Refusal(about: "setup") }
    let pool = try ThreadPool(workers: 2, options: options)
    let ended = await outcome { try await pool.run(1) { $0 } }
    #expect(ended.code == .setupFailed)
    #expect((ended.error as? PoolError)?.cause as? Refusal == Refusal(about: "setup"))
    // Two that failed, and two at once of which one is the third.
    #expect(pool.statistics.started <= 4)
    let later = #expect(throws: PoolError.self) { try pool.submit(1) { $0 } }
    #expect(later?.code == .setupFailed)
    await pool.shutdown()

    let gate = Latch()
    options.setup = WorkerHook(0) { (_: Int) in
      _ = gate.wait()
      return 0
    }
    options.setupTimeout = .milliseconds(20)
    let slow = try ThreadPool(workers: 1, options: options)
    let late = await outcome { try await slow.run(1) { $0 } }
    #expect(late.code == .setupFailed, "\(late)")
    await slow.shutdown()
    gate.open()
  }

  @Test("Threads come and go: at least so many, none when idle, as many as the pool is resized to")
  func size() async throws {
    var options = ThreadPoolOptions()
    options.minimumWorkers = 2
    options.idleTimeout = .milliseconds(1)
    let pool = try ThreadPool(workers: 4, options: options)
    #expect(pool.statistics.started == 2)
    let all = Rendezvous(of: 5)
    let gate = Latch()
    defer { gate.open() }
    let handles = try (0..<4).map { _ in
      try pool.submit(0) { _ in all.arrive() && gate.wait() ? 1 : 0 }
    }
    #expect(await onThread { all.arrive() })
    #expect(pool.statistics.workers.count == 4)
    gate.open()
    for handle in handles { #expect(try await handle.value == 1) }
    try await eventually("idle threads to end") { pool.statistics.workers.count == 2 }
    try pool.resize(to: 1)
    #expect(pool.workerCount == 1)
    try await eventually("another thread to end") { pool.statistics.workers.count == 1 }
    try pool.resize(to: 3)
    let three = Rendezvous(of: 3)
    let barrier = try (0..<3).map { _ in try pool.submit(0) { _ in three.arrive() } }
    for handle in barrier { #expect(try await handle.value) }
    await pool.shutdown()
    #expect(pool.statistics.workers.isEmpty)
  }

  @Test("The thread that fell asleep last is woken first")
  func warmest() async throws {
    let pool = try ThreadPool(workers: 4)
    let four = Rendezvous(of: 4)
    #expect(
      try await pool.map(0..<4, .batches(of: 1)) { _ in four.arrive() } == [
        true, true, true, true,
      ])
    #expect(pool.statistics.started == 4)
    let all = pool.statistics.workers.compactMap(\.systemIdentifier)
    var threads: [Int32] = []
    for _ in 0..<20 {
      try await eventually("the threads to sleep") { all.allSatisfy { isAsleep($0) } }
      threads.append(try await pool.run(0) { _ in OSThread.currentID })
    }
    // One that sleeps for a moment before it lies down would be another.
    #expect(Set(threads).count <= 2)
    await pool.shutdown()
  }

  @Test("Pinned threads run on their CPUs, with the stack that was asked for")
  func pinned() async throws {
    let allowed = try CPUs.allowedNumbers()
    var options = ThreadPoolOptions()
    options.pinning = .oneEach
    options.stackBytes = 1 << 20
    let pool = try ThreadPool(workers: 1, options: options)
    let cpus = try await pool.run(0) { _ in try CPUs.allowedNumbers() }
    #expect(cpus.count == 1 && allowed.contains(cpus[0]))
    let stack = try await pool.run(0) { _ in try ThreadStackRange.ofCallingThread().addresses.count
    }
    #expect(stack >= 1 << 20 && stack < 2 << 20)
    await pool.shutdown()
    // This thread is where it was.
    #expect(try CPUs.allowedNumbers() == allowed)
  }

  @Test("Dropped, a pool ends its threads and what waits")
  func dropped() async throws {
    let gate = Latch()
    let begun = Latch()
    var pool: ThreadPool? = try ThreadPool(workers: 1)
    weak let watched = pool
    let running = try pool?.submit(0) { _ in
      begun.open()
      return gate.wait() ? 1 : 0
    }
    let waiting = try pool?.submit(2) { $0 }
    _ = await onThread { begun.wait() }
    // The handles hold the pool, as the caller's hope for a result.
    #expect(watched != nil)
    pool = nil
    gate.open()
    #expect(try await running?.value == 1)
    #expect(try await waiting?.value == 2)
  }

  @Test("An idle pool costs no thread time, and its threads end when it is dropped")
  func droppedIdle() async throws {
    var pool: ThreadPool? = try ThreadPool(workers: 3)
    let threads = Set(
      try await pool?.map(0..<300, .batches(of: 1)) { _ in OSThread.currentID } ?? [])
    weak let watched = pool
    pool = nil
    #expect(watched == nil)
    try await eventually("the threads to end") {
      threads.allSatisfy { access("/proc/self/task/\($0)", F_OK) != 0 }
    }
  }
}

/// Who gets which items of a batch.
@Suite("The items of a thread")
struct ThreadWorkTests {
  @Test(
    "Every item is begun once, whoever takes some away; none ends twice", .timeLimit(.minutes(10)))
  func contention() async throws {
    // Mostly cancelled while they run, by many at once.
    let pool = try ThreadPool(workers: 2)
    let begun = Tally()
    for round in 0..<200 {
      let work = Task {
        try await pool.mapResults(0..<64, .batches(of: 16)) { number -> Int in
          begun.add()
          for _ in 0..<round { sched_yield() }
          return number
        }
      }
      if round % 3 != 0 { work.cancel() }
      switch await work.result {
      case .success(let results):
        for (number, result) in results.enumerated() { #expect(try result.get() == number) }
      case .failure(let error): #expect(error is CancellationError)
      }
    }
    await pool.shutdown()
    let statistics = pool.statistics
    #expect(statistics.withWorkers == 0 && statistics.waiting == 0)
    #expect(statistics.completed <= begun.count && begun.count <= 200 * 64)
  }

  private final class Tally: Sendable {
    private let value = Atomic(0)
    func add() { value.add(1, ordering: .relaxed) }
    var count: Int { value.load(ordering: .relaxed) }
  }
}
