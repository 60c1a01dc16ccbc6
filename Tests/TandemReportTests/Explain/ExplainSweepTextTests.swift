import Testing

@testable import TandemModel
@testable import TandemReport

@Suite struct ExplainSweepTextTests {
  private func text(_ name: String, _ width: Int, color: Bool = false) throws -> String {
    let sweep = try #require(MadeUpComparisons.sweeps.first { $0.name == name }).sweep
    return ExplainSweepText(sweep, style: .init(color: color, width: width)).text
  }

  @Test func everySweepIsThere() { #expect(MadeUpComparisons.sweeps.count == 3) }

  @Test(arguments: MadeUpComparisons.sweeps.map(\.name))
  func reads(name: String) throws {
    try Snapshot.expect(try text(name, 100), named: "explain-sweep-\(name)-100")
  }

  @Test(arguments: MadeUpComparisons.sweeps.map(\.name), [40, 80, 100, 200])
  func fitsAndColorAddsNothing(name: String, width: Int) throws {
    let plain = try text(name, width)
    for line in plain.split(separator: "\n") {
      #expect(TextWidth.columns(of: line) <= width, "\(line)")
    }
    let colored = try text(name, width, color: true)
    #expect(colored.replacing(/\x{1B}\[[0-9;]*m/, with: "") == plain)
  }
}
