import TandemLab
import Testing

@testable import TandemModel
@testable import TandemReport

@Suite struct ExplainDifferenceTextTests {
  private static let pairs: [(name: String, difference: ExplainDifference)] = [
    (
      "threads-processes",
      ExplainDifference(
        first: MadeUpExplanations.gilBound.report, second: MadeUpExplanations.pool.report)
    ),
    (
      "sleep-crash",
      ExplainDifference(
        first: MadeUpExplanations.sleeper.report, second: MadeUpExplanations.crash.report)
    ),
    (
      "nothing",
      ExplainDifference(
        first: MadeUpExplanations.noFigures.report, second: MadeUpExplanations.busy.report)
    ),
    ("repeated", MadeUpComparisons.difference),
  ]

  private func text(_ name: String, _ width: Int, color: Bool = false) throws -> String {
    let difference = try #require(Self.pairs.first { $0.name == name }).difference
    return ExplainDifferenceText(difference, style: .init(color: color, width: width)).text
  }

  @Test(arguments: pairs.map(\.name))
  func reads(name: String) throws {
    try Snapshot.expect(try text(name, 100), named: "versus-\(name)-100")
  }

  @Test(arguments: pairs.map(\.name), [40, 80, 100, 200])
  func fitsAndColorAddsNothing(name: String, width: Int) throws {
    let plain = try text(name, width)
    for line in plain.split(separator: "\n") {
      #expect(TextWidth.columns(of: line) <= width, "\(line)")
    }
    let colored = try text(name, width, color: true)
    #expect(colored.replacing(/\x{1B}\[[0-9;]*m/, with: "") == plain)
  }

  @Test(arguments: pairs.map(\.name))
  func partsAddUp(name: String) throws {
    let difference = try #require(Self.pairs.first { $0.name == name }).difference
    let known = difference.parts.reduce(difference.residualSeconds) { $0 + $1.seconds }
    #expect(abs(difference.differenceSeconds - known) < 1e-9)
    #expect(
      difference.differenceSeconds == difference.second.wallSeconds - difference.first.wallSeconds)
    let column = try #require(ExplainDifferenceColumn(difference))
    #expect(column.rows.reduce(0) { $0 + $1.first } == column.total.first)
    #expect(column.rows.reduce(0) { $0 + $1.second } == column.total.second)
    #expect(column.rows.reduce(0) { $0 + $1.difference } == column.total.difference)
  }
}
