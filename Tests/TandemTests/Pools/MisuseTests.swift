import Synchronization
import Tandem
import TandemSystem
import Testing

/// Calls that can't be meant so: each is one clear error, or does what it can.
@Suite("Misuse of pools", .timeLimit(.minutes(10)))
struct MisuseTests {
  // MARK: Inputs

  @Test("More outputs than memory can hold are refused at once", arguments: PoolKind.allCases)
  func tooManyInputs(kind: PoolKind) async throws {
    try await kind.with { pool async throws in
      let ends = [
        await outcome { _ = try await pool.map(0..<Int.max) { $0 } },
        await outcome { _ = try await pool.map(0..<1 << 46) { $0 } },
        await outcome { _ = try await pool.map(0..<Int.max) { number async in number } },
        await outcome { _ = try await pool.mapResults(0..<Int.max) { $0 } },
        await outcome { _ = try await pool.map(repeatElement(true, count: .max)) { $0 } },
      ]
      for end in ends {
        let error = try #require(end.error as? PoolError)
        #expect(error.code == .invalidArgument)
        #expect(error.message.hasPrefix("the number of inputs is "), "\(error)")
        #expect(error.message.contains("results(of:)"), "\(error)")
      }
      #expect(pool.statistics.started == 0)
      #expect(try await pool.run(1) { $0 } == 1)
    }
  }

  @Test(
    "A collection that can only be walked over is walked over once", arguments: PoolKind.allCases)
  func walkedOnce(kind: PoolKind) async throws {
    try await kind.with { pool async throws in
      let inputs = Walk(end: 2000)
      let outputs = try await pool.map(inputs, .batches(of: 10)) { $0 }
      #expect(outputs == Array(0..<2000))
      // An array of them takes a few walks; a walk for each batch would be some hundred.
      #expect(inputs.steps.count.load(ordering: .relaxed) <= 5 * 2000)
      let set = Set(0..<1000)
      #expect(Set(try await pool.map(set, .batches(of: 1)) { $0 }) == set)
    }
  }

  @Test("Of a batch only the item fails that can't cross", arguments: [1, 7, 100])
  func oneOfBatch(size: Int) async throws {
    try await PoolKind.processes.with(workers: 1) { pool async throws in
      let inputs = (0..<40).map { number in
        StubbornValue(refuses: number % 9 == 4 ? .encoding : number % 9 == 6 ? .decoding : .nothing)
      }
      let results = try await pool.mapResults(inputs, .batches(of: size)) { value async in
        value.bulk.count
      }
      let sync = try await pool.mapResults(inputs, .batches(of: size)) { $0.bulk.count }
      let back = try await pool.mapResults(0..<40, .batches(of: size)) { number in
        StubbornValue(refuses: number % 9 == 4 ? .encoding : number % 9 == 6 ? .decoding : .nothing)
      }
      var streamed: [PoolError.Code?] = []
      for try await result in try pool.outcomes(
        of: inputs, .batches(of: size), { $0.bulk.count })
      {
        streamed.append(result.code)
      }
      for number in 0..<40 {
        let code: PoolError.Code? =
          number % 9 == 4 ? .encodingFailed : number % 9 == 6 ? .decodingFailed : nil
        #expect(results[number].code == code, "\(number): \(results[number])")
        #expect(sync[number].code == code, "\(number): \(sync[number])")
        #expect(back[number].code == code, "\(number): \(back[number])")
        #expect(streamed[number] == code, "\(number)")
      }
      #expect(pool.statistics.deaths == 0)
    }
  }

  @Test("A value as deep as the limit crosses alone and in a batch, a deeper one is named")
  func nestingLimit() async throws {
    var options = ProcessPoolOptions()
    options.nestingLimit = 100
    try await ProcessPool.with(workers: 1, options: options) { pool in
      for size in [1, 2] {
        let (deep, deeper) = (Nested(depth: 100), Nested(depth: 101))
        let results = try await pool.mapResults([deep, deeper, deep], .batches(of: size)) { $0 }
        #expect(try results[0].get() == deep)
        #expect(try results[2].get() == deep)
        #expect(results[1].code == .encodingFailed)
        #expect("\(results[1])".contains("more than 100 deep"), "\(results[1])")
        let returned = try await pool.mapResults([100, 101, 100], .batches(of: size)) {
          Nested(depth: $0)
        }
        #expect(try returned[0].get() == deep)
        #expect(try returned[2].get() == deep)
        #expect(returned[1].code == .encodingFailed)
        #expect("\(returned[1])".contains("more than 100 deep"), "\(returned[1])")
      }
    }
    options.nestingLimit = 200_000
    try await ProcessPool.with(workers: 1, options: options) { pool in
      let deep = Nested(depth: 50_000)
      let back = try await pool.run(deep) { $0 }
      #expect(back.depth == 50_000)
    }
  }

  // MARK: Work and its own pool

  @Test("Work that awaits what its pool has yet to begin lets it begin")
  func awaitsLaterWork() async throws {
    try await ThreadPool.with(workers: 1) { pool in
      let (handles, given) = AsyncStream.makeStream(of: TaskHandle<Int>.self)
      let first = try pool.submit(1) { number async throws in
        for await later in handles { return try await later.value + number }
        return 0
      }
      given.yield(try pool.submit(20) { $0 })
      #expect(try await first.value == 21)
    }
  }

  @Test("Work of a serial pool can't wait for what comes after it")
  func serialWorkWaits() async throws {
    let pool = try SerialPool()
    let (handles, given) = AsyncStream.makeStream(of: TaskHandle<Int>.self)
    let first = try pool.submit(1) { _ async throws -> Int in
      for await later in handles { return try await later.value }
      return 0
    }
    let later = try pool.submit(20) { $0 }
    given.yield(later)
    #expect(await outcome { try await first.value }.code == .wouldDeadlock)
    let box = Box()
    let blocking = try pool.submit(1) { _ in
      _ = box.isFull.wait()
      return try box.handle.withLock { $0 }?.wait() ?? 0
    }
    let last = try pool.submit(30) { $0 }
    box.handle.withLock { $0 = last }
    box.isFull.open()
    #expect(await outcome { try await blocking.value }.code == .wouldDeadlock)
    #expect(try await later.value == 20)
    await pool.shutdown()
  }

  @Test(
    "Work that shuts its own pool down ends, and the pool after it",
    arguments: [PoolKind.serial, .threads])
  func shutsOwnPoolDown(kind: PoolKind) async throws {
    for mode in [PoolShutdown.drain, .cancelPending, .killNow] {
      let pool = try kind.make(workers: 1)
      let handle = try pool.submit(1) { number async in
        await pool.shutdown(mode)
        return number
      }
      let ended = await outcome { try await handle.value }
      if mode == .killNow {
        #expect(ended.code == .poolShutDown)
      } else {
        #expect(try ended.get() == 1)
      }
      await pool.shutdown()
      #expect(pool.statistics.withWorkers == 0)
    }
  }

  @Test(
    "A task that outlives the work it was made in may use its pool",
    arguments: [PoolKind.serial, .threads])
  func outlivesItsWork(kind: PoolKind) async throws {
    try await kind.with(workers: 1) { pool async throws in
      let (starts, start) = AsyncStream.makeStream(of: Void.self)
      let task = try await pool.run(1) { _ in
        Kept {
          for await _ in starts { break }
          return try await pool.run(20) { $0 + 1 }
        }
      }.task
      start.yield()
      #expect(try await task.value == 21)
    }
  }

  // MARK: Figures

  @Test("A share that is no number has no quantile")
  func quantile() async throws {
    try await ThreadPool.with(workers: 1) { pool in
      _ = try await pool.map(0..<10) { $0 }
      let times = pool.statistics.runTimes
      #expect(times.quantile(.nan) == nil)
      #expect(times.quantile(.infinity) == times.quantile(1))
      #expect(times.quantile(-.infinity) == times.quantile(0))
    }
  }
}

/// Numbers of a collection that can only be walked over.
private struct Walk: Collection, Sendable {
  final class Steps: Sendable {
    let count = Atomic(0)
  }

  let end: Int
  let steps = Steps()

  var startIndex: Int { 0 }
  var endIndex: Int { end }

  func index(after index: Int) -> Int {
    steps.count.add(1, ordering: .relaxed)
    return index + 1
  }

  subscript(index: Int) -> Int { index }
}

/// A handle that work gets after it has begun.
private final class Box: Sendable {
  let handle = Mutex<TaskHandle<Int>?>(nil)
  let isFull = Latch()
}

/// Containers in containers.
private struct Nested: Codable, Sendable, Equatable {
  /// How many there are.
  let depth: Int

  init(depth: Int) { self.depth = depth }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.unkeyedContainer()
    if depth > 1 { try container.encode(Nested(depth: depth - 1)) }
  }

  init(from decoder: any Decoder) throws {
    var container = try decoder.unkeyedContainer()
    depth = container.isAtEnd ? 1 : try container.decode(Nested.self).depth + 1
  }
}

/// A task as the output of work in a thread, which is never encoded.
private struct Kept: Codable, Sendable {
  let task: Task<Int, any Error>

  init(_ body: @escaping @Sendable () async throws -> Int) { task = Task(operation: body) }

  init(from decoder: any Decoder) throws { throw Refusal(about: "decoding") }
  func encode(to encoder: any Encoder) throws { throw Refusal(about: "encoding") }
}
