import Foundation
import Synchronization
import Tandem
import TandemSystem
import TandemTestSupport
import Testing

/// What Swift programs are used to, of every pool.
@Suite("Every pool: Swift's own habits", .timeLimit(.minutes(10)))
struct SwiftHabits {
  // MARK: Streams

  @Test("A lazy chain on an endless range is read as it is used", arguments: PoolKind.allCases)
  func lazyChain(kind: PoolKind) async throws {
    try await kind.with { pool async throws in
      var found: [Int] = []
      let even = try pool.results(of: (0...).lazy.filter { $0 % 2 == 0 }.map { $0 * 10 }) { $0 + 1 }
      for try await value in even {
        found.append(value)
        if found.count == 5 { break }
      }
      #expect(found == [1, 21, 41, 61, 81])
    }
  }

  @Test(
    "A sequence that is not Sendable is read where results are used", arguments: PoolKind.allCases)
  func notSendable(kind: PoolKind) async throws {
    try await kind.with { pool async throws in
      let countdown = Countdown(from: 5)
      var outcomes: [Int] = []
      for try await outcome in try pool.outcomes(of: countdown, { $0 * $0 }) {
        outcomes.append(try outcome.get())
      }
      #expect(outcomes == [25, 16, 9, 4, 1])
      // Of tasks and of async closures too.
      var sum = 0
      for try await value in try pool.results(of: Countdown(from: 3), { number async in number }) {
        sum += value
      }
      for try await value in try pool.results(of: Countdown(from: 3).lazy.map { Half(of: $0) }) {
        sum += value
      }
      #expect(sum == 6 + 2)
    }
  }

  // MARK: Errors

  @Test("CancellationError thrown by work arrives as itself", arguments: PoolKind.allCases)
  func cancellationError(kind: PoolKind) async throws {
    try await kind.with { pool async throws in
      let one = await outcome {
        try await pool.run(1) { (_: Int) throws -> Int in throw CancellationError() }
      }
      #expect(one.error is CancellationError, "\(one)")
      let asynchronous = await outcome {
        try await pool.run(1) { (_: Int) async throws -> Int in throw CancellationError() }
      }
      #expect(asynchronous.error is CancellationError, "\(asynchronous)")
      let many = try await pool.mapResults(0..<20) { number -> Int in
        if number % 2 == 1 { throw CancellationError() }
        return number
      }
      for (number, result) in many.enumerated() {
        #expect((result.error is CancellationError) == (number % 2 == 1), "\(number): \(result)")
      }
    }
  }

  @Test(
    "A PoolError thrown by work arrives as it was, with its causes", arguments: PoolKind.allCases)
  func poolError(kind: PoolKind) async throws {
    try await kind.with { pool async throws in
      let ended = await outcome {
        try await pool.run(1) { (_: Int) throws -> Int in
          throw PoolError(
            .timedOut, "of its own",
            cause: PoolError(.setupFailed, "inside", cause: Refusal(about: "milk")))
        }
      }
      let error = try #require(ended.error as? PoolError)
      #expect(error.code == .timedOut && error.message == "of its own")
      let cause = try #require(error.cause as? PoolError)
      #expect(cause.code == .setupFailed && cause.message == "inside")
      let innermost = try #require(cause.cause)
      #expect("\(innermost)".contains("milk"), "\(innermost)")
      let all = try await pool.mapResults(0..<10) { number -> Int in
        throw PoolError(.invalidArgument, "\(number)")
      }
      #expect(all.map { ($0.error as? PoolError)?.message } == (0..<10).map { "\($0)" })
    }
  }

  // MARK: Handles

  @Test(
    "A handle tells waiting from running, also when work is done again",
    arguments: PoolKind.allCases)
  func states(kind: PoolKind) async throws {
    try await kind.with(workers: 1) { pool async throws in
      let begun = try Gate()
      let gate = try Gate()
      let places = Places(arrive: begun.path, pass: gate.path)
      let first = try pool.submit(places) { places in
        Gate.arrive(at: places.arrive)
        Gate.pass(places.pass)
        return 1
      }
      let second = try pool.submit(places) { places in
        Gate.arrive(at: places.arrive)
        Gate.pass(places.pass)
        return 2
      }
      try await begun.arrivals()
      try await eventually("the first to run") { first.state == .running }
      #expect(second.state == .waiting)
      try gate.open()
      try await begun.arrivals()
      #expect(try await first.value == 1)
      #expect(first.state == .succeeded)
      try await eventually("the second to run") { second.state == .running }
      try gate.open()
      #expect(try await second.value == 2)
      #expect(second.state == .succeeded)
    }
  }

  // MARK: Task-local values

  @Test(
    "The caller's task-local values are there in threads",
    arguments: [PoolKind.serial, .threads])
  func taskLocals(kind: PoolKind) async throws {
    try await kind.with { pool async throws in
      #expect(try await pool.run(1) { _ in Trace.id ?? -1 } == -1)
      try await Trace.$id.withValue(7) {
        #expect(try await pool.run(1) { _ in Trace.id ?? -1 } == 7)
        #expect(
          try await pool.run(1) { _ async in
            await Task.yield()
            return Trace.id ?? -1
          } == 7)
        // However many threads there are, and batches.
        for options in [CallOptions(), .batches(of: 1), .batches(of: 7)] {
          let ids = try await pool.map(0..<500, options) { _ in Trace.id ?? -1 }
          #expect(ids.allSatisfy { $0 == 7 })
        }
        for try await id in try pool.results(of: 0..<100, { _ in Trace.id ?? -1 }) {
          #expect(id == 7)
        }
        let handle = try pool.submit(1) { _ in Trace.id ?? -1 }
        let other = try await Trace.$id.withValue(8) {
          try await pool.run(1) { _ in Trace.id ?? -1 }
        }
        #expect(other == 8)
        #expect(try await handle.value == 7)
        // Many calls at once, each with its own.
        try await withThrowingTaskGroup { group in
          for number in 0..<50 {
            group.addTask {
              try await Trace.$id.withValue(number) {
                try await pool.map(0..<20, .batches(of: 1)) { _ in Trace.id ?? -1 }
              }
            }
          }
          for try await ids in group { #expect(Set(ids).count == 1) }
        }
      }
      #expect(try await pool.run(1) { _ in Trace.id ?? -1 } == -1)
    }
  }

  @Test(
    "Calls with task-local values leave no tasks behind", arguments: [PoolKind.serial, .threads])
  func taskLocalsEnd(kind: PoolKind) async throws {
    weak var kept: Token?
    try await kind.with { pool async throws in
      let token = Token()
      kept = token
      try await Trace.$token.withValue(token) {
        #expect(
          try await pool.map(0..<100, .batches(of: 1)) { _ in Trace.token != nil }.count == 100)
        _ = try await pool.run(1) { _ async in Trace.token != nil }
      }
    }
    try await eventually("the value to go") { [weak kept] in kept == nil }
  }

  // MARK: Values

  @Test("Large values of plain data come and go as they were", arguments: PoolKind.allCases)
  func largeValues(kind: PoolKind) async throws {
    try await kind.with { pool async throws in
      let text = String(repeating: "żółć and so on ", count: 20_000)
      #expect(try await pool.run(text) { $0 } == text)
      let data = Data((0..<200_000).map { UInt8($0 % 251) })
      #expect(try await pool.run(data) { $0 } == data)
      let threes = (0..<20_000).map { SIMD3<Float>(Float($0), 1, 2) }
      #expect(try await pool.run(threes) { $0 } == threes)
      let fours = (0..<20_000).map { SIMD4<Int32>(repeating: Int32($0)) }
      #expect(try await pool.run(fours) { $0 } == fours)
      let dates = (0..<20_000).map { Date(timeIntervalSinceReferenceDate: Double($0)) }
      #expect(try await pool.run(dates) { $0 } == dates)
      let identifiers = (0..<20_000).map { _ in UUID() }
      #expect(try await pool.run(identifiers) { $0 } == identifiers)
      let map = Dictionary(uniqueKeysWithValues: (0..<20_000).map { ("key \($0)", $0) })
      #expect(try await pool.run(map) { $0 } == map)
      #expect(try await pool.map([data, data], .batches(of: 2)) { $0 } == [data, data])
    }
  }

  @Test("Optionals inside optionals survive", arguments: PoolKind.allCases)
  func optionals(kind: PoolKind) async throws {
    try await kind.with { pool async throws in
      for value: Int?? in [.none, .some(nil), .some(3)] {
        let back = try await pool.run(value) { $0 }
        #expect(back == value, "\(String(describing: back)) for \(String(describing: value))")
        #expect(try await pool.run(Nest(one: value)) { $0 } == Nest(one: value))
      }
      let many: [Int???] = [nil, .some(nil), .some(.some(nil)), 1]
      #expect(try await pool.map(many) { $0 } == many)
      #expect(try await pool.map(many, .batches(of: 1)) { $0 } == many)
    }
  }

  @Test("Links of an indirect enum may be thousands deep", arguments: PoolKind.allCases)
  func deepLinks(kind: PoolKind) async throws {
    try await kind.with { pool async throws in
      let back = try await pool.run(Link.of(length: 3000)) { link in
        link.length == 3000 ? link : .end
      }
      #expect(back.length == 3000)
    }
  }

  @Test("What is nested without end is an error that names the limit")
  func endless() async throws {
    try await PoolKind.processes.with(workers: 1) { pool async throws in
      let ended = await outcome { try await pool.run(Link.of(length: 12_000)) { $0.length } }
      #expect(ended.code == .encodingFailed, "\(ended)")
      #expect("\(ended)".contains("20000 deep"), "\(ended)")
      #expect(try await pool.run(1) { $0 } == 1)
    }
  }

  // MARK: The end

  @Test("Cancelling the task that awaits the end ends what is left", arguments: PoolKind.allCases)
  func cancelledShutdown(kind: PoolKind) async throws {
    let pool = try kind.make(workers: 1)
    let running = try await beginSpinning(in: pool)
    let waiting = try pool.submit(1) { $0 }
    let ending = Task { await pool.shutdown() }
    try await eventually("the pool to take no more") { (try? pool.submit(2) { $0 }) == nil }
    ending.cancel()
    await ending.value
    #expect(await outcome { try await running.value }.code == .poolShutDown)
    #expect(await outcome { try await waiting.value }.code == .poolShutDown)
    #expect(pool.statistics.withWorkers == 0 && pool.statistics.waiting == 0)
  }
}

private enum Trace {
  @TaskLocal static var id: Int?
  @TaskLocal static var token: Token?
}

private final class Token: Sendable {}

/// A sequence that is not Sendable, and can be read once.
private final class Countdown: Sequence, IteratorProtocol {
  private var number: Int
  init(from number: Int) { self.number = number + 1 }
  func next() -> Int? {
    number -= 1
    return number > 0 ? number : nil
  }
}

private struct Half: WorkerTask {
  var number: Int
  init(of number: Int) { self.number = number }
  func run() -> Int { number / 2 }
}

private struct Nest: Codable, Sendable, Equatable {
  var one: Int??
}

private indirect enum Link: Codable, Sendable {
  case end
  case link(Int, Link)

  static func of(length: Int) -> Link {
    (0..<length).reduce(.end) { .link($1, $0) }
  }

  var length: Int {
    var count = 0
    var link = self
    while case .link(_, let next) = link {
      count += 1
      link = next
    }
    return count
  }
}
