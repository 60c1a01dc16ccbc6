import Testing

@testable import TandemLab

@Suite struct RunBudgetTests {
  private static func counts(_ budget: RunBudget, cells: Int) -> [Int] {
    (0..<cells).map { cell in
      (0..<budget.blocks).count { budget.cells(of: $0).contains(cell) }
    }
  }

  @Test func everyCellGetsAboutTheSameTime() {
    let costs = [0.1, 0.2, 0.4, 1.6]
    let budget = RunBudget(seconds: 12, costs: costs, runs: nil)
    let counts = Self.counts(budget, cells: 4)
    #expect(counts.allSatisfy { $0 >= 1 })
    for (count, cost) in zip(counts, costs) where count < RunBudget.most {
      // Twelve seconds for four cells; a stride is a power of two, so it may be half of that.
      let seconds = Double(count) * cost
      #expect(seconds <= 12.0 / 4 + cost && seconds >= 12.0 / 4 / 2 - cost)
    }
    let spent = zip(counts, costs).reduce(0) { $0 + Double($1.0) * $1.1 }
    #expect(spent <= 12)
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
