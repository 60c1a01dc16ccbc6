import TandemSystem

/// How many timed runs each cell gets, and in which blocks.
///
/// The time is spent where it narrows the figures most: the next run goes to the cell whose mean gains
/// most by it a second. So a cell's runs go with one over the square root of what a run takes (Neyman's
/// allocation of a sample, with costs): a slow model gets few runs, a fast one many. Cells with fewer
/// runs take part in every second, fourth, eighth … block, so that the blocks of a slow cell are also
/// blocks of every faster one, and any two cells have as many pairs as the slower one has runs.
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
  ///   - seconds: the time for all timed runs together; each cell runs once, whatever it takes.
  ///   - costs: what one run of each cell takes, in seconds, above zero.
  ///   - runs: the number of runs of every cell; nil to split the time.
  init(seconds: Double, costs: [Double], runs: Int?) {
    if let runs {
      blocks = runs
      strides = costs.map { _ in 1 }
      return
    }
    guard !costs.isEmpty else {
      blocks = 0
      strides = []
      return
    }
    // Of every number of blocks the best split; of those the one with the least variance in all.
    let splits = (1...Self.most).map { blocks in
      (blocks: blocks, strides: Self.strides(blocks: blocks, seconds: seconds, costs: costs))
    }
    func variance(_ blocks: Int, _ strides: [Int]) -> Double {
      strides.reduce(0) { $0 + 1 / Double(Self.count(blocks, $1)) }
    }
    let best = splits.min {
      variance($0.blocks, $0.strides) < variance($1.blocks, $1.strides)
    }
    blocks = best?.blocks ?? 1
    strides = best?.strides ?? costs.map { _ in 1 }
  }

  private static func count(_ blocks: Int, _ stride: Int) -> Int {
    (blocks + stride - 1) / stride
  }

  /// The smallest strides that the time allows.
  private static func strides(blocks: Int, seconds: Double, costs: [Double]) -> [Int] {
    var widest = 1
    while widest < blocks { widest *= 2 }
    var strides = costs.map { _ in widest }
    var rest = seconds - costs.reduce(0, +)
    while true {
      // A variance falls from 1/n to 1/m for the price of m − n runs: by 1 / (n·m) a run.
      let halved = strides.indices.filter { strides[$0] > 1 }.map { index in
        let (now, then) = (count(blocks, strides[index]), count(blocks, strides[index] / 2))
        let price = Double(then - now) * costs[index]
        return (index: index, price: price, weight: Double(now * then) * costs[index])
      }
      let affordable = halved.filter { $0.price <= rest }
      guard let next = affordable.min(by: { $0.weight < $1.weight }) else { return strides }
      strides[next.index] /= 2
      rest -= next.price
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
