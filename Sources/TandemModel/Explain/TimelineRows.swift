extension ObservedTimeline {
  /// The most rows of a report's timeline.
  package static let mostRows = 24

  /// The rows that a report shows and saves.
  ///
  /// - Parameter workers: The report's workers.
  /// - Returns: The timeline without the rows of the others.
  package func kept(of workers: [ObservedWorker]) -> ObservedTimeline {
    let kept = Self.keptWorkers(workers)
    return ObservedTimeline(
      spanSeconds: spanSeconds, spans: spans, rows: rows.filter { kept.contains($0.worker) },
      curves: curves, slices: slices)
  }

  /// The workers that have a row in a report: all, or the busiest when they are too many.
  ///
  /// Of those that are about as busy as the last one with a row, some are taken evenly from the
  /// first started to the last: so a storm of alike threads is seen from its beginning to its end.
  package static func keptWorkers(_ workers: [ObservedWorker]) -> Set<Int> {
    if workers.count <= mostRows { return Set(workers.indices) }
    let byWork = workers.indices.sorted {
      (workers[$0].busySeconds, workers[$0].lifeSeconds, $1) > (
        workers[$1].busySeconds, workers[$1].lifeSeconds, $0
      )
    }
    // The program's first thread shows what the others are part of.
    let first = workers.indices.first { workers[$0].kind == .main }
    let last = workers[byWork[mostRows - 1]].busySeconds
    var kept = Set(byWork.prefix { workers[$0].busySeconds > last * 1.25 }.prefix(mostRows - 1))
    if let first { kept.insert(first) }
    let alike = byWork.filter { !kept.contains($0) && workers[$0].busySeconds >= last * 0.8 }
      .sorted { (workers[$0].startedSeconds, $0) < (workers[$1].startedSeconds, $1) }
    let room = mostRows - kept.count
    guard room > 1, alike.count > room else { return kept.union(alike.prefix(room)) }
    return kept.union((0..<room).map { alike[$0 * (alike.count - 1) / (room - 1)] })
  }
}

extension ObservedWorker {
  /// Seconds in progress or held up by a lock: what makes a worker worth a row.
  package var busySeconds: Double {
    WorkerState.observed.reduce(0) { $1.isInProgress || $1 == .lock ? $0 + self[$1] : $0 }
  }
}
