package import TandemModel

/// How many started workers were in progress at once, by what is known in the end of what each did in each span.
///
/// The sweep passes before most waits are looked into. A span's average is no more than the most in it.
package struct WorkersAtOnce {
  /// Seconds by the number of workers in progress; the index is the number.
  package private(set) var seconds: [Double] = []

  /// Adds up a timeline.
  ///
  /// - Parameters:
  ///   - workers: the workers of its rows.
  ///   - timeline: what each did when.
  package init(_ workers: [ObservedWorker], _ timeline: ObservedTimeline) {
    guard timeline.spanSeconds > 0 else { return }
    let states = WorkerState.observed
    var sums = [Double](repeating: 0, count: timeline.spans)
    for row in timeline.rows where workers[row.worker].kind != .main {
      for (offset, cell) in row.seconds.enumerated() where row.first + offset < timeline.spans {
        for (state, part) in zip(states, cell) where state.isInProgress {
          sums[row.first + offset] += Double(part)
        }
      }
    }
    for sum in sums {
      let number = Int((sum / timeline.spanSeconds).rounded())
      while seconds.count <= number { seconds.append(0) }
      seconds[number] += timeline.spanSeconds
    }
  }
}
