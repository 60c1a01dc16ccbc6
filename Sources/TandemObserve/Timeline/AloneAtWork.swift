package import TandemModel

/// For how long each worker was at work while no other one of its kind was.
///
/// The others of its kind are those that the same process started: its other threads, or the other processes.
/// A process is at work while any thread of it is, or any process below it. Only a wait that is known to be one
/// for others counts as no work, so that the time is too short rather than too long.
package struct AloneAtWork {
  /// Seconds by the worker's place; nil where it has no others of its kind.
  package private(set) var seconds: [Double?]

  /// Seconds in which a worker was at work for sure, and in which it may have been, span by span.
  private struct Activity {
    var working: [Float]
    var possible: [Float]

    init(spans: Int) {
      working = [Float](repeating: 0, count: spans)
      possible = working
    }
  }

  private struct Kind: Hashable {
    var parent: Int32
    var isProcess: Bool
  }

  /// Works it out.
  ///
  /// - Parameters:
  ///   - workers: all workers of the program.
  ///   - timeline: what each did when.
  ///   - wokenSeconds: by place, how long each was ready for a CPU in what the timeline shows as waits.
  ///   - unseenSeconds: how long workers were on a CPU that the timeline doesn't show, such as after the last
  ///     sample of their lives.
  ///   - shortestSeconds: how long a worker must have been alone at a stretch for that to count. Where states
  ///     are sampled, workers that change them between two samples seem to be alone again and again.
  /// - Complexity: O(w · s · d) for w workers, s spans and d processes above one another.
  package init(
    of workers: [ObservedWorker], _ timeline: ObservedTimeline, wokenSeconds: [Double],
    unseenSeconds: Double = 0, shortestSeconds: Double = 0
  ) {
    seconds = [Double?](repeating: nil, count: workers.count)
    let first = Dictionary(
      workers.indices.filter { workers[$0].kind != .thread }.map { (workers[$0].pid, $0) },
      uniquingKeysWith: { first, _ in first })
    let spans = timeline.spans
    var activities = workers.indices.map { _ in Activity(spans: spans) }
    var woken = wokenSeconds
    for row in timeline.rows {
      // Where waits for a global lock can't be told, any wait may be one.
      let idle = workers[row.worker].totals.gilIsMeasured ? Self.idle : []
      for place in Self.places(above: row.worker, workers, first) {
        if place != row.worker { woken[place] += wokenSeconds[row.worker] }
        for (offset, cell) in row.seconds.enumerated() where row.first + offset < spans {
          let span = row.first + offset
          for (state, part) in zip(WorkerState.observed, cell) where part > 0 {
            if Self.working.contains(state) { activities[place].working[span] += part }
            if !idle.contains(state) { activities[place].possible[span] += part }
          }
        }
      }
    }
    let kinds = Dictionary(
      grouping: workers.indices.filter { workers[$0].kind != .main && workers[$0].parent != nil }
    ) { Kind(parent: workers[$0].parent ?? 0, isProcess: workers[$0].kind == .process) }
    let length = Float(timeline.spanSeconds)
    for places in kinds.values where places.count >= 2 {
      let all = (0..<spans).map { span in
        places.reduce(Float(0)) { $0 + activities[$1].possible[span] }
      }
      let allWoken = places.reduce(0) { $0 + woken[$1] }
      for place in places {
        let parts = (0..<spans).map { span in
          let others = all[span] - activities[place].possible[span]
          // Several threads of a process may be at work at once.
          return max(0, min(activities[place].working[span], length) - others)
        }
        let alone = Self.sum(of: parts, inStretchesOf: shortestSeconds)
        seconds[place] = max(0, alone - (allWoken - woken[place]) - unseenSeconds)
      }
    }
  }

  /// Adds up seconds by span, without those in stretches that are too short to count.
  private static func sum(of parts: [Float], inStretchesOf shortest: Double) -> Double {
    var (all, stretch) = (0.0, 0.0)
    for part in parts + [0] {
      if part > 0 {
        stretch += Double(part)
      } else {
        if stretch >= shortest { all += stretch }
        stretch = 0
      }
    }
    return all
  }

  /// The states that are surely work, and those that surely aren't.
  private static let working: Set<WorkerState> = [.onCPU, .gil, .io]
  ///
  /// Who waits for a lock has work, which the one that has the lock holds up.
  private static let idle: Set<WorkerState> = [.waitingForWork, .child]

  /// A worker's own place, and those of the processes in which its work counts.
  private static func places(
    above place: Int, _ workers: [ObservedWorker], _ first: [Int32: Int]
  ) -> [Int] {
    var places = [place]
    var next =
      workers[place].kind == .thread
      ? first[workers[place].pid] : workers[place].parent.flatMap { first[$0] }
    while let above = next, !places.contains(above) {
      places.append(above)
      next = workers[above].parent.flatMap { first[$0] }
    }
    return places
  }
}
