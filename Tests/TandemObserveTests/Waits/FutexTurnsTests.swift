import TandemSystem
import Testing

@testable import TandemObserve

/// Words that don't say themselves whether they are locks or queues.
@Suite struct FutexTurnsTests {
  private static let millisecond: UInt64 = 1_000_000
  private static let word = FutexWaiters.Key.word(0x1000, of: 1)

  /// Threads at one word, and how long each of them has run.
  private struct Program {
    var turns = FutexTurns()
    var waiting: Set<CInt> = []
    var ended: Set<CInt> = []
    var ranNS: [CInt: UInt64] = [:]
    var slices: [CInt: UInt64] = [:]
    var nowNS: UInt64 = 1_000 * millisecond

    mutating func run(_ tid: CInt, forNS length: UInt64, slices count: UInt64 = 1) {
      ranNS[tid, default: 0] += length
      slices[tid, default: 0] += count
    }

    /// A thread waits, and is looked at.
    mutating func sample(
      _ tid: CInt, at key: FutexWaiters.Key = word, mayBeIdle: Bool = true
    ) -> FutexTurns.Verdict {
      waiting.insert(tid)
      let (waiting, ended) = (waiting, ended)
      return turns.note(
        tid, at: key,
        counts: SchedStat(
          runNS: ranNS[tid] ?? 0, waitNS: 0, timeslices: slices[tid] ?? 0),
        waiters: waiting.count, nowNS: nowNS, mayBeIdle: mayBeIdle
      ) { ended.contains($0) ? nil : waiting.contains($0) }
    }
  }

  @Test func whoTakesTurnsWaitsForALock() {
    var program = Program()
    for tid: CInt in 2...4 { _ = program.sample(tid) }
    var holder: CInt = 1
    for turn in 0..<50 {
      // The holder does its work, the next one has the lock, and the last one queues again.
      program.nowNS += 2 * Self.millisecond
      program.run(holder, forNS: 2 * Self.millisecond)
      let next = CInt(turn % 4 + 1) == holder ? CInt((turn + 1) % 4 + 1) : CInt(turn % 4 + 1)
      program.waiting.remove(next)
      #expect(program.sample(holder) == .lock, "turn \(turn)")
      holder = next
    }
    // One alone at the same word waits for the same lock.
    program.waiting = []
    #expect(program.sample(holder == 1 ? 2 : 1) == .lock)
  }

  @Test func whoAllWaitTogetherWaitForWork() {
    var program = Program()
    for tid: CInt in 1...4 { _ = program.sample(tid) }
    var verdicts: [FutexTurns.Verdict] = []
    for turn in 0..<6 {
      let tid = CInt(turn % 4 + 1)
      program.nowNS += 20 * Self.millisecond
      program.run(tid, forNS: 2 * Self.millisecond)
      verdicts.append(program.sample(tid))
    }
    #expect(verdicts.suffix(4).allSatisfy { $0 == .queue }, "\(verdicts)")
    // It stays one, also while most are at work.
    program.waiting = []
    _ = program.sample(1)
    #expect(program.sample(2) == .queue)
  }

  @Test func whoIsWokenInVainHasNotHadTheLock() {
    var program = Program()
    // One who was never seen waiting is always faster.
    for turn in 0..<200 {
      program.nowNS += 20 * Self.millisecond
      let tid = CInt(turn % 3 + 2)
      // Several times, seldom looked at.
      program.run(tid, forNS: 160_000, slices: 20)
      let verdict = program.sample(tid)
      if turn >= 3 { #expect(verdict == .lock, "turn \(turn)") }
    }
  }

  @Test func whereNothingHappensNobodyHasALock() {
    var program = Program()
    _ = program.sample(1)
    #expect(program.sample(2) == .lock)
    program.nowNS += FutexTurns.stillNS - 1
    #expect(program.sample(1) == .lock)
    program.nowNS += 1
    #expect(program.sample(2, mayBeIdle: false) == .lock)
    #expect(program.sample(2) == .queue)
    // Somebody comes: it may be a lock after all.
    #expect(program.sample(3) == .lock)
  }

  @Test func whoHasEndedIsForgotten() {
    var program = Program()
    for tid: CInt in 1...3 { _ = program.sample(tid) }
    program.waiting.remove(3)
    program.ended.insert(3)
    for _ in 0..<40 { _ = program.sample(1) }
    program.nowNS += FutexTurns.stillNS
    #expect(program.sample(2) == .queue)
  }

  @Test func whatIsKeptIsBounded() {
    var program = Program()
    for address: UInt64 in 0..<20_000 { _ = program.sample(1, at: .word(address, of: 1)) }
    #expect((1...4096).contains(program.turns.keptCount))
    for tid: CInt in 1...2_000 { _ = program.sample(tid) }
    #expect(program.turns.keptCount <= 4096)
  }
}
