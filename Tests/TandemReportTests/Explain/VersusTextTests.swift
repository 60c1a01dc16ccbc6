import Testing

@testable import TandemModel
@testable import TandemReport

@Suite struct VersusTextTests {
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
  ]

  private func text(_ name: String, _ width: Int, color: Bool = false) throws -> String {
    let difference = try #require(Self.pairs.first { $0.name == name }).difference
    return VersusText(difference, style: .init(color: color, width: width)).text
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
    let column = try #require(VersusColumn(difference))
    #expect(column.rows.reduce(0) { $0 + $1.first } == column.total.first)
    #expect(column.rows.reduce(0) { $0 + $1.second } == column.total.second)
    #expect(column.rows.reduce(0) { $0 + $1.difference } == column.total.difference)
  }

  /// Two programs of given parts.
  private func difference(
    _ first: [WorkerState: Double], _ second: [WorkerState: Double]
  ) -> ExplainDifference {
    func report(_ parts: [WorkerState: Double]) -> ExplainReport {
      var report = MadeUpExplanations.sleeper.report
      report.wallShares = WorkerState.observed.compactMap { state in
        parts[state].map { StateShare(state: state, seconds: $0) }
      }
      report.wallSeconds = parts.values.reduce(0, +)
      return report
    }
    return ExplainDifference(first: report(first), second: report(second))
  }

  @Test func theSentenceIsOfTheLargestPart() {
    #expect(
      difference([.onCPU: 2, .gil: 2], [.onCPU: 1.98]).sentence
        == "All of the 2.02 s between them is waiting for the GIL.")
    #expect(
      difference([.onCPU: 2, .gil: 1.9], [.onCPU: 1.88]).sentence
        == "Almost all of the 2.02 s between them is waiting for the GIL.")
    #expect(
      difference([.onCPU: 1], [.onCPU: 1, .io: 0.7, .sleep: 0.3]).sentence
        == "Most of the 1.00 s between them (70 %) is waiting for I/O.")
    #expect(
      difference([.onCPU: 1], [.onCPU: 1.4, .io: 0.3, .sleep: 0.3]).sentence
        == "The largest part of the 1.00 s between them (40 %) is time on a CPU.")
  }

  /// Four CPU-bound threads with a GIL on two CPUs, and four processes.
  ///
  /// Documentation/design/comparing.md has the sums.
  @Test func whatTheCPUsLostIsSaidWhereWallTimeCannotTell() {
    var difference = difference([.onCPU: 1, .gil: 3], [.onCPU: 1, .runnable: 1])
    #expect(
      difference.sentence
        == "The first spent 3.00 s more waiting for the GIL, the second 1.00 s more waiting for a"
        + " CPU.")
    difference.first.lostCPU = LostCPU(
      cpus: 2, parts: [StateShare(state: .gil, seconds: 4)], noWorkerSeconds: 0)
    difference.second.lostCPU = LostCPU(cpus: 2, parts: [], noWorkerSeconds: 0)
    let told = ExplainDifference(first: difference.first, second: difference.second)
    #expect(
      told.sentence
        == "All of the 2.00 s between them is CPUs left idle while workers waited for the GIL.")
  }

  @Test func aboutTheSameIsSaid() {
    #expect(
      difference([.onCPU: 2], [.onCPU: 2.05]).sentence == "Both took about the same time.")
    #expect(
      difference([.onCPU: 2], [.sleep: 2.05]).sentence
        == "Both took about the same time, but the second spent 2.05 s more asleep, the first 2.00 s"
        + " more on a CPU.")
  }
}
