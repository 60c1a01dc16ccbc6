import TandemSystem
import Testing

@testable import TandemObserve

/// What other programs used, from two readings that are made up.
///
/// 1 starts everything: 10 is a shell, which started Tandem (20), which started the program (30). 40 is
/// another shell, which makes others.
@Suite struct ProcessAccountsTests {
  private static func account(
    _ name: String, of parent: Int32, _ ticks: UInt64, children: UInt64 = 0, start: UInt64 = 1
  ) -> ProcessAccount {
    ProcessAccount(
      name: name, parent: parent, ticks: ticks, childTicks: children, startTicks: start)
  }

  private static let kernel = ProcessAccount(name: "kthreadd", parent: 0, isKernelThread: true)
  private static let worker = ProcessAccount(name: "kworker", parent: 2, isKernelThread: true)

  private static let before = ProcessAccounts(byPID: [
    1: account("init", of: 0, 100, children: 5_000), 2: kernel, 3: worker,
    10: account("shell", of: 1, 50, children: 100), 20: account("tandem", of: 10, 5),
    40: account("shell", of: 1, 20, children: 700), 41: account("make", of: 40, 10, children: 300),
    42: account("cc", of: 41, 500), 50: account("old", of: 1, 900),
  ])

  private func others(
    _ changes: [Int32: ProcessAccount], without gone: Int32? = nil, program: Set<Int32> = [30]
  ) -> [Int32: UInt64] {
    var after = Self.before
    if let gone { after.byPID[gone] = nil }
    for (pid, account) in changes { after.byPID[pid] = account }
    return Dictionary(
      uniqueKeysWithValues: after.others(since: Self.before, ownPID: 20, program: program)
        .map { ($0.pid, $0.ticks) })
  }

  @Test func allAreSeenWhereTheKernelsThreadsAre() {
    #expect(Self.before.isWhole)
    #expect(!ProcessAccounts(byPID: [2: Self.account("sh", of: 1, 0)]).isWhole)
    #expect(!ProcessAccounts(byPID: [:]).isWhole)
  }

  @Test func oneThatWasThereBeforeCounts() {
    #expect(others([50: Self.account("old", of: 1, 950)]) == [50: 50])
    #expect(others([50: Self.account("old", of: 1, 901)]) == [:])
  }

  @Test func whatItStartedCountsToo() {
    // 43 began; 42 has ended, and 41 has waited for it: 500 of its ticks are from before.
    let changes: [Int32: ProcessAccount] = [
      41: Self.account("make", of: 40, 12, children: 890),
      43: Self.account("cc", of: 41, 60, children: 6, start: 9),
    ]
    #expect(others(changes, without: 42) == [41: 92, 43: 66])
  }

  @Test func theProgramDoesNot() {
    // Also its child that has lost its parent, and the account of whoever waits for such children.
    let changes: [Int32: ProcessAccount] = [
      30: Self.account("program", of: 20, 400, children: 80, start: 9),
      31: Self.account("child", of: 30, 90, start: 9),
      32: Self.account("daemon", of: 1, 800, start: 9),
      33: Self.account("daemon", of: 10, 800, start: 9),
      1: Self.account("init", of: 0, 101, children: 9_000),
      10: Self.account("shell", of: 1, 51, children: 900),
      20: Self.account("tandem", of: 10, 300, children: 70),
    ]
    #expect(others(changes) == [:])
  }

  @Test func norIsARunningProgramThatWasThere() {
    #expect(
      others([41: Self.account("make", of: 40, 90, children: 300)], program: [41, 42]) == [:])
    // What it starts doesn't either.
    #expect(
      others([44: Self.account("cc", of: 42, 90, start: 9)], program: [41]) == [:])
  }

  @Test func theKernelDoesNot() {
    var busy = Self.worker
    busy.ticks = 900
    #expect(others([3: busy]) == [:])
  }

  @Test func aNumberThatIsUsedAgainIsAnotherProcess() {
    // The new one descends from the first process of all, so whose it is isn't known.
    #expect(others([50: Self.account("new", of: 1, 990, start: 9)]) == [:])
  }

  @Test func aRingOfParentsEnds() {
    let ring = ProcessAccounts(byPID: [
      5: Self.account("a", of: 6, 0), 6: Self.account("b", of: 5, 0),
    ])
    #expect(ring.ancestors(of: 5) == [6, 5])
    #expect(ring.family(of: 5) == [5, 6])
  }
}
