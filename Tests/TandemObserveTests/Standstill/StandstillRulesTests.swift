import TandemModel
import Testing

@testable import TandemObserve

/// Whether off the CPU means standing still, and why it can't end.
@Suite struct StandstillRulesTests {
  private func pauses(
    _ nodes: [StandstillGraph.Node], javas: Set<Int32> = []
  ) -> Int? {
    StandstillRules.pausesIfStill(nodes, inJava: javas)?.count
  }

  /// Tasks of a pool wait with a time limit for tasks of the same pool, and the first thread for them.
  @Test func aPoolThatWaitsForItself() {
    let nodes = [
      MadeUpWaits.node(1, of: 1, .otherThreads),
      MadeUpWaits.node(2, of: 1, .otherThreads, limit: true),
      MadeUpWaits.node(3, of: 1, .otherThreads, limit: true),
    ]
    #expect(pauses(nodes) == 2)
    // In Java a sleep looks the same.
    #expect(pauses(nodes, javas: [1]) == nil)
  }

  /// The first thread pauses, and the pool has nothing to do.
  @Test func anIdlePool() {
    let pausing = MadeUpWaits.node(1, of: 1, .otherThreads, limit: true)
    let idle = MadeUpWaits.node(2, of: 1, .otherThreads)
    #expect(pauses([pausing, idle]) == nil)
    #expect(pauses([MadeUpWaits.node(1, of: 1, .otherThreads), idle]) == 0)
  }

  @Test(arguments: [StillWait.Nature.outside, .ownTime])
  func oneThatWaitsForSomethingElse(nature: StillWait.Nature) {
    let nodes = [
      MadeUpWaits.node(1, of: 1, .otherThreads),
      MadeUpWaits.node(2, of: 1, .otherThreads, nature),
    ]
    #expect(pauses(nodes) == nil)
  }

  @Test func oneThatGoesOn() {
    #expect(
      pauses([MadeUpWaits.node(1, of: 1, .otherThreads), MadeUpWaits.node(2, of: 1, nil)]) == nil)
  }

  /// A time limit isn't a pause where it is known what has to happen first.
  @Test func aChildIsWaitedForWithALimit() {
    let nodes = [
      MadeUpWaits.node(1, of: 1, .processes([2]), for: .pipeData, limit: true),
      MadeUpWaits.node(2, of: 2, .processes([1]), for: .pipeRoom),
    ]
    #expect(pauses(nodes) == 0)
  }

  private func reason(_ nodes: [StandstillGraph.Node]) -> ObservedStandstill.Reason {
    let graph = StandstillGraph(nodes)
    return StandstillRules.reason(
      nodes, graph, ring: graph.ring(within: Set(nodes.map(\.worker.tid))))
  }

  @Test func whyItNeverEnds() {
    let lone = MadeUpWaits.node(1, of: 1, .otherThreads)
    #expect(reason([lone]) == .oneThread)
    #expect(
      reason([MadeUpWaits.node(1, of: 1, .otherThreads, afterFork: true)]) == .forkedFromThreads)
    let team = MadeUpWaits.node(2, of: 2, .otherThreads, for: .openMPTeam, afterFork: true)
    let parent = MadeUpWaits.node(1, of: 1, .processes([2]), for: .processEnd)
    #expect(reason([parent, team]) == .openMPAfterFork)
    #expect(reason([MadeUpWaits.node(1, of: 1, .goneThread(9), for: .lock)]) == .holderGone)
    #expect(reason([MadeUpWaits.node(1, of: 1, .processes([1]), for: .pipeData)]) == .ownPipe)
    #expect(reason([MadeUpWaits.node(1, of: 1, .processes([1]))]) == .noOtherProcess)
    #expect(reason((1...3).map { MadeUpWaits.node($0, of: 1, .otherThreads) }) == .eachOther)
    #expect(reason((1...2).map { MadeUpWaits.node($0, of: 1, .otherThreads) }) == .ring)
  }

  @Test func signalsThatOthersSend() {
    func mask(_ signals: UInt64...) -> UInt64 { signals.reduce(0) { $0 | 1 << ($1 - 1) } }
    #expect(!ProcessPortrait.isHandling(0, isPython: false))
    // SIGSEGV, SIGPIPE, and those of the C library's own.
    #expect(!ProcessPortrait.isHandling(mask(11, 13, 32, 33), isPython: false))
    #expect(!ProcessPortrait.isHandling(mask(2), isPython: true))
    #expect(ProcessPortrait.isHandling(mask(2), isPython: false))
    #expect(ProcessPortrait.isHandling(mask(15), isPython: true))
  }
}
