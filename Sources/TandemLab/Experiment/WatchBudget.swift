import TandemSystem

/// How many watched runs each cell gets, and in which rounds.
///
/// They explain, and explaining takes fewer runs than telling which is faster: up to three of each cell,
/// in at most a fifth of the time. The cheap ones come first, so that as many cells as can be are
/// watched at least once.
struct WatchBudget {
  /// The most watched runs of a cell.
  static let most = 3
  /// The share of the whole budget that they may take.
  static let share = 0.2

  /// The cells of each round, by their indices.
  private(set) var rounds: [[Int]] = []
  /// The cells that are not watched.
  private(set) var omitted: [Int] = []

  /// The time that watching takes out of a budget.
  ///
  /// - Parameters:
  ///   - budgetSeconds: the whole budget, in seconds.
  ///   - costs: what one run of each cell takes, in seconds.
  /// - Returns: seconds.
  static func seconds(of budgetSeconds: Double, costs: [Double]) -> Double {
    min(share * budgetSeconds, Double(most) * costs.reduce(0, +))
  }

  /// Splits a time.
  ///
  /// - Parameters:
  ///   - seconds: the time for all watched runs together.
  ///   - costs: what one run of each cell takes, in seconds, above zero.
  ///   - runs: timed runs of every cell, which watched runs are no more than; nil for no such limit.
  init(seconds: Double, costs: [Double], runs: Int?) {
    var left = seconds
    var cells = costs.indices.sorted { (costs[$0], $0) < (costs[$1], $1) }
    for round in 0..<min(Self.most, runs ?? Self.most) {
      var fitting: [Int] = []
      for cell in cells where costs[cell] <= left {
        fitting.append(cell)
        left -= costs[cell]
      }
      if round == 0 { omitted = cells.filter { !fitting.contains($0) }.sorted() }
      // A round of some cells gives pairs of some only, and the others' time would be lost to them.
      if round > 0, fitting.count < cells.count { break }
      if !fitting.isEmpty { rounds.append(fitting.sorted()) }
      cells = fitting
    }
  }

  /// The order of the runs: the same for the same seed, another in every round.
  ///
  /// - Parameter seed: the report's seed.
  /// - Returns: for each round the cells' indices, in order of running.
  func order(seed: UInt64) -> [[Int]] {
    var generator = SplitMix64(seed: seed, use: "watch")
    return rounds.map { $0.shuffled(using: &generator) }
  }
}
