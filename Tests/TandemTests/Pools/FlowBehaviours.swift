import Glibc
import Synchronization
import Tandem
import TandemSystem
import TandemTestSupport
import Testing

/// Order, bounds, starting on demand, nesting, and large messages.
@Suite("Behaviours: flow, order, nesting, memory", .timeLimit(.minutes(10)))
struct FlowBehaviours {
  @Test("35 An endless sequence is read no further than its bound", arguments: PoolKind.allCases)
  func endlessSequence(kind: PoolKind) async throws {
    try await kind.with { pool async throws in
      for order in [ResultOrder.input, .completion] {
        let numbers = Naturals()
        var taken = 0
        for try await _ in try pool.results(of: numbers, order: order, inFlight: 6, { $0 }) {
          taken += 1
          #expect(numbers.read <= 6 + taken)
          if taken == 100 { break }
        }
        #expect(taken == 100)
        // The asynchronous kind may have read one that it has no room for.
        let stream = AsyncNaturals()
        taken = 0
        for try await _ in try pool.results(of: stream, order: order, inFlight: 6, { $0 }) {
          taken += 1
          #expect(stream.numbers.read <= 6 + taken + 1)
          if taken == 100 { break }
        }
        #expect(taken == 100)
      }
    }
  }

  @Test(
    "36 In order or as they are done; an error is in its place, and the rest can be read",
    arguments: PoolKind.allCases)
  func orderAndErrorsInPlace(kind: PoolKind) async throws {
    try await kind.with { pool async throws in
      var seen: [Int] = []
      let stream = try pool.outcomes(of: 0..<40) { number -> Int in
        if number == 11 { throw Refusal(about: "eleven") }
        return number
      }
      for try await result in stream {
        if let error = result.error {
          #expect(seen.count == 11 && refusal(error) == "eleven")
          seen.append(11)
        } else {
          seen.append(try result.get())
        }
      }
      #expect(seen == Array(0..<40))
      // The first error ends a stream of outputs, after those before it.
      var before: [Int] = []
      let ended = await outcome {
        let outputs = try pool.results(of: 0..<40) { number -> Int in
          if number == 11 { throw Refusal(about: "eleven") }
          return number
        }
        for try await output in outputs { before.append(output) }
      }
      #expect(before == Array(0..<11))
      #expect(ended.error.flatMap(refusal) == "eleven")
      let none = await outcome { try pool.results(of: 0..<4, inFlight: 0) { $0 } }
      #expect(none.code == .invalidArgument)
    }
  }

  @Test(
    "36 The fastest comes first where the order is that of completion", arguments: PoolKind.parallel
  )
  func fastestFirst(kind: PoolKind) async throws {
    try await kind.with(workers: 2) { pool async throws in
      let gate = try Gate()
      let path = gate.path
      let inputs = (0..<8).map { Places(pass: $0 == 0 ? path : "", number: $0) }
      var order: [Int] = []
      for try await number in try pool.results(
        of: inputs, order: .completion,
        { places in
          if !places.pass.isEmpty { Gate.pass(places.pass) }
          return places.number
        })
      {
        order.append(number)
        if order.count == 7 { try gate.open() }
      }
      #expect(order.last == 0)
      #expect(order.sorted() == Array(0..<8))
    }
  }

  @Test(
    "37 Handles: ended ones, waiting without time, many waiters, one after the other",
    arguments: PoolKind.allCases)
  func handlesAndWaiting(kind: PoolKind) async throws {
    try await kind.with { pool async throws in
      let gate = try Gate()
      let held = try pool.submit(gate.path) { path in
        Gate.pass(path)
        return 5
      }
      #expect(try await onThread { Result { try held.wait(timeout: .zero) } }.get() == nil)
      #expect(held.state != .succeeded && held.state != .failed)
      try gate.open()
      async let first = held.value
      async let second = held.value
      #expect(try await (first, second) == (5, 5))
      #expect(try await onThread { Result { try held.wait(timeout: .zero) } }.get() == 5)
      #expect(held.state == .succeeded)
    }
  }

  @Test(
    "38 Three tasks in a row need one worker; many never more than there may be",
    arguments: PoolKind.parallel)
  func workersOnDemand(kind: PoolKind) async throws {
    try await kind.with(workers: 3) { pool async throws in
      for number in 0..<3 {
        #expect(try await pool.run(number) { $0 } == number)
        // A thread tells its result before it lies down, so the next work may find it still up.
        if kind == .threads {
          let threads = pool.statistics.workers.compactMap(\.systemIdentifier)
          try await eventually("the threads to sleep") { threads.allSatisfy { isAsleep($0) } }
        }
      }
      #expect(pool.statistics.started == 1)
      _ = try await pool.map(0..<300, .batches(of: 1)) { number -> Int in
        for _ in 0..<50 { sched_yield() }
        return number
      }
      #expect(pool.statistics.started <= 3)
      #expect(pool.statistics.workers.count <= 3)
    }
  }

  @Test("38 A task that comes when an idle worker leaves is not lost")
  func taskWhenAnIdleWorkerLeaves() async throws {
    var threadOptions = ThreadPoolOptions()
    threadOptions.idleTimeout = .microseconds(50)
    var processOptions = ProcessPoolOptions()
    processOptions.idleTimeout = .microseconds(50)
    let pools: [any WorkerPool] = [
      try ThreadPool(workers: 2, options: threadOptions),
      try ProcessPool(workers: 2, options: processOptions),
    ]
    for pool in pools {
      for number in 0..<60 {
        #expect(try await pool.run(number) { $0 } == number)
        for _ in 0..<(7 * number % 31) { sched_yield() }
      }
      try await eventually("the idle workers to end") { pool.statistics.workers.isEmpty }
      #expect(try await pool.run(1) { $0 } == 1)
      #expect(pool.statistics.deaths == 0)
      await pool.shutdown()
    }
  }

  @Test("39 Work may wait for work of its own pool of threads")
  func nestedWorkOfOnePool() async throws {
    let pool = try ThreadPool(workers: 1)
    #expect(try await pool.run(9) { try await fibonacci($0, in: pool) } == 34)
    // All workers are taken by work that waits for more.
    let sums = try await pool.map(0..<8) { number async throws in
      try await pool.map(0..<10) { $0 * number }.reduce(0, +)
    }
    #expect(sums == (0..<8).map { 45 * $0 })
    await pool.shutdown()
    // A pool of the same kind inside.
    let outer = try ThreadPool(workers: 1)
    let value = try await outer.run(3) { number async throws in
      try await ThreadPool.with(workers: 1) { inner in try await inner.run(number) { $0 + 1 } }
    }
    #expect(value == 4)
    await outer.shutdown()
  }

  @Test("39 Work that blocks for its own pool of threads is refused, and so are endless nests")
  func blockingForItsOwnPool() async throws {
    let pool = try ThreadPool(workers: 1)
    let blocked = await outcome {
      try await pool.run(1) { number in try blockingRun(number, in: pool) }
    }
    #expect(blocked.code == .wouldDeadlock, "\(blocked)")
    let deep = await outcome { try await pool.run(0) { try await descend($0, in: pool) } }
    #expect(deep.code == .tooDeep, "\(deep)")
    #expect(try await pool.run(1) { $0 } == 1)
    await pool.shutdown()
    let serial = try SerialPool()
    let nested = await outcome {
      try await serial.run(1) { number async throws in try await serial.run(number) { $0 } }
    }
    #expect(nested.code == .wouldDeadlock)
    await serial.shutdown()
  }

  @Test("39 Pools of processes in workers are bounded in depth")
  func nestedPoolsOfProcesses() async throws {
    try await ShutdownBehaviours.expectChecks("nested", atLeast: 2)
  }

  @Test("40 Large messages arrive whole, both ways")
  func largeMessages() async throws {
    try await PoolKind.processes.with(workers: 1) { pool async throws in
      var bytes = [UInt8](repeating: 5, count: 64 << 20)
      for index in stride(from: 0, to: bytes.count, by: 4093) {
        bytes[index] = UInt8(truncatingIfNeeded: index >> 10)
      }
      let back = try await pool.run(bytes) { $0 }
      // Not by `expect`, which would print them.
      let isSame = back == bytes
      #expect(isSame)
    }
  }

  @Test("40 A storm of signals changes nothing")
  func stormOfSignals() async throws {
    try await ShutdownBehaviours.expectChecks("signal-storm", atLeast: 2)
  }
}

/// 0, 1, 2 and so on, counting how far it was read.
private final class Naturals: Sequence, Sendable {
  private let next = Atomic(0)
  var read: Int { next.load(ordering: .sequentiallyConsistent) }

  func makeIterator() -> AnyIterator<Int> {
    AnyIterator { self.next.add(1, ordering: .sequentiallyConsistent).oldValue }
  }
}

private struct AsyncNaturals: AsyncSequence, Sendable {
  let numbers = Naturals()

  struct AsyncIterator: AsyncIteratorProtocol {
    let iterator: AnyIterator<Int>
    func next() async -> Int? { iterator.next() }
  }

  func makeAsyncIterator() -> AsyncIterator { AsyncIterator(iterator: numbers.makeIterator()) }
}

@Sendable private func fibonacci(_ number: Int, in pool: ThreadPool) async throws -> Int {
  guard number > 1 else { return number }
  async let one = pool.run(number - 1) { try await fibonacci($0, in: pool) }
  async let two = pool.run(number - 2) { try await fibonacci($0, in: pool) }
  return try await one + two
}

@Sendable private func descend(_ depth: Int, in pool: ThreadPool) async throws -> Int {
  try await pool.run(depth + 1) { try await descend($0, in: pool) }
}

private func blockingRun(_ number: Int, in pool: ThreadPool) throws -> Int {
  try pool.run(number) { $0 }
}
