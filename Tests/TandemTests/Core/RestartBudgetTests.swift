import Tandem
import Testing

@Suite("The budget of restarts")
struct RestartBudgetTests {
  @Test("So many within the span, and no more")
  func limit() {
    var budget = RestartBudget(limit: 3, within: .seconds(10))
    let second: UInt64 = 1_000_000_000
    #expect(taken(&budget, 100 * second))
    #expect(taken(&budget, 101 * second))
    #expect(taken(&budget, 109 * second))
    #expect(!taken(&budget, 109 * second))
    #expect(!taken(&budget, 110 * second - 1))
    // What was refused is not counted: the first leaves the span, then the second.
    #expect(taken(&budget, 110 * second))
    #expect(!taken(&budget, 111 * second - 1))
    #expect(taken(&budget, 111 * second))
    #expect(!taken(&budget, 112 * second))
  }

  @Test("Starts that are spread out are never refused")
  func spreadOut() {
    var budget = RestartBudget(limit: 8, within: .milliseconds(1500))
    for index in 0..<1000 { #expect(taken(&budget, UInt64(index) * 187_500_001)) }
  }

  @Test("A budget of nothing allows nothing")
  func nothing() {
    var budget = RestartBudget(limit: 0, within: .seconds(1))
    #expect(!taken(&budget, 0))
  }
}

/// A macro's argument can't change a variable.
private func taken(_ budget: inout RestartBudget, _ now: UInt64) -> Bool {
  budget.take(at: now)
}
