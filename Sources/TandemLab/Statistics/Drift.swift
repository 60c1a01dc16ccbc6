import Glibc
import TandemSystem

/// Whether all models took longer, or shorter, the later they ran.
///
/// One test over all cells rather than one a cell: twenty tests would cry wolf once each time.
package struct Drift: Sendable, Equatable {
  /// Blocks that were looked at.
  package var blocks: Int
  /// Spearman's correlation of a block's time with its index.
  package var correlation: Double
  /// How often shuffled blocks correlate as strongly.
  package var probability: Double
  /// From the first half of the blocks to the second: 0.1 is a tenth longer.
  package var change: Double

  /// The least number of blocks that are looked at.
  package static let leastBlocks = 6

  /// Looks for drift; nil for fewer than six blocks, or when nothing varies.
  ///
  /// Each run counts as the logarithm of its wall time over the median of its cell, and a block as
  /// the mean of its runs, so that slow cells count no more than fast ones.
  ///
  /// - Parameters:
  ///   - cells: for each cell, its blocks and wall times, in the same order.
  ///   - generator: where the shuffles come from.
  package init?(
    of cells: [(blocks: [Int], walls: [Double])], using generator: inout some RandomNumberGenerator
  ) {
    var byBlock: [Int: [Double]] = [:]
    for cell in cells {
      guard let median = Statistics.median(cell.walls), median > 0 else { continue }
      for (block, wall) in zip(cell.blocks, cell.walls) where wall > 0 {
        byBlock[block, default: []].append(log(wall / median))
      }
    }
    let blocks = byBlock.keys.sorted()
    let times = blocks.compactMap { byBlock[$0].flatMap(Statistics.mean) }
    let indices = blocks.map(Double.init)
    guard blocks.count >= Self.leastBlocks,
      let correlation = RankCorrelation.spearman(indices, times),
      let probability = RankCorrelation.permutationProbability(indices, times, using: &generator),
      let before = Statistics.median(Array(times.prefix(times.count / 2))),
      let after = Statistics.median(Array(times.suffix(times.count / 2)))
    else { return nil }
    self.blocks = blocks.count
    self.correlation = correlation
    self.probability = probability
    self.change = exp(after - before) - 1
  }
}
