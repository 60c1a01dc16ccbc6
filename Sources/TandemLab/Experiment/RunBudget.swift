/// How many timed runs each cell gets, and in which blocks.
///
/// The time is spent by cell, not by run: each cell gets about the same number of seconds, so a slow
/// model gets few runs and a fast one many. Cells with fewer runs take part in every second, fourth,
/// eighth … block, so that the blocks of a slow cell are also blocks of every faster one, and any two
/// cells have as many pairs as the slower one has runs.
struct RunBudget {
  /// The most runs that a cell gets: more would narrow the interval by little.
  static let most = 30

  /// The number of blocks.
  let blocks: Int
  /// In which blocks each cell takes part: in those whose index is a multiple of this.
  let strides: [Int]

  /// Splits a time.
  ///
  /// - Parameters:
  ///   - seconds: the time for all timed runs together.
  ///   - costs: what one run of each cell takes, in seconds.
  ///   - runs: the number of runs of every cell; nil to split the time.
  init(seconds: Double, costs: [Double], runs: Int?) {
    if let runs {
      blocks = runs
      strides = costs.map { _ in 1 }
      return
    }
    var counts = costs.map { _ in 1 }
    var spent = costs.reduce(0, +)
    while true {
      // The cell that has had the least time gets the next run.
      let next = counts.indices.filter { counts[$0] < Self.most }
        .min { Double(counts[$0]) * costs[$0] < Double(counts[$1]) * costs[$1] }
      guard let next, spent + costs[next] <= seconds else { break }
      counts[next] += 1
      spent += costs[next]
    }
    let blocks = counts.max() ?? 0
    self.blocks = blocks
    strides = counts.map { count in
      var stride = 1
      while stride * count < blocks { stride *= 2 }
      return stride
    }
  }

  /// The cells of a block.
  ///
  /// - Parameter block: the block's index.
  /// - Returns: the cells' indices, in order.
  func cells(of block: Int) -> [Int] {
    strides.indices.filter { block.isMultiple(of: strides[$0]) }
  }

  /// The order of the runs: the same for the same seed, another in every block.
  ///
  /// - Parameter seed: the report's seed.
  /// - Returns: for each block the cells' indices, in order of running.
  func order(seed: UInt64) -> [[Int]] {
    var generator = SplitMix64(seed: seed, use: "order")
    return (0..<blocks).map { cells(of: $0).shuffled(using: &generator) }
  }
}
