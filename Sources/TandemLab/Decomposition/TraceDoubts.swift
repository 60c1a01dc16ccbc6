import TandemText

/// What could not be taken as workers reported it, over any number of runs.
package struct TraceDoubts: Sendable, Equatable {
  /// Workers that were read.
  package var workers = 0
  /// Nanoseconds in their bodies.
  package var bodyNS = 0.0
  /// Workers that reported more time than their bodies lasted.
  package var workersWithExcess = 0
  /// Nanoseconds that they reported too much.
  package var excessNS = 0.0
  /// Workers that didn't report the time they were runnable.
  package var workersWithoutRunnable = 0

  /// Makes a count of nothing.
  package init() {}

  /// A sentence for each kind of doubt that matters.
  package var sentences: [String] {
    var sentences: [String] = []
    // The clocks of a body are read one after the other, so a few microseconds too much are
    // normal; one per cent is not.
    if excessNS > bodyNS / 100 {
      let share = bodyNS > 0 ? FigureText.percent(excessNS / bodyNS) : "all of it"
      sentences.append(
        """
        \(workersWithExcess) of \(workers) workers reported more time than their bodies lasted \
        (\(share) too much in all); their shares were scaled down to fit
        """)
    }
    if workersWithoutRunnable > 0 {
      sentences.append(
        """
        time ready to run but waiting for a CPU was not reported by \(workersWithoutRunnable) of \
        \(workers) workers; where the wall time went, it is counted as off the CPU for an unknown reason
        """)
    }
    return sentences
  }

  /// Adds what another reading found.
  ///
  /// - Parameter other: what it found.
  package mutating func add(_ other: TraceDoubts) {
    workers += other.workers
    bodyNS += other.bodyNS
    workersWithExcess += other.workersWithExcess
    excessNS += other.excessNS
    workersWithoutRunnable += other.workersWithoutRunnable
  }
}
