import Glibc
import Synchronization
import Tandem
import TandemSystem
import TandemTestSupport
import Testing

/// What striking a pool has brought to light, each by itself.
@Suite("A pool at its seams", .timeLimit(.minutes(10)))
struct PoolFaultTests {
  // MARK: Large inputs

  @Test("An input too large for the ring goes among small ones", arguments: [0, 20, 63])
  func largeAmongSmall(place: Int) async throws {
    try await ProcessPool.with(workers: 1) { pool in
      // So quick that several are sent at once from then on.
      let quick = (0..<500).map { Echo(number: $0) }
      expectSame(try await pool.map(quick, .batches(of: 1)), quick.map(\.expected))
      var mixed = (0..<64).map { Echo(number: $0) }
      mixed[place].bulk = [UInt8](repeating: 3, count: 300_000)
      expectSame(try await pool.map(mixed, .batches(of: 1)), mixed.map(\.expected))
    }
  }

  @Test("What is left of a large input that was taken back is not taken for the next one")
  func largeTakenBack() async throws {
    try await ProcessPool.with(workers: 1) { pool in
      let quick = (0..<500).map { Echo(number: $0) }
      _ = try await pool.map(quick, .batches(of: 1))
      // While the worker is at the first, the others wait in its ring.
      let begun = try Gate()
      let gate = try Gate()
      let slow = try pool.submit(
        Places(arrive: begun.path, pass: gate.path)
      ) { places in
        Gate.arrive(at: places.arrive)
        Gate.pass(places.pass)
        return places.number
      }
      try await begun.arrivals()
      let large = try (1...3).map { number in
        try pool.submit(
          Echo(number: number, bulk: [UInt8](repeating: UInt8(number), count: 100_000)))
      }
      try await eventually("a large input to be sent behind the first") {
        pool.statistics.workers.contains { $0.withWorker > 1 }
      }
      let last = Echo(number: 9, bulk: [UInt8](repeating: 9, count: 100_000))
      for handle in large { handle.cancel() }
      let after = try pool.submit(last)
      try gate.open()
      expectSame(try await after.value, last.expected)
      expectSame(try await slow.value, 0)
      for handle in large {
        await #expect(throws: CancellationError.self) { try await handle.value }
      }
    }
  }

  // MARK: Wake-ups

  @Test("A reply that wakes nobody is found, also when the pool had nothing to do for a while")
  func silentReply() async throws {
    try await ProcessPool.with(workers: 1) { pool in
      for number in 0..<3 {
        // The keeper, which looks for such replies, falls asleep when there is nothing to look for.
        try await Task.sleep(for: .milliseconds(100))
        let isSilenced = try await pool.run(number) { _ in silenceBells() }
        #expect(isSilenced, "the worker has not found a bell at which somebody slept")
      }
    }
  }

  // MARK: Deaths

  @Test("A worker that dies while its input is encoded loses nothing")
  func deathWhileEncoding() async throws {
    try await ProcessPool.with(workers: 1) { pool in
      let worker = try await pool.run(0) { _ in getpid() }
      Killer.begin(pool)
      let inputs = [Killer(worker: worker)]
      let results = try await pool.mapResults(inputs) { _ in getpid() }
      #expect(try results[0].get() != worker)
    }
  }

  @Test("Of a batch only those fail whose outputs end the worker", arguments: [1, 4, 12])
  func deathsInABatch(size: Int) async throws {
    try await ProcessPool.with(workers: 2) { pool in
      let results = try await pool.mapResults(Array(0..<12), .batches(of: size)) {
        (number: Int) -> ExitingOutput? in
        number % 5 == 0 ? ExitingOutput() : nil
      }
      for (number, result) in results.enumerated() {
        switch result {
        case .success(let output): #expect(output == nil && number % 5 != 0, "\(number)")
        case .failure(let error):
          let error = try #require(error as? PoolError)
          #expect(error.code == .workerExited && number % 5 == 0, "\(number): \(error)")
          #expect(error.crash?.exitCode == 3, "\(number): \(error)")
        }
      }
    }
  }

  @Test("Of a batch only those fail whose inputs end the worker", arguments: [1, 4])
  func deathsInDecoding(size: Int) async throws {
    try await ProcessPool.with(workers: 2) { pool in
      let inputs = (0..<12).map { ExitingInput(exits: $0 % 5 == 0) }
      let results = try await pool.mapResults(inputs, .batches(of: size)) { _ in true }
      for (number, result) in results.enumerated() {
        #expect(((try? result.get()) == true) == (number % 5 != 0), "\(number): \(result)")
      }
    }
  }

  @Test("Workers that die as soon as they are started break the pool in the end")
  func deathsAtTheStart() async throws {
    var options = ProcessPoolOptions()
    options.setup = WorkerHook(7 as Int32) { _exit($0) }
    options.restartLimit = RestartLimit(5, within: .seconds(60))
    try await ProcessPool.with(workers: 3, options: options) { pool in
      let error = await #expect(throws: PoolError.self) { try await pool.run(1) { $0 } }
      #expect(error?.code == .restartBudgetSpent, "\(String(describing: error))")
    }
  }

  // MARK: The end

  @Test(
    "What is being sent when the pool is shut down ends", .serialized,
    arguments: [PoolShutdown.drain, .killNow])
  func shutdownWhileSending(mode: PoolShutdown) async throws {
    let pool = try ProcessPool(workers: 1)
    _ = try await pool.run(1) { $0 }
    Ending.begin(pool, mode)
    let results = try await pool.mapResults([Ending()]) { _ in 1 }
    if mode == .drain {
      #expect(try results[0].get() == 1)
    } else {
      let error = #expect(throws: PoolError.self) { try results[0].get() }
      #expect(
        [.poolShutDown, .workerCrashed].contains(error?.code), "\(String(describing: error))")
    }
    await pool.shutdown(.drain)
  }

  // MARK: Cancellation

  @Test("The first work of a worker, and its setup, are not taken for cancelled")
  func firstWork() async throws {
    var options = ProcessPoolOptions()
    options.setup = WorkerHook(Suspending())
    try await ProcessPool.with(workers: 1, options: options) { pool in
      expectSame(try await pool.run(Suspending()), true)
      expectSame(try await pool.run(0) { _ in !WorkerContext.isCancelled }, true)
    }
  }
}

/// Answers with its number and the sum of its bytes.
private struct Echo: WorkerTask {
  var number: Int
  var bulk: [UInt8] = []

  var expected: [Int] { [number, bulk.count, Int(bulk.last ?? 0)] }

  func run() -> [Int] { expected }
}

/// An input that kills a worker while it is encoded for it, the first time.
private struct Killer: Codable, Sendable {
  var worker: Int32
  private static let pool = Mutex<ProcessPool?>(nil)

  static func begin(_ pool: ProcessPool) { Self.pool.withLock { $0 = pool } }

  init(worker: Int32) { self.worker = worker }

  func encode(to encoder: any Encoder) throws {
    if let pool = Self.pool.withLock({ $0.take() }) {
      kill(worker, SIGKILL)
      try waitUntil("the pool to learn of the death") { pool.statistics.deaths == 1 }
    }
    var container = encoder.singleValueContainer()
    try container.encode(worker)
  }

  init(from decoder: any Decoder) throws {
    worker = try decoder.singleValueContainer().decode(Int32.self)
  }
}

/// An output that ends its worker while it is encoded.
private struct ExitingOutput: Codable, Sendable, Equatable {
  init() {}
  init(from decoder: any Decoder) throws {}
  func encode(to encoder: any Encoder) throws { _exit(3) }
}

/// An input that may end its worker while it is decoded.
private struct ExitingInput: Codable, Sendable {
  var exits: Bool

  init(exits: Bool) { self.exits = exits }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(exits)
  }

  init(from decoder: any Decoder) throws {
    exits = try decoder.singleValueContainer().decode(Bool.self)
    if exits { _exit(4) }
  }
}

/// An input that has its pool shut down while it is encoded.
private struct Ending: Codable, Sendable {
  private static let wish = Mutex<(pool: ProcessPool, mode: PoolShutdown)?>(nil)

  static func begin(_ pool: ProcessPool, _ mode: PoolShutdown) {
    wish.withLock { $0 = (pool, mode) }
  }

  init() {}
  init(from decoder: any Decoder) throws {}

  func encode(to encoder: any Encoder) throws {
    let wish = Self.wish.withLock { wish in
      defer { wish = nil }
      return wish
    }
    if let wish {
      // It has begun to end when this returns; what is being sent holds up a pool that is drained.
      Task.immediate { await wish.pool.shutdown(wish.mode) }
      if wish.mode == .killNow {
        try waitUntil("the pool to end") { wish.pool.statistics.workers.isEmpty }
      }
    }
    var container = encoder.singleValueContainer()
    try container.encode(1)
  }
}

/// Whether the task was cancelled while it was suspended.
private struct Suspending: WorkerTask {
  func run() async throws -> Bool {
    // A worker's main thread asks whether its work was cancelled between two jobs of the main actor.
    for _ in 0..<3 { await Task.detached { await MainActor.run {} }.value }
    return !Task.isCancelled && !WorkerContext.isCancelled
  }
}

/// Expects two values to be the same; `#expect` can't await the values of some closures.
func expectSame<Value: Equatable>(
  _ value: Value, _ expected: Value, at location: SourceLocation = #_sourceLocation
) {
  #expect(value == expected, sourceLocation: location)
}

/// Writes over the word that says that somebody sleeps at a bell of the worker's pool, as a process that is stopped
/// or killed between taking it and the wake-up leaves it: who sleeps goes on sleeping.
///
/// - Returns: whether somebody slept.
private func silenceBells() -> Bool {
  guard let file = fopen("/proc/self/maps", "r") else { return false }
  defer { fclose(file) }
  var line = [CChar](repeating: 0, count: 512)
  while fgets(&line, CInt(line.count), file) != nil {
    guard strstr(line, "tandem-bell") != nil,
      let bell = UnsafeMutablePointer<UInt32>(bitPattern: strtoul(line, nil, 16))
    else { continue }
    // The reply thread's: its sequence, then whether it sleeps (Doorbell.swift).
    for _ in 0..<5_000 {
      if bell[1] != 0 {
        bell[1] = 0
        return true
      }
      usleep(1_000)
    }
  }
  return false
}
