package import TandemModel

/// A stretch of a run's wall time during which nothing changes.
package enum Stretch: Sendable, Equatable {
  /// Some workers are in progress: how many, and how many of them in each state.
  case working(workers: Int, states: StateTable)
  /// None is; what the driver was doing.
  case driving(WorkerState)
}

extension RunTrace {
  /// Walks the wall time from beginning to end, one stretch after the other.
  ///
  /// The stretches cover the wall time without gap or overlap; what workers did outside of it is
  /// cut off.
  ///
  /// - Complexity: O(s log s) for s segments.
  ///
  /// - Parameter body: receives each stretch and its length in nanoseconds, above zero.
  package func forEachStretch(_ body: (Stretch, UInt64) -> Void) {
    struct Change {
      var time: UInt64
      var workers: Int
      var segment: TraceSegment
    }
    var changes: [Change] = []
    for segment in workers.flatMap(\.segments) {
      let from = max(segment.fromNS, beganNS)
      let to = min(segment.toNS, endedNS)
      guard from < to else { continue }
      changes.append(Change(time: from, workers: 1, segment: segment))
      changes.append(Change(time: to, workers: -1, segment: segment))
    }
    changes.sort { $0.time < $1.time }

    let spans = driver.filter { $0.fromNS < $0.toNS }.sorted { $0.fromNS < $1.fromNS }
    var nextSpan = spans.startIndex
    func walkDriver(from start: UInt64, to end: UInt64) {
      var now = start
      while nextSpan < spans.endIndex, now < end {
        let span = spans[nextSpan]
        if span.toNS <= now {
          nextSpan += 1
        } else if span.fromNS > now {
          let until = min(span.fromNS, end)
          body(.driving(.idle), until - now)
          now = until
        } else {
          let until = min(span.toNS, end)
          body(.driving(span.activity.state), until - now)
          now = until
        }
      }
      if now < end { body(.driving(.idle), end - now) }
    }

    var now = beganNS
    var inProgress = 0
    var states = StateTable()
    for change in changes {
      if change.time > now {
        if inProgress > 0 {
          body(.working(workers: inProgress, states: states), change.time - now)
        } else {
          walkDriver(from: now, to: change.time)
        }
        now = change.time
      }
      inProgress += change.workers
      // Starting from zero again whenever nobody works keeps rounding from piling up.
      if inProgress == 0 {
        states = StateTable()
      } else {
        states.add(change.segment.shares, times: Double(change.workers))
      }
    }
    if now < endedNS { walkDriver(from: now, to: endedNS) }
  }
}
