import Testing

@testable import TandemLab

@Suite("The budget of watched runs") struct WatchBudgetTests {
  @Test func threeRoundsOfEachWhereThereIsTime() {
    let budget = WatchBudget(seconds: 10, costs: [1, 1, 1], runs: nil)
    #expect(budget.rounds == [[0, 1, 2], [0, 1, 2], [0, 1, 2]] && budget.omitted == [])
    #expect(WatchBudget.seconds(of: 100, costs: [1, 1, 1]) == 9)
    #expect(WatchBudget.seconds(of: 20, costs: [1, 1, 1]) == 4)
  }

  @Test func cheapOnesFirstWhereThereIsLittle() {
    let budget = WatchBudget(seconds: 4, costs: [1, 5, 2], runs: nil)
    #expect(budget.rounds == [[0, 2]] && budget.omitted == [1])
    #expect(WatchBudget(seconds: 0, costs: [1, 2], runs: nil).rounds == [])
    #expect(WatchBudget(seconds: 0, costs: [1, 2], runs: nil).omitted == [0, 1])
  }

  @Test func noMoreThanTimedRuns() {
    #expect(WatchBudget(seconds: .infinity, costs: [1], runs: 1).rounds.count == 1)
    #expect(WatchBudget(seconds: .infinity, costs: [1], runs: 9).rounds.count == 3)
  }

  @Test func theOrderIsTheSeeds() {
    let budget = WatchBudget(seconds: 100, costs: [Double](repeating: 1, count: 8), runs: nil)
    #expect(budget.order(seed: 3) == budget.order(seed: 3))
    #expect(budget.order(seed: 3).map { $0.sorted() } == budget.rounds)
    #expect(budget.order(seed: 3) != budget.order(seed: 4))
  }
}
