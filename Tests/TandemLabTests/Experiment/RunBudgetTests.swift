import Testing

@testable import TandemLab

@Suite struct RunBudgetTests {
  private static func counts(_ budget: RunBudget, cells: Int) -> [Int] {
    (0..<cells).map { cell in
      (0..<budget.blocks).count { budget.cells(of: $0).contains(cell) }
    }
  }

  /// Runs go with one over the square root of their costs: sixteen times as slow, a quarter as many.
  @Test func slowCellsGetFewerRuns() {
    let costs = [0.1, 0.2, 0.4, 1.6]
    let budget = RunBudget(seconds: 12, costs: costs, runs: nil)
    let counts = Self.counts(budget, cells: 4)
    #expect(counts == counts.sorted(by: >))
    // Exactly a quarter would be 4; strides are powers of two, so it may be half or twice that.
    let ratio = Double(counts[0]) / Double(counts[3])
    #expect(ratio >= 2 && ratio <= 8)
    #expect(counts[3] >= 2)
    // The time is used, and not more of it.
    let spent = zip(counts, costs).reduce(0) { $0 + Double($1.0) * $1.1 }
    #expect(spent <= 12 && spent > 8)
  }

  @Test func equalCellsGetEqualRuns() {
    // Three cells of one second: three runs each in ten seconds.
    let budget = RunBudget(seconds: 10, costs: [1, 1, 1], runs: nil)
    #expect(Self.counts(budget, cells: 3) == [3, 3, 3])
  }

  @Test func theBlocksOfASlowCellAreBlocksOfEveryFasterOne() {
    let costs = [0.05, 0.11, 0.3, 0.9, 2]
    let budget = RunBudget(seconds: 10, costs: costs, runs: nil)
    let blocks = costs.indices.map { cell in
      Set((0..<budget.blocks).filter { budget.cells(of: $0).contains(cell) })
    }
    for (slower, faster) in zip(blocks.dropFirst(), blocks) {
      #expect(slower.isSubset(of: faster))
    }
    #expect(blocks.allSatisfy { $0.contains(0) })
  }

  @Test func fastCellsAreCapped() {
    let budget = RunBudget(seconds: 1000, costs: [0.001, 0.01], runs: nil)
    #expect(budget.blocks == RunBudget.most)
    #expect(Self.counts(budget, cells: 2) == [RunBudget.most, RunBudget.most])
  }

  @Test func withoutTimeEachStillRunsOnce() {
    let budget = RunBudget(seconds: 0, costs: [1, 2, 3], runs: nil)
    #expect(budget.blocks == 1)
    #expect(Self.counts(budget, cells: 3) == [1, 1, 1])
    #expect(RunBudget(seconds: 5, costs: [], runs: nil).blocks == 0)
  }

  @Test func aNumberOfRunsOverridesTheTime() {
    let budget = RunBudget(seconds: 0.1, costs: [1, 100], runs: 7)
    #expect(budget.blocks == 7)
    #expect(Self.counts(budget, cells: 2) == [7, 7])
  }

  @Test func theOrderIsSeeded() {
    let budget = RunBudget(seconds: 0, costs: [1, 1, 1, 1, 1, 1], runs: 10)
    let order = budget.order(seed: 42)
    #expect(order == budget.order(seed: 42))
    #expect(order != budget.order(seed: 43))
    #expect(order.allSatisfy { $0.sorted() == [0, 1, 2, 3, 4, 5] })
    // Another order in every block: with 720 orders, ten alike are no chance.
    #expect(Set(order).count > 1)
  }
}
