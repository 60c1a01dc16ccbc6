import TandemModel
import Testing

@testable import TandemObserve

/// Waits of made-up workers.
enum MadeUpWaits {
  /// A worker that has been off the CPU since the beginning.
  static func worker(_ tid: Int32, of pid: Int32, name: String = "w") -> StillWorker {
    StillWorker(pid: pid, tid: tid, name: name, sinceNS: 0)
  }

  /// A worker of a process and what it waits for, without a time limit; nil means that it goes on.
  static func node(
    _ tid: Int32, of pid: Int32, _ actors: StillWait.Actors?,
    for target: StandstillWait.Target = .semaphore, limit: Bool = false, complete: Bool = true,
    afterFork: Bool = false, _ nature: StillWait.Nature = .inside
  ) -> StandstillGraph.Node {
    StandstillGraph.Node(
      worker(tid, of: pid),
      actors.map {
        StillWait(
          nature, for: target, hasLimit: limit, actors: $0, isComplete: complete,
          isAfterFork: afterFork)
      })
  }
}

/// Who can never go on, and who waits for whom in a ring.
@Suite struct StandstillGraphTests {
  private typealias Node = StandstillGraph.Node
  private static let node = MadeUpWaits.node

  private func stuck(_ nodes: [StandstillGraph.Node]) -> [Int32] {
    StandstillGraph(nodes).stuckForEver.sorted()
  }

  private func ring(_ nodes: [StandstillGraph.Node]) -> [Int32] {
    StandstillGraph(nodes).ring(within: Set(nodes.map(\.worker.tid)))
  }

  @Test func twoLocksInOppositeOrder() {
    let nodes = [
      MadeUpWaits.node(1, of: 1, .thread(2), for: .lock),
      MadeUpWaits.node(2, of: 1, .thread(1), for: .lock),
    ]
    #expect(stuck(nodes) == [1, 2])
    #expect(ring(nodes) == [1, 2])
  }

  /// A third thread that goes on has neither lock, so it can't help.
  @Test func oneThatGoesOnDoesNotReleaseAnothersLock() {
    let nodes = [
      MadeUpWaits.node(1, of: 1, nil), MadeUpWaits.node(2, of: 1, .thread(3), for: .lock),
      MadeUpWaits.node(3, of: 1, .thread(2), for: .lock),
    ]
    #expect(stuck(nodes) == [2, 3])
    #expect(ring(nodes) == [2, 3])
  }

  @Test func oneThatGoesOnMaySignal() {
    let nodes = [
      MadeUpWaits.node(1, of: 1, nil), MadeUpWaits.node(2, of: 1, .otherThreads),
      MadeUpWaits.node(3, of: 1, .otherThreads),
    ]
    #expect(stuck(nodes).isEmpty)
    #expect(ring(nodes).isEmpty)
  }

  @Test func allOfAProcessWaitForEachOther() {
    let nodes = (1...3).map { MadeUpWaits.node($0, of: 1, .otherThreads) }
    #expect(stuck(nodes) == [1, 2, 3])
    // Who was to signal whom isn't known.
    #expect(ring(nodes).isEmpty)
  }

  @Test func theOnlyThreadOfAProcess() {
    let nodes = [
      MadeUpWaits.node(1, of: 1, nil), MadeUpWaits.node(2, of: 2, .otherThreads),
    ]
    #expect(stuck(nodes) == [2])
  }

  /// A time limit anywhere in the ring, or somebody else who could act, and it may end.
  @Test(arguments: [
    [
      MadeUpWaits.node(1, of: 1, .thread(2), for: .lock, limit: true),
      MadeUpWaits.node(2, of: 1, .thread(1), for: .lock),
    ],
    [
      MadeUpWaits.node(1, of: 1, .otherThreads, complete: false),
      MadeUpWaits.node(2, of: 1, .otherThreads),
    ],
    [
      MadeUpWaits.node(1, of: 1, .processes([2]), for: .processEnd),
      MadeUpWaits.node(2, of: 2, .processes([1]), for: .pipeRoom, .outside),
    ],
    // A process of which nothing is known.
    [MadeUpWaits.node(1, of: 1, .processes([7]), for: .processEnd)],
    [MadeUpWaits.node(1, of: 1, .thread(7), for: .lock)],
  ])
  func whatMayEnd(nodes: [StandstillGraph.Node]) {
    #expect(stuck(nodes).isEmpty)
  }

  /// The parent waits for the child's end, which waits for its thread, which waits for the parent to read.
  @Test func joinedBeforeDrained() {
    let nodes = [
      MadeUpWaits.node(1, of: 1, .processes([2]), for: .processEnd),
      MadeUpWaits.node(2, of: 2, .otherThreads),
      // After a fork, the child has the reading end too.
      MadeUpWaits.node(3, of: 2, .processes([2, 1]), for: .pipeRoom),
    ]
    #expect(stuck(nodes) == [1, 2, 3])
    #expect(ring(nodes) == [1, 2, 3])
  }

  @Test func aThreadOfTheReaderGoesOn() {
    let nodes = [
      MadeUpWaits.node(1, of: 1, .processes([2]), for: .processEnd),
      MadeUpWaits.node(4, of: 1, nil),
      MadeUpWaits.node(2, of: 2, .processes([1]), for: .pipeRoom),
    ]
    #expect(stuck(nodes).isEmpty)
  }

  @Test func aLockTakenTwice() {
    let nodes = [
      MadeUpWaits.node(1, of: 1, .thread(1), for: .lock), MadeUpWaits.node(2, of: 1, nil),
    ]
    #expect(stuck(nodes) == [1])
    #expect(ring(nodes) == [1])
  }

  @Test func whoWaitsBehindARingIsStuckButNotInIt() {
    let nodes = [
      MadeUpWaits.node(1, of: 1, .thread(2), for: .threadEnd),
      MadeUpWaits.node(2, of: 1, .thread(3), for: .lock),
      MadeUpWaits.node(3, of: 1, .thread(2), for: .lock),
    ]
    #expect(stuck(nodes) == [1, 2, 3])
    #expect(ring(nodes) == [2, 3])
  }

  @Test func theHolderIsGone() {
    let nodes = [
      MadeUpWaits.node(1, of: 1, .goneThread(9), for: .lock), MadeUpWaits.node(2, of: 1, nil),
    ]
    #expect(stuck(nodes) == [1])
    #expect(ring(nodes).isEmpty)
  }
}
