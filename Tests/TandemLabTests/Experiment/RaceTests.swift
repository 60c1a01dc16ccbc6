import Foundation
import TandemModel
import Testing

@testable import TandemLab

@Suite("Which models are run further") struct RaceTests {
  private static func race(
    _ kinds: [Race.Kind], _ walls: [[Double]], least: Int = 1
  ) -> Race {
    var race = Race(kinds)
    for block in 0..<(walls.map(\.count).max() ?? 0) {
      for (contender, own) in walls.enumerated()
      where block < own.count && race.contenders[contender].isRunning {
        race.add(own[block], of: contender, block: block)
      }
      race.judge(least: least)
    }
    return race
  }

  @Test func onePairTellsTenTimesAndTwoTellTwice() {
    let one = Self.race([.threads, .processes], [[1], [11]])
    #expect(one.contenders[1].isClearlySlower && one.isDecided)
    #expect(!Self.race([.threads, .processes], [[1], [9]]).isDecided)
    #expect(Self.race([.threads, .processes], [[1, 1], [2.2, 2.2]]).isDecided)
    #expect(!Self.race([.threads, .processes], [[1, 1], [2, 2.2]]).isDecided)
  }

  @Test func morePairsTellSmallerDifferences() {
    let walls = [[1.0, 1.01, 0.99, 1.0], [1.3, 1.31, 1.29, 1.3]]
    #expect(Self.race([.threads, .processes], walls).contenders[1].isClearlySlower)
    // With more rivals the same pairs have to say more.
    let many = [walls[0]] + [[Double]](repeating: [1.12, 1.2, 1.13, 1.18], count: 7)
    let race = Self.race([.threads] + [Race.Kind](repeating: .processes, count: 7), many)
    #expect(race.contenders.allSatisfy { !$0.isClearlySlower })
    #expect(
      Self.race([.threads, .processes], [many[0], many[1]].map { $0 + $0 }).contenders[1]
        .isClearlySlower)
  }

  @Test func withinTheMarginNobodyIsTakenOut() {
    let same = [Double](repeating: 1, count: 30)
    let race = Self.race([.threads, .processes], [same, same.map { $0 * 1.04 }])
    #expect(!race.isDecided && race.contenders.allSatisfy(\.isRunning))
  }

  /// Where one kind is left, six blocks are enough; where there is only one kind, it is the question.
  @Test func oneKindIsEnoughWhereThereWereTwo() {
    let (fast, slow) = ([Double](repeating: 1, count: 6), [Double](repeating: 5, count: 6))
    #expect(Self.race([.threads, .threads, .processes], [fast, fast, slow]).isDecided)
    #expect(
      !Self.race([.threads, .threads, .processes], [fast, fast, slow].map { Array($0.prefix(5)) })
        .isDecided)
    #expect(!Self.race([.threads, .threads, .threads], [fast, fast, slow]).isDecided)
  }

  @Test func whatIsNeverRecommendedNeverLeads() {
    let race = Self.race([.other, .threads], [[1, 1, 1], [9, 9, 9]])
    #expect(race.leader == 1 && !race.contenders[1].isClearlySlower)
  }

  @Test func cheapWorkIsRunUntilThereIsAnInterval() {
    #expect(Race.leastPairs(budget: 15, block: 0.1) == Bootstrap.leastCount)
    #expect(Race.leastPairs(budget: 15, block: 2) == 2)
    #expect(Race.leastPairs(budget: 15, block: 40) == 1)
    let patient = Self.race([.threads, .processes], [[1, 1, 1], [20, 20, 20]], least: 6)
    #expect(!patient.isDecided)
  }

  @Test func onABusyMachineTwoPairsTellNoMoreThanOne() {
    func isOut(_ pairs: Int, _ times: Double, isBusy: Bool) -> Bool {
      var race = Race([.threads, .processes])
      for block in 0..<pairs {
        race.add(1, of: 0, block: block)
        race.add(times, of: 1, block: block)
      }
      race.judge(onBusyMachine: isBusy)
      return race.contenders[1].isClearlySlower
    }
    #expect(isOut(2, 3, isBusy: false) && !isOut(2, 3, isBusy: true))
    #expect(isOut(3, 3, isBusy: true) && isOut(2, 11, isBusy: true) && isOut(1, 11, isBusy: true))
  }

  @Test func whoCanNotRunIsNoRival() {
    var race = Race([.threads, .processes])
    race.add(1, of: 0, block: 0)
    race.withdraw(1)
    race.judge()
    #expect(race.leader == 0 && !race.contenders[1].isClearlySlower)
    race.withdraw(0)
    #expect(race.leader == nil && race.isDecided)
  }

  private static let cells = ExperimentPlan(
    workload: Workload(kind: .squares(iterations: 1), items: 4, workers: 4),
    models: [.serial, .swiftTasks, .swiftThreads, .swiftProcesses, .swiftProcessesSpawn],
    modelsAreChosen: false, schedules: [.allAtOnce], interpreters: [], runs: nil,
    budgetSeconds: 15, seed: 1
  ).cells

  @Test func oneOfEachKindRunsFirstAndTheCheapOnesOfThese() {
    let costs = [4.0, 2, 1, 1.5, 3]
    let order = Races(Self.cells).firstOrder(Array(0..<5)) { costs[$0] }
    #expect(order.map(\.index) == [2, 3, 0, 1, 4])
    #expect(order.map(\.isFirstOfKind) == [true, true, true, false, false])
  }

  @Test func theNearestRivalsGetWhatTimeThereIs() {
    var races = Races(Self.cells)
    for (cell, wall) in [4.0, 1, 1.1, 3, 2].enumerated() { races.add(wall, of: cell, block: 0) }
    let costs: (Int) -> Double = { _ in 1 }
    #expect(Set(races.fitting(Array(0..<5), seconds: 9, cost: costs)) == [0, 1, 2, 3, 4])
    #expect(races.fitting(Array(0..<5), seconds: 3, cost: costs) == [1, 2, 4])
    // One alone has nobody to be compared with.
    #expect(races.fitting(Array(0..<5), seconds: 1.5, cost: costs) == [])
    #expect(races.fitting([1], seconds: 1.5, cost: costs) == [1])
    #expect(
      races.standings.map(\.name) == [
        "swift-tasks", "swift-threads", "swift-processes-spawn", "swift-processes", "serial",
      ])
  }
}
