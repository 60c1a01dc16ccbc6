import TandemModel
import Testing

@testable import TandemObserve

/// Which waits of a thread count as calls that blocked its event loop.
@Suite struct LoopTallyTests {
  private func sample(_ loop: LoopWait?, _ state: WorkerState = .sleep) -> WaitSample {
    var sample = WaitSample(beforeNS: 0, afterNS: 1, state: state)
    sample.loop = loop
    return sample
  }

  @Test func onlyAThreadThatRunsALoopIsBlocked() {
    var tally = LoopTally()
    // The set may be another thread's.
    tally.count(sample(.blocks), lengthNS: 50_000_000, isAlone: false)
    #expect(tally.blocked == nil)
    tally.count(sample(.polls), lengthNS: 50_000_000, isAlone: false)
    #expect(tally.polls && tally.blocked == nil)
    tally.count(sample(.blocks), lengthNS: 50_000_000, isAlone: false)
    tally.count(sample(.blocks, .io), lengthNS: 20_000_000, isAlone: false)
    // A wait that has just begun, and one that says nothing.
    tally.count(sample(.blocks), lengthNS: 1_000_000, isAlone: false)
    tally.count(sample(nil), lengthNS: 90_000_000, isAlone: false)
    #expect(
      tally.blocked == BlockedLoop(count: 2, seconds: 0.07, longestSeconds: 0.05, state: .sleep))
  }

  @Test func theFunctionWithMostOfTheTimeIsNamed() {
    func blocks(in name: String) -> WaitSample {
      var sample = sample(.blocks)
      sample.place = PythonPlace(PythonFunction(name: name, path: "shop/serve.py"), line: 7)
      return sample
    }
    var tally = LoopTally()
    tally.count(blocks(in: "fetch"), lengthNS: 60_000_000, isAlone: true)
    tally.count(blocks(in: "store"), lengthNS: 40_000_000, isAlone: true)
    #expect(
      tally.blocked?.function == ObservedFunction(name: "fetch", file: "shop/serve.py", line: 7))
    tally.count(sample(.blocks), lengthNS: 90_000_000, isAlone: true)
    #expect(tally.blocked?.function == nil)
  }

  /// What a nested loop waits for blocks the thread's own, which need not have been seen.
  @Test func aNestedLoopBlocksTheThreads() {
    var tally = LoopTally()
    tally.count(sample(.nested, .child), lengthNS: 5_000_000, isAlone: false)
    #expect(tally.blocked == nil)
    tally.count(sample(.nested, .child), lengthNS: 50_000_000, isAlone: false)
    #expect(tally.blocked?.count == 1 && tally.blocked?.state == .child)
  }

  @Test func aSetOfAProcessWithOneThreadIsItsOwn() {
    var tally = LoopTally()
    tally.count(sample(.blocks, .child), lengthNS: 50_000_000, isAlone: true)
    #expect(tally.blocked?.state == .child)
  }
}
