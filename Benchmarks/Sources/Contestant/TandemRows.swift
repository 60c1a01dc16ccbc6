import CFloors
import Dispatch
import Glibc
import Synchronization
import RequestLine
import Tandem

/// The rows of pools.
///
/// Every closure stands outside generic code and captures nothing, so that it can cross to a process.
enum TandemRows {
  private static let clock = ContinuousClock()

  /// One block of a row.
  ///
  /// - Parameter request: what is asked for.
  /// - Returns: the figures.
  /// - Throws: what went wrong.
  static func answer(_ request: Request) throws -> Answer {
    switch (request.row, request.way) {
    case ("tiny-tasks", let kind):
      try withPool(kind, request) { try rate($0, request, .batches(of: 1)) }
    case ("map", let kind): try withPool(kind, request) { try rate($0, request, CallOptions()) }
    case ("first-map", _): try firstMap(request)
    case ("latency", "threads"):
      try withPool("threads", request) { Answer(samples: try blockingCalls($0, request.count)) }
    case ("latency", "blocking"):
      try withPool("processes", request) { Answer(samples: try blockingCalls($0, request.count)) }
    case ("latency", "spinning"):
      try withPool("processes", request, { $0.spin = .seconds(1) }) {
        Answer(samples: try blockingCalls($0, request.count))
      }
    case ("latency", "default-executor"):
      try withPool("processes", request) { pool in
        try wait { Answer(samples: try await asyncCalls(pool, request.count)) }
      }
    case ("latency", "pool-executor"):
      try withPool("processes", request) { pool in
        guard let executor = (pool as? ProcessPool)?.executor else {
          return Answer(skipped: "the pool has no executor")
        }
        return try wait {
          try await withTaskExecutorPreference(executor) {
            Answer(samples: try await asyncCalls(pool, request.count))
          }
        }
      }
    case ("argument", _): try withPool("processes", request) { try argument($0, request) }
    case ("memory", "fork-server"): try withPool("processes", request) { try memory($0) }
    case ("memory", "spawn"):
      try withPool("processes", request, { $0.startMethod = .spawn }) { try memory($0) }
    case ("death", _): try withPool("processes", request) { try deaths($0, request) }
    case ("crashes", _):
      try withPool("processes", request, { $0.minimumWorkers = 0 }) { try crashes($0, request) }
    case ("stream", _): try withPool("processes", request) { try stream($0, request) }
    case ("fleet", _): try fleet(request)
    default: Answer(skipped: "side-by-side doesn't measure it yet")
    }
  }

  // MARK: Pools

  /// Makes a pool, has each worker do a little, and ends it after the body.
  private static func withPool(
    _ kind: String, _ request: Request, _ change: (inout ProcessPoolOptions) -> Void = { _ in },
    _ body: (any WorkerPool) throws -> Answer
  ) throws -> Answer {
    let pool: any WorkerPool
    if kind == "threads" {
      pool = try ThreadPool(workers: request.workers, name: "bench")
    } else {
      pool = try ProcessPool(
        workers: request.workers, name: "bench", options: options(request, change))
    }
    defer { _ = try? wait { await pool.shutdown(.killNow) } }
    let naps = try (0..<request.workers).map { _ in
      try pool.submit(50_000) { (microseconds: UInt32) in usleep(microseconds) }
    }
    for nap in naps { _ = try nap.wait() }
    if kind == "threads", let cpu = request.workerCPU {
      for thread in pool.statistics.workers.compactMap(\.systemIdentifier) {
        floor_pin(thread, [cpu], 1)
      }
    }
    return try body(pool)
  }

  private static func options(
    _ request: Request, _ change: (inout ProcessPoolOptions) -> Void
  ) -> ProcessPoolOptions {
    var options = ProcessPoolOptions()
    options.minimumWorkers = request.workers
    if let cpu = request.workerCPU { options.pinning = .list([Int(cpu)]) }
    change(&options)
    return options
  }

  private final class Outcome<Value: Sendable>: Sendable {
    let value = Mutex<Result<Value, any Error>?>(nil)
  }

  /// Runs async work and blocks until it is done.
  private static func wait<Value: Sendable>(
    _ body: @escaping @Sendable () async throws -> Value
  ) throws -> Value {
    let outcome = Outcome<Value>()
    let done = DispatchSemaphore(value: 0)
    Task.detached {
      let result: Result<Value, any Error>
      do { result = .success(try await body()) } catch { result = .failure(error) }
      outcome.value.withLock { $0 = result }
      done.signal()
    }
    done.wait()
    guard let result = outcome.value.withLock({ $0 }) else { throw CancellationError() }
    return try result.get()
  }

  // MARK: Throughput

  /// Items a second: one sample.
  private static func rate(
    _ pool: any WorkerPool, _ request: Request, _ options: CallOptions
  ) throws -> Answer {
    let count = request.count
    return try wait {
      _ = try await pool.map(0..<max(count / 10, 100), options) { $0 &+ 1 }
      let began = clock.now
      let outputs = try await pool.map(0..<count, options) { $0 &+ 1 }
      let seconds = (clock.now - began) / .seconds(1)
      guard outputs.count == count, outputs.last == count else {
        return Answer(error: "the results are wrong")
      }
      return Answer(samples: [Double(count) / seconds])
    }
  }

  /// Items a second of the first `map` of a new pool, the start of its workers with it: one sample.
  private static func firstMap(_ request: Request) throws -> Answer {
    let count = request.count
    return try wait {
      let began = clock.now
      let pool = try ProcessPool(workers: request.workers, name: "first")
      let outputs = try await pool.map(0..<count) { $0 &+ 1 }
      let seconds = (clock.now - began) / .seconds(1)
      await pool.shutdown(.killNow)
      guard outputs.count == count, outputs.last == count else {
        return Answer(error: "the results are wrong")
      }
      return Answer(samples: [Double(count) / seconds])
    }
  }

  // MARK: Latency, in microseconds

  private static func blockingCalls(_ pool: any WorkerPool, _ count: Int) throws -> [Double] {
    func call(_ number: Int) throws -> Double {
      let began = clock.now
      let output = try pool.run(number) { $0 &+ 1 }
      let ended = clock.now
      precondition(output == number &+ 1)
      return (ended - began) / .microseconds(1)
    }
    for number in 0..<min(count, 200) { _ = try call(number) }
    return try (0..<count).map(call)
  }

  private static func asyncCalls(_ pool: any WorkerPool, _ count: Int) async throws -> [Double] {
    var samples: [Double] = []
    samples.reserveCapacity(count)
    for number in -200..<count {
      let began = clock.now
      let output = try await pool.run(number) { $0 &+ 1 }
      let ended = clock.now
      precondition(output == number &+ 1)
      if number >= 0 { samples.append((ended - began) / .microseconds(1)) }
    }
    return samples
  }

  // MARK: Data and memory

  /// 64 MiB to a worker, which reads a byte of every page: 10⁹ bytes a second.
  private static func argument(_ pool: any WorkerPool, _ request: Request) throws -> Answer {
    let block = [UInt8]((0..<64 << 20).lazy.map { UInt8(truncatingIfNeeded: $0) })
    func call() throws -> Double {
      let began = clock.now
      _ = try pool.run(block) { block in
        var sum = 0
        for index in stride(from: 0, to: block.count, by: 4096) { sum &+= Int(block[index]) }
        return sum
      }
      return Double(block.count) / ((clock.now - began) / .nanoseconds(1))
    }
    _ = try call()
    return Answer(samples: try (0..<request.count).map { _ in try call() })
  }

  /// Private memory of each worker: KiB.
  private static func memory(_ pool: any WorkerPool) throws -> Answer {
    let workers = pool.statistics.workers.compactMap(\.systemIdentifier)
    return Answer(samples: workers.compactMap { PrivateMemory.kib(of: $0) })
  }

  // MARK: Death

  /// From a worker's death in a task to the task's error: milliseconds.
  private static func deaths(_ pool: any WorkerPool, _ request: Request) throws -> Answer {
    let path = request.path
    var samples: [Double] = []
    var lost = 0
    var notes: [String] = []
    let over = clock.now + .seconds(request.budget)
    while samples.count < request.count, samples.isEmpty || clock.now < over {
      let bystander = try pool.submit(30_000) { (microseconds: UInt32) in usleep(microseconds) }
      let dying = try pool.submit(path) { path in dieNow(path) }
      do {
        guard try dying.wait(timeout: .seconds(request.limit)) == nil else {
          return Answer(error: "a dead worker gave a result")
        }
        notes.append("no error within \(request.limit) s")
        break
      } catch {
        let ended = nanoseconds()
        guard let died = SmallFile.text(path).flatMap({ UInt64($0) }) else {
          return Answer(error: "\(error)")
        }
        samples.append(Double(ended - died) / 1e6)
      }
      if (try? bystander.wait(timeout: .seconds(request.limit))) == nil { lost += 1 }
      // The pool goes on.
      _ = try pool.run(1) { $0 &+ 1 }
    }
    if lost > 0 { notes.append("\(lost) of \(samples.count) tasks in other workers were lost") }
    return Answer(samples: samples, notes: notes)
  }

  /// Items that each end their worker with a segmentation fault, one after the other: microseconds an item,
  /// with the start of its worker.
  private static func crashes(_ pool: any WorkerPool, _ request: Request) throws -> Answer {
    var samples: [Double] = []
    for _ in 0..<request.count {
      let began = clock.now
      do {
        _ = try pool.run(0x1230) { (address: Int) -> Int in
          UnsafeMutablePointer<Int>(bitPattern: address)?.pointee = 1
          return address
        }
        return Answer(error: "a crash gave a result")
      } catch let error as PoolError where error.code == .workerCrashed {
        samples.append((clock.now - began) / .microseconds(1))
      }
    }
    // The pool goes on. The first item's worker was there before.
    _ = try pool.run(1) { $0 &+ 1 }
    return Answer(samples: Array(samples.dropFirst()))
  }

  /// Writes when it dies, then dies as if the kernel had killed it for memory.
  private static func dieNow(_ path: String) -> Int {
    SmallFile.write("\(nanoseconds())", to: path)
    kill(getpid(), SIGKILL)
    return Int(pause())
  }

  /// CLOCK_MONOTONIC, in nanoseconds.
  private static func nanoseconds() -> UInt64 {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    return UInt64(now.tv_sec) * 1_000_000_000 + UInt64(now.tv_nsec)
  }

  // MARK: Growth

  /// A bounded stream: tasks a second, then private memory of parent and workers in KiB, ten times.
  private static func stream(_ pool: any WorkerPool, _ request: Request) throws -> Answer {
    let count = request.count
    return try wait {
      var memory: [Double] = []
      var done = 0
      var sum = 0
      let began = clock.now
      for try await output in try pool.results(of: 0..<count, inFlight: 1024, { $0 &+ 1 }) {
        sum &+= output
        done += 1
        if done % max(count / 10, 1) == 0 {
          let workers = pool.statistics.workers.compactMap(\.systemIdentifier)
          memory.append(
            ([getpid()] + workers).compactMap { PrivateMemory.kib(of: $0) }.reduce(0, +))
        }
      }
      let seconds = (clock.now - began) / .seconds(1)
      guard done == count, sum == count * (count + 1) / 2 else {
        return Answer(error: "the results are wrong")
      }
      return Answer(samples: [Double(count) / seconds] + memory)
    }
  }

  /// Many workers: seconds to start, seconds to stop, processes left, descriptors left.
  private static func fleet(_ request: Request) throws -> Answer {
    // The server, which stays.
    var server = request
    server.workers = 1
    _ = try withPool("processes", server) { _ in Answer() }
    // The threads of that pool give its last descriptors back after its end.
    usleep(200_000)
    let before = leftovers()
    let began = clock.now
    var pool: ProcessPool? = try ProcessPool(
      workers: request.workers, name: "fleet", options: options(request) { _ in })
    let over = began + .seconds(120)
    while let ready = pool?.statistics.workers.count(where: { $0.readySince != nil }),
      ready < request.workers
    {
      guard clock.now < over else {
        return Answer(error: "after 120 s, \(ready) of \(request.workers) workers were ready")
      }
      usleep(2_000)
    }
    let started = clock.now
    try wait { [pool] in await pool?.shutdown() }
    let stopped = clock.now
    pool = nil
    let settled = clock.now + .seconds(2)
    while leftovers() != before, clock.now < settled { usleep(10_000) }
    let after = leftovers()
    return Answer(samples: [
      (started - began) / .seconds(1), (stopped - started) / .seconds(1),
      Double(after.processes - before.processes), Double(after.descriptors - before.descriptors),
    ])
  }

  /// Processes below this one, and its descriptors.
  private static func leftovers() -> (processes: Int, descriptors: Int) {
    (
      ProcessTree.descendants(of: getpid()).count, SmallFile.names(in: "/proc/self/fd").count
    )
  }
}
