import Synchronization
import Tandem
import Testing

/// How far a pool is, told to those who listen.
@Suite("The progress of a pool", .timeLimit(.minutes(10)))
struct PoolProgressTests {
  @Test("It begins with how things are, and tells the end of a burst", arguments: Kind.allCases)
  func burst(kind: Kind) async throws {
    let pool = try kind.pool()
    var progress = pool.progress.makeAsyncIterator()
    let before = try #require(await progress.next())
    #expect(before.completed == 0 && before.waiting == 0 && before.withWorkers == 0)
    _ = try await pool.map(0..<500) { $0 + 1 }
    let after = try await last(&progress) { $0.completed == 500 }
    #expect(after.waiting == 0 && after.withWorkers == 0 && after.failed == 0)
    // A listener that comes later begins with how things are then.
    var later = pool.progress.makeAsyncIterator()
    #expect(await later.next() == after)
    await pool.shutdown()
    while await progress.next() != nil {}
    #expect(await progress.next() == nil)
  }

  @Test("Failures are counted", arguments: Kind.allCases)
  func failures(kind: Kind) async throws {
    let pool = try kind.pool()
    var progress = pool.progress.makeAsyncIterator()
    #expect(await progress.next() != nil)
    _ = try await pool.mapResults(0..<10) { number in
      if number % 2 == 0 { throw Odd() }
      return number
    }
    let after = try await last(&progress) { $0.completed == 5 && $0.failed == 5 }
    #expect(after.waiting == 0)
    await pool.shutdown()
  }

  @Test("Counts never fall, and there is a pause between two that are not ends")
  func pace() async throws {
    let pool = try ThreadPool(workers: 2)
    let listener = Task {
      var seen: [(PoolProgress, ContinuousClock.Instant)] = []
      for await progress in pool.progress { seen.append((progress, .now)) }
      return seen
    }
    let end = ContinuousClock.now + .milliseconds(450)
    var bursts = 0
    while ContinuousClock.now < end {
      _ = try await pool.map(0..<64) { $0 &* 3 }
      bursts += 1
    }
    await pool.shutdown()
    let seen = await listener.value
    let (last, _) = try #require(seen.last)
    #expect(last.completed == pool.statistics.completed)
    for (left, right) in zip(seen, seen.dropFirst()) {
      #expect(left.0.completed <= right.0.completed && left.0 != right.0)
    }
    // In each 100 ms at most one that is due, at each end of a burst at most one, and the last.
    if let first = seen.first?.1, let end = seen.last?.1 {
      let pauses = Int((end - first) / .milliseconds(100)) + 1
      #expect(seen.count <= pauses + bursts + 2, "\(seen.count) in \(end - first)")
    }
  }

  @Test("A task that is cancelled stops listening, and a pool that is dropped ends it")
  func ends() async throws {
    let pool = try SerialPool()
    let hasBegun = AsyncStream.makeStream(of: Void.self)
    let listener = Task {
      for await _ in pool.progress { hasBegun.continuation.yield() }
    }
    for await _ in hasBegun.stream { break }
    listener.cancel()
    await listener.value
    var dropped: ThreadPool? = try ThreadPool(workers: 1)
    let sequence = try #require(dropped).progress
    var progress = sequence.makeAsyncIterator()
    #expect(await progress.next() != nil)
    dropped = nil
    while await progress.next() != nil {}
  }
}

private struct Odd: Error, Codable {}

enum Kind: CaseIterable {
  case threads, processes, serial

  func pool() throws -> any WorkerPool {
    switch self {
    case .threads: try ThreadPool(workers: 2)
    case .processes: try ProcessPool(workers: 2)
    case .serial: try SerialPool()
    }
  }
}

private func last(
  _ progress: inout PoolProgressSequence.AsyncIterator, where isMeant: (PoolProgress) -> Bool
) async throws -> PoolProgress {
  while let next = await progress.next() {
    if isMeant(next) { return next }
  }
  throw Odd()
}
