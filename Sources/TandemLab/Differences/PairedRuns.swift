internal import TandemModel
import TandemSystem

/// The runs of two cells that share a block, and their ratio.
package struct PairedRuns: Sendable {
  /// The runs of the first, one a shared block, in order of the blocks.
  package var first: [AnalysedRun]
  /// The runs of the second in the same blocks.
  package var second: [AnalysedRun]
  /// First over second wall time.
  package var ratio: PairedRatio

  /// Pairs the runs of two cells; nil when no block holds runs of both.
  ///
  /// - Parameters:
  ///   - first: a cell.
  ///   - second: another.
  ///   - seed: the report's seed, for the bootstrap.
  ///   - runs: which of a cell's runs to pair: the timed ones, or the watched ones.
  package init?(
    _ first: AnalysedCell, _ second: AnalysedCell, seed: UInt64,
    of runs: (AnalysedCell) -> [AnalysedRun] = \.runs
  ) {
    func byBlock(_ cell: AnalysedCell) -> [Int: AnalysedRun] {
      Dictionary(runs(cell).map { ($0.run.block, $0) }) { earlier, _ in earlier }
    }
    let firstByBlock = byBlock(first)
    let secondByBlock = byBlock(second)
    let blocks = firstByBlock.keys.filter { secondByBlock[$0] != nil }.sorted()
    self.first = blocks.compactMap { firstByBlock[$0] }
    self.second = blocks.compactMap { secondByBlock[$0] }
    var generator = SplitMix64(
      seed: seed, use: "ratio/\(Self.name(first.result))/\(Self.name(second.result))")
    guard
      let ratio = PairedRatio(
        self.first.map(\.run.wallSeconds), over: self.second.map(\.run.wallSeconds),
        using: &generator)
    else { return nil }
    self.ratio = ratio
  }

  /// The same pairs, second over first.
  package var swapped: PairedRuns {
    var result = self
    swap(&result.first, &result.second)
    result.ratio = ratio.inverted
    return result
  }

  private static func name(_ result: ModelResult) -> String {
    "\(result.model.rawValue)/\(result.interpreter?.path ?? "")/\(result.schedule.rawValue)"
  }
}
