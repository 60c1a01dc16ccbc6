import TandemModel
import TandemObserve

/// What was seen of the bodies of one run, and of the threads that they ran on.
struct ObservedBodies: Sendable, Equatable {
  /// One worker's.
  struct Entry: Sendable, Equatable {
    /// What it did inside its body.
    var body: ObservedBody
    /// When its thread was started, or first seen.
    var startedNS: UInt64
  }

  /// One for each worker of the record; nil for those that too little was seen of.
  var entries: [Entry?]

  /// All segments of a run together are about so many at most.
  private static let mostSegments = 100_000

  /// Finds the workers of a record among the threads that were seen.
  ///
  /// - Parameter run: the run.
  init(_ run: WatchedRun) {
    let threads = Dictionary(grouping: run.observed.workers, by: \.tid)
    let each = max(50, Self.mostSegments / max(1, run.record.workers.count))
    entries = run.record.workers.map { worker in
      guard let tid = worker.tid, let candidates = threads[tid] else { return nil }
      // The kernel uses numbers again: it is the one that was there during the body.
      let there = candidates.first { thread in
        thread.startedNS <= worker.bodyLeftNS
          && thread.endedNS.map { $0 >= worker.bodyEnteredNS } ?? true
          && (worker.pid == nil || worker.pid == thread.pid)
      }
      guard let there,
        let body = ObservedBody(
          of: worker, seenAs: there, in: run.observed,
          mostSegments: min(each, ObservedBody.mostSegments))
      else { return nil }
      return Entry(body: body, startedNS: there.startedNS)
    }
  }

  /// How many workers too little was seen of.
  var unseen: Int { entries.count { $0 == nil } }

  /// Whether at least nine of ten workers were seen.
  var areEnough: Bool { !entries.isEmpty && unseen * 10 <= entries.count }
}
