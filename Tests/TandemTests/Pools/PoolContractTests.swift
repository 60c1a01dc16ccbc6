import Glibc
import Tandem
import TandemSystem
import TandemTestSupport
import Testing

private struct Square: WorkerTask {
  var number: Int
  func run() throws -> Int {
    if number < 0 { throw Refusal(about: "\(number)") }
    return number * number
  }
}

/// What holds for every pool: written against the protocol, and bound to each.
@Suite("Every pool", .timeLimit(.minutes(10)))
struct PoolContractTests {
  // MARK: Results

  @Test("A closure, an async closure and a task give their outputs", arguments: PoolKind.allCases)
  func outputs(kind: PoolKind) async throws {
    try await kind.with { pool async throws in
      #expect(try await pool.run(7) { $0 * $0 } == 49)
      #expect(
        try await pool.run(7) { number async in
          await Task.yield()
          return "\(number)"
        } == "7")
      #expect(try await pool.run(Square(number: 9)) == 81)
      #expect(pool.statistics.completed == 3)
    }
  }

  @Test("A handle gives its output, again and again, to many", arguments: PoolKind.allCases)
  func handles(kind: PoolKind) async throws {
    try await kind.with { pool async throws in
      let handle = try pool.submit(20) { $0 + 1 }
      try await withThrowingTaskGroup { group in
        for _ in 0..<8 { group.addTask { try await handle.value } }
        for try await value in group { #expect(value == 21) }
      }
      #expect(try await handle.value == 21)
      #expect(handle.state == .succeeded)
      let task = try pool.submit(Square(number: -3))
      #expect(refusal(await outcome { try await task.value }.error ?? Refusal(about: "")) == "-3")
      #expect(task.state == .failed)
    }
  }

  @Test("A blocked thread gets its output, too", arguments: PoolKind.allCases)
  func blocking(kind: PoolKind) async throws {
    try await kind.with { pool async throws in
      let thread = WorkerThread {
        [
          try pool.run(5) { $0 + 1 }, try pool.run(Square(number: 3)),
          try pool.submit(1) { $0 }.wait() ?? -1,
        ]
      }
      try thread.start()
      #expect(try await thread.value == [6, 9, 1])
    }
  }

  @Test("A map gives outputs in order, of none, one and many", arguments: PoolKind.allCases)
  func map(kind: PoolKind) async throws {
    try await kind.with { pool async throws in
      #expect(try await pool.map([Int]()) { $0 + 1 } == [])
      #expect(try await pool.map([5]) { $0 + 1 } == [6])
      #expect(try await pool.map(0..<3000) { $0 * 3 } == (0..<3000).map { $0 * 3 })
      #expect(
        try await pool.map(0..<50, .batches(of: 7)) { number async in "\(number)" }
          == (0..<50).map { "\($0)" })
      // Larger than what there is.
      #expect(try await pool.map(0..<3, .batches(of: 1000)) { $0 } == [0, 1, 2])
      #expect(
        try await pool.map((0..<40).map { Square(number: $0) }) == (0..<40).map { $0 * $0 })
    }
  }

  @Test("Streams give every output, in order or not", arguments: PoolKind.allCases)
  func streams(kind: PoolKind) async throws {
    try await kind.with { pool async throws in
      var ordered: [Int] = []
      for try await value in try pool.results(of: 0..<500, { $0 * 2 }) { ordered.append(value) }
      #expect(ordered == (0..<500).map { $0 * 2 })
      var all: Set<Int> = []
      let stream = try pool.results(of: 0..<500, order: .completion, inFlight: 10) { $0 * 2 }
      for try await value in stream { #expect(all.insert(value).inserted) }
      #expect(all == Set(ordered))
    }
  }

  // MARK: Errors

  @Test("What the work throws arrives with its type and description", arguments: PoolKind.allCases)
  func thrown(kind: PoolKind) async throws {
    try await kind.with { pool async throws in
      let one = await outcome {
        try await pool.run("milk") { (what: String) throws -> Int in throw Refusal(about: what) }
      }
      #expect(one.error.flatMap(refusal) == "milk")
      let task = await outcome { try await pool.run(Square(number: -1)) }
      #expect(task.error.flatMap(refusal) == "-1")
      let all = await outcome {
        try await pool.map(0..<100) { number -> Int in
          if number == 60 { throw Refusal(about: "sixty") }
          return number
        }
      }
      #expect(all.error.flatMap(refusal) == "sixty")
      #expect(pool.statistics.failed == 3)
      #expect(try await pool.run(1) { $0 } == 1)
    }
  }

  @Test("Each of many results tells how its item ended", arguments: PoolKind.allCases)
  func collected(kind: PoolKind) async throws {
    try await kind.with { pool async throws in
      for options in [CallOptions(), .batches(of: 1), .batches(of: 64)] {
        let results = try await pool.mapResults(0..<200, options) { number -> Int in
          if number % 5 == 3 { throw Refusal(about: "\(number)") }
          return -number
        }
        for (number, result) in results.enumerated() {
          if number % 5 == 3 {
            #expect(result.error.flatMap(refusal) == "\(number)")
          } else {
            #expect(try result.get() == -number)
          }
        }
      }
    }
  }

  @Test("Work is done again as often as was asked, and no more", arguments: PoolKind.allCases)
  func retries(kind: PoolKind) async throws {
    try await kind.with { pool async throws in
      let journal = try Journal()
      let places = Places(journal: journal.path)
      let ended = await outcome {
        try await pool.run(places, .retries(3)) { places -> Int in
          Journal.note("try", in: places.journal)
          throw Refusal(about: "tries")
        }
      }
      #expect(ended.error.flatMap(refusal) == "tries")
      #expect(journal.lines.count == 4)
      // Not for a reason that was not meant.
      let other = await outcome {
        try await pool.run(places, .retries(3, after: .timeout)) {
          places -> Int in
          Journal.note("try", in: places.journal)
          throw Refusal(about: "tries")
        }
      }
      #expect(other.error.flatMap(refusal) == "tries")
      #expect(journal.lines.count == 5)
      #expect(pool.statistics.retried == 3)
    }
  }

  @Test("Arguments that can't be are refused, before anything begins", arguments: PoolKind.allCases)
  func badArguments(kind: PoolKind) async throws {
    try await kind.with { pool async throws in
      let timeouts = await outcome { try await pool.run(1, .timeout(.zero)) { $0 } }
      #expect(timeouts.code == .invalidArgument)
      let retries = await outcome { try await pool.run(1, .retries(-1)) { $0 } }
      #expect(retries.code == .invalidArgument)
      let batches = await outcome { try await pool.map(0..<3, .batches(of: 0)) { $0 } }
      #expect(batches.code == .invalidArgument)
      #expect(throws: PoolError.self) { try pool.resize(to: 0) }
      #expect(throws: PoolError.self) { try pool.resize(to: -1) }
      #expect(pool.statistics.started == 0)
    }
    for count in [0, -1] {
      let threads = #expect(throws: PoolError.self) { try ThreadPool(workers: count) }
      #expect(threads?.code == .invalidArgument)
      let processes = #expect(throws: PoolError.self) { try ProcessPool(workers: count) }
      #expect(processes?.code == .invalidArgument)
    }
  }

  // MARK: Order

  @Test(
    "Waiting work goes by priority, then in the order of the calls", arguments: PoolKind.allCases)
  func priorities(kind: PoolKind) async throws {
    try await kind.with(workers: 1) { pool async throws in
      let gate = try Gate()
      let journal = try Journal()
      let first = try await beginWaiting(at: gate, in: pool)
      var handles: [TaskHandle<Int>] = []
      let order: [CallPriority] = [.low, .normal, .high, .normal, .low, .high]
      for (number, priority) in order.enumerated() {
        let places = Places(journal: journal.path, number: number)
        handles.append(
          try pool.submit(places, .priority(priority)) { places in
            Journal.note("\(places.number)", in: places.journal)
            return places.number
          })
      }
      #expect(pool.statistics.waiting == 6)
      try gate.open()
      for handle in handles { _ = try await handle.value }
      _ = try await first.value
      #expect(journal.lines == ["2", "5", "1", "3", "0", "4"])
    }
  }

  // MARK: Timeouts and cancelling

  @Test(
    "Work that runs too long ends with a timeout, and the next runs", arguments: PoolKind.allCases)
  func timeouts(kind: PoolKind) async throws {
    try await kind.with(workers: 1) { pool async throws in
      let late = await outcome {
        try await pool.run(0, .timeout(.milliseconds(20))) { number -> Int in
          spinUntilAsked()
          return number
        }
      }
      #expect(late.code == .timedOut, "\(late)")
      #expect(pool.statistics.timedOut == 1)
      #expect(try await pool.run(1) { $0 + 1 } == 2)
      let asleep = await outcome {
        try await pool.run(0, .timeout(.milliseconds(20))) { number async throws in
          try await Task.sleep(for: .seconds(1000))
          return number
        }
      }
      #expect(asleep.code == .timedOut, "\(asleep)")
      #expect(try await pool.run(2) { $0 + 1 } == 3)
    }
  }

  @Test("Time that work waits does not count", arguments: PoolKind.allCases)
  func waitingDoesNotCount(kind: PoolKind) async throws {
    try await kind.with(workers: 1) { pool async throws in
      let gate = try Gate()
      let first = try await beginWaiting(at: gate, in: pool)
      // It would be over before the other has ended, if waiting counted.
      let limit = Duration.milliseconds(300)
      let second = try pool.submit(1, .timeout(limit)) { $0 }
      let clock = ContinuousClock()
      let start = clock.now
      try await eventually("the limit to pass") { clock.now - start > limit * 1.2 }
      try gate.open()
      #expect(try await first.value == 0)
      #expect(try await second.value == 1)
    }
  }

  @Test("A timeout is a reason to do work again, if that was asked", arguments: PoolKind.allCases)
  func retriedTimeout(kind: PoolKind) async throws {
    try await kind.with { pool async throws in
      let journal = try Journal()
      let value = try await pool.run(
        Places(journal: journal.path), .timeout(.milliseconds(1500)).retries(1)
      ) { places in
        Journal.note("try", in: places.journal)
        if Journal.lines(of: places.journal).count == 1 { spinUntilAsked() }
        return 5
      }
      #expect(value == 5)
      #expect(journal.lines.count == 2)
    }
  }

  @Test(
    "Cancelled work that waits never runs; what comes after it does", arguments: PoolKind.allCases)
  func cancelWaiting(kind: PoolKind) async throws {
    try await kind.with(workers: 1) { pool async throws in
      let gate = try Gate()
      let journal = try Journal()
      let first = try await beginWaiting(at: gate, in: pool)
      let waiting = try pool.submit(Places(journal: journal.path)) { places in
        Journal.note("ran", in: places.journal)
        return 1
      }
      let after = try pool.submit(2) { $0 }
      #expect(waiting.state == .waiting)
      waiting.cancel()
      #expect(waiting.state == .cancelled)
      let ended = await outcome { try await waiting.value }
      #expect(ended.error is CancellationError)
      try gate.open()
      #expect(try await first.value == 0)
      #expect(try await after.value == 2)
      #expect(journal.lines.isEmpty)
      // Later it changes nothing.
      first.cancel()
      #expect(first.state == .succeeded)
    }
  }

  @Test("Cancelling the task that waits gives running work up", arguments: PoolKind.allCases)
  func cancelRunning(kind: PoolKind) async throws {
    try await kind.with(workers: 1) { pool async throws in
      let begun = try Gate()
      let places = Places(arrive: begun.path)
      let waiting = Task {
        try await pool.run(places) { places in
          Gate.arrive(at: places.arrive)
          spinUntilAsked()
          return 1
        }
      }
      try await begun.arrivals()
      waiting.cancel()
      let ended = await waiting.result
      #expect(ended.error is CancellationError, "\(ended)")
      let asyncWaiting = Task {
        try await pool.run(places) { places async throws in
          Gate.arrive(at: places.arrive)
          try await Task.sleep(for: .seconds(1000))
          return 1
        }
      }
      try await begun.arrivals()
      asyncWaiting.cancel()
      let asyncEnded = await asyncWaiting.result
      #expect(asyncEnded.error is CancellationError, "\(asyncEnded)")
      #expect(try await pool.run(2) { $0 } == 2)
      #expect(pool.statistics.cancelled == 2)
    }
  }

  @Test("The first error of a map ends the rest", arguments: PoolKind.allCases)
  func mapStops(kind: PoolKind) async throws {
    try await kind.with { pool async throws in
      let journal = try Journal()
      let path = journal.path
      let inputs = (0..<2000).map { Places(journal: path, number: $0) }
      let ended = await outcome {
        try await pool.map(inputs, .batches(of: 1)) { places -> Int in
          if places.number == 0 { throw Refusal(about: "the first") }
          Journal.note("ran", in: places.journal)
          // However late the error is heard of: nobody gets past these until then.
          if places.number >= 1000 { spinUntilAsked() }
          return places.number
        }
      }
      #expect(ended.error.flatMap(refusal) == "the first")
      #expect(journal.lines.count < 1000 + pool.workerCount)
      #expect(try await pool.run(1) { $0 } == 1)
    }
  }

  // MARK: The end

  @Test("Drained, a pool does all its work first", arguments: PoolKind.allCases)
  func drain(kind: PoolKind) async throws {
    let pool = try kind.make()
    let handles = try (0..<20).map { try pool.submit($0) { $0 * 2 } }
    await pool.shutdown()
    for (number, handle) in handles.enumerated() {
      #expect(handle.state == .succeeded)
      #expect(try await handle.value == 2 * number)
    }
    let later = #expect(throws: PoolError.self) { try pool.submit(1) { $0 } }
    #expect(later?.code == .poolShutDown)
    await pool.shutdown(.killNow)
    #expect(pool.statistics.withWorkers == 0)
    let resized = #expect(throws: PoolError.self) { try pool.resize(to: 1) }
    #expect(resized?.code == .poolShutDown)
  }

  @Test("Killed, a pool ends running work, too", arguments: PoolKind.allCases)
  func killNow(kind: PoolKind) async throws {
    let pool = try kind.make(workers: 1)
    let running = try await beginSpinning(in: pool)
    let waiting = try pool.submit(1) { $0 }
    await pool.shutdown(.killNow)
    #expect(await outcome { try await running.value }.code == .poolShutDown)
    #expect(await outcome { try await waiting.value }.code == .poolShutDown)
    #expect(pool.statistics.withWorkers == 0 && pool.statistics.waiting == 0)
  }

  @Test("A pool that was never used ends", arguments: PoolKind.allCases)
  func unused(kind: PoolKind) async throws {
    for mode in [PoolShutdown.drain, .cancelPending, .killNow] {
      let pool = try kind.make()
      await pool.shutdown(mode)
      #expect(pool.statistics.started == 0)
    }
  }

  // MARK: What a worker has

  @Test("Every worker makes its value once", arguments: PoolKind.allCases)
  func workerLocals(kind: PoolKind) async throws {
    try await kind.with { pool async throws in
      let journal = try Journal()
      let path = journal.path
      let counts = try await pool.map(
        Array(repeating: Places(journal: path), count: 60), .batches(of: 1)
      ) { places in
        Locals.counter.withValue { counter in
          if counter.count == 0 { Journal.note("made", in: places.journal) }
          counter.count += 1
          return counter.count
        }
      }
      let made = journal.lines.count
      #expect(made >= 1 && made <= pool.workerCount)
      // Each worker counted 1, 2, 3 and so on, and all of them together 60 times.
      #expect(counts.filter { $0 == 1 }.count == made)
      #expect(counts.count == 60)
      #expect(pool.statistics.started >= made)
    }
  }

  @Test("Statistics add up", arguments: PoolKind.allCases)
  func statistics(kind: PoolKind) async throws {
    let pool = try kind.make()
    _ = try await pool.map(0..<100) { $0 }
    _ = await outcome { try await pool.run(1) { _ -> Int in throw Refusal(about: "it") } }
    let handle = try pool.submit(1) { $0 }
    _ = try await handle.value
    await pool.shutdown()
    let statistics = pool.statistics
    #expect(statistics.completed == 101)
    #expect(statistics.failed == 1)
    #expect(statistics.timedOut == 0 && statistics.cancelled == 0 && statistics.deaths == 0)
    #expect(statistics.totals.items == 102)
    #expect(statistics.runTimes.count == 102)
    #expect(statistics.queueTimes.count == 102)
    #expect(statistics.started >= 1 && statistics.started <= statistics.workerCount)
    #expect(statistics.name == pool.name)
  }

  @Test("Many callers at once get what is theirs", arguments: PoolKind.allCases)
  func manyCallers(kind: PoolKind) async throws {
    try await kind.with { pool async throws in
      try await withThrowingTaskGroup { group in
        for caller in 0..<40 {
          group.addTask {
            var sum = 0
            for number in 0..<25 {
              sum += try await pool.run(100 * caller + number) { $0 + 1 }
            }
            return (caller, sum)
          }
        }
        for try await (caller, sum) in group { #expect(sum == 2500 * caller + 325) }
      }
      #expect(pool.statistics.completed == 1000)
    }
  }
}

private enum Locals {
  final class Counter {
    var count = 0
  }

  static let counter = WorkerLocal { Counter() }
}
