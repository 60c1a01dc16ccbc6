/// A timeline drawn into a number of columns: one state a column and worker.
///
/// Where a worker did several things within a column, one of them is shown, and what the others are
/// owed is carried on along the row, so that a row's columns are shared out as its time was. Which
/// one it is depends on the rows above: the column, too, should have of each state what there was of
/// it. So four threads that take turns under a global lock, each on a CPU for a quarter of every
/// column, are drawn taking turns, about one of them on a CPU in each. Were the longest state shown
/// alone, nobody would ever be seen on one.
package struct TimelineDrawing {
  /// The rows, in the order in which they were given; nil where the worker wasn't there.
  package let rows: [[WorkerState?]]

  /// A state that takes less than this of a column is owed nothing there.
  private static let leastShare = 0.03
  /// The most columns that a state is owed along a row, or has had too many.
  private static let mostOwed = 2.0

  /// Draws rows.
  ///
  /// - Parameters:
  ///   - rows: The workers' rows, from the top.
  ///   - timeline: The timeline that they are of.
  ///   - wallSeconds: The seconds that the columns cover.
  ///   - columns: The number of columns.
  package init(
    _ rows: [ObservedTimeline.Row], of timeline: ObservedTimeline, wallSeconds: Double, columns: Int
  ) {
    let states = WorkerState.observed
    let nothing = [Double](repeating: 0, count: states.count)
    var owedInColumn = [[Double]](repeating: nothing, count: columns)
    self.rows = rows.map { row in
      var owed = nothing
      return Self.resampled(row, of: timeline, wallSeconds: wallSeconds, columns: columns)
        .enumerated().map {
          column, seconds in
          let present = seconds.reduce(0, +)
          guard present > 0 else { return nil }
          let shares = seconds.map { $0 / present }
          let most = shares.max() ?? 0
          func claim(_ index: Int) -> Double {
            shares[index] + owed[index] + owedInColumn[column][index]
          }
          var chosen = shares.firstIndex(of: most) ?? 0
          for index in shares.indices
          where shares[index] >= min(most, Self.leastShare) && claim(index) > claim(chosen) {
            chosen = index
          }
          for index in shares.indices {
            let rest = shares[index] - (index == chosen ? 1 : 0)
            // A debt that couldn't be paid for long isn't paid all at once, somewhere else.
            owed[index] = max(-Self.mostOwed, min(Self.mostOwed, owed[index] + rest))
            owedInColumn[column][index] += rest
          }
          return states[chosen]
        }
    }
  }

  /// The seconds in each state, column by column.
  package static func resampled(
    _ row: ObservedTimeline.Row, of timeline: ObservedTimeline, wallSeconds: Double, columns: Int
  ) -> [[Double]] {
    let states = WorkerState.observed.count
    var result = [[Double]](repeating: [Double](repeating: 0, count: states), count: columns)
    guard wallSeconds > 0, wallSeconds.isFinite, timeline.spanSeconds > 0,
      timeline.spanSeconds.isFinite, columns > 0
    else {
      return result
    }
    let perColumn = wallSeconds / Double(columns)
    for (offset, seconds) in row.seconds.enumerated() {
      // The last span may reach beyond the end; its seconds don't.
      let from = min(Double(row.first + offset) * timeline.spanSeconds, wallSeconds)
      let to = min(Double(row.first + offset + 1) * timeline.spanSeconds, wallSeconds)
      let length = to - from
      let first = max(0, min(columns - 1, Int(from / perColumn)))
      let last = max(first, min(columns - 1, Int((to / perColumn).rounded(.up)) - 1))
      for column in first...last {
        let overlap =
          min(to, Double(column + 1) * perColumn) - max(from, Double(column) * perColumn)
        let share = length > 0 ? overlap / length : 1
        // Less is a rounding error of the borders, not a presence.
        if share < 1e-6 { continue }
        for (state, value) in seconds.enumerated().prefix(states) where value > 0 {
          result[column][state] += Double(value) * share
        }
      }
    }
    return result
  }
}
