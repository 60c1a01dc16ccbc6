extension ObservedTimeline {
  /// What the rows add up to, span by span.
  ///
  /// - Parameter wallSeconds: The seconds that the spans cover; the last one may reach beyond.
  /// - Returns: Averages over each span, to a thousandth of a worker.
  package func summed(wallSeconds: Double) -> Curves {
    let states = WorkerState.observed
    var demand = [Double](repeating: 0, count: spans)
    var parallelism = demand
    for row in rows {
      for (offset, seconds) in row.seconds.enumerated() where row.first + offset < spans {
        for (state, value) in zip(states, seconds) where state.wantsCPU {
          demand[row.first + offset] += Double(value)
          if state == .onCPU { parallelism[row.first + offset] += Double(value) }
        }
      }
    }
    func averages(_ sums: [Double]) -> [Double] {
      sums.enumerated().map { span, sum in
        let covered = min(spanSeconds, wallSeconds - Double(span) * spanSeconds)
        return covered > 0 ? (sum / covered * 1_000).rounded() / 1_000 : 0
      }
    }
    return Curves(demand: averages(demand), parallelism: averages(parallelism))
  }
}
