import Glibc
import Synchronization
import Tandem
import TandemModel
import TandemSystem
import Testing

@testable import TandemLab

@Suite(.timeLimit(.minutes(10))) struct GlobalLockTests {
  /// Runs a body in so many threads and waits for all of them, with an end.
  private static func inThreads<Output: Sendable>(
    _ count: Int, _ body: @escaping @Sendable (Int) throws -> Output
  ) throws -> [Output] {
    let threads = (0..<count).map { index in
      WorkerThread(name: "lock \(index)") { try body(index) }
    }
    for thread in threads { try thread.start() }
    return try threads.map { thread in
      let outcome = try thread.join(timeout: .seconds(60))
      return try #require(outcome, "\(thread.name) never ended").get()
    }
  }

  /// A number that only the lock protects.
  private final class Unprotected: @unchecked Sendable {
    var value = 0
  }

  @Test func onlyOneThreadHasIt() throws {
    let (lock, counter) = (GlobalLock(), Unprotected())
    let inside = Atomic(0)
    _ = try Self.inThreads(4) { _ in
      for _ in 0..<500 {
        lock.acquire()
        for _ in 0..<4 {
          #expect(inside.add(1, ordering: .relaxed).newValue == 1)
          let before = counter.value
          Squares.compute(100, lock: nil)
          counter.value = before + 1
          inside.subtract(1, ordering: .relaxed)
          lock.checkpoint()
        }
        lock.release()
      }
    }
    #expect(counter.value == 4 * 500 * 4)
  }

  @Test func itIsHandedOverEvery5Milliseconds() throws {
    let lock = GlobalLock()
    let began = MonotonicClock.now()
    let rounds = try Self.inThreads(2) { _ in
      var rounds = 0
      lock.acquire()
      while MonotonicClock.now() - began < 300_000_000 {
        Squares.compute(1000, lock: lock)
        rounds += 1
      }
      lock.release()
      return rounds
    }
    let elapsed = MonotonicClock.now() - began
    #expect(rounds.allSatisfy { $0 > 10 })
    // A waiter asks after a whole interval without a switch, never before.
    #expect(lock.handovers <= elapsed / GlobalLock.switchInterval + 2)
    // Less often on a busy machine; about sixty times on an idle one.
    #expect(lock.handovers >= 6)
  }

  /// Waits under one lock that was not released around them would take the sum of their times.
  @Test func itIsReleasedAroundWaiting() throws {
    let lock = GlobalLock()
    let began = MonotonicClock.now()
    let waited = try Self.inThreads(8) { _ in
      try BuiltInWork.io(nanoseconds: 100_000_000).perform(items: 1, lock: lock).ioNS ?? 0
    }
    let elapsed = MonotonicClock.now() - began
    #expect(waited.reduce(0, +) >= 800_000_000)
    #expect(elapsed < 700_000_000)
  }

  @Test func aLoneThreadNeverWaits() throws {
    let lock = GlobalLock()
    let measures = try Self.inThreads(1) { _ in
      try BodyMeasure.of(waitsForGlobalLock: true) {
        try BuiltInWork.squares(iterations: 2_000_000).perform(items: 5, lock: lock)
      }
    }
    #expect(lock.handovers == 1)
    let measure = try #require(measures.first)
    // Each wait for the lock is a voluntary switch; the process's other threads may cause a few.
    #expect((measure.switches?.voluntary ?? 0) <= 3)
  }

  @Test func nobodyIsLeftWaitingWhenOthersEnd() throws {
    let lock = GlobalLock()
    for round in 0..<5 {
      // Some end at once, some only after they were asked for the lock.
      let ended = try Self.inThreads(6) { index in
        let iterations = index.isMultiple(of: 2) ? 100 : 300_000 * (1 + (index + round) % 3)
        _ = try BuiltInWork.squares(iterations: iterations).perform(items: 2, lock: lock)
        return true
      }
      #expect(ended.count == 6)
    }
  }

  @Test func whatBlocksBeyondWhatIsKnownIsTheLock() throws {
    let lock = GlobalLock()
    let iterations = Squares.calibrated(seconds: 0.05)
    let measures = try Self.inThreads(2) { _ in
      try BodyMeasure.of(waitsForGlobalLock: true) {
        try BuiltInWork.squares(iterations: iterations).perform(items: 1, lock: lock)
      }
    }
    for measure in measures {
      let elapsed = measure.leftNS - measure.enteredNS
      let gil = try #require(measure.blocked.gilNS)
      let known = measure.onCPUNS + (measure.runnableNS ?? 0) + gil
      #expect(known <= elapsed + 1_000)
    }
    // Together they waited about as long as one of them computed.
    let waited = measures.reduce(0) { $0 + ($1.blocked.gilNS ?? 0) }
    #expect(waited > 20_000_000)
  }
}
