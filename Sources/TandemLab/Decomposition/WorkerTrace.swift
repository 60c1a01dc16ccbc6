package import TandemModel

/// What one worker was doing while it was in progress.
///
/// Segments don't overlap; between them, and before and after, the worker is not in progress.
package struct WorkerTrace: Sendable, Equatable {
  /// The segments, in any order.
  package var segments: [TraceSegment]

  /// Makes a trace.
  ///
  /// - Parameter segments: spans that don't overlap.
  package init(_ segments: [TraceSegment]) {
    self.segments = segments
  }
}

/// A span of a worker's time and the shares of it that went to each state.
///
/// Switch records give spans of one state; a worker that only reports its own totals gives one span
/// for its body, with the shares of its states.
package struct TraceSegment: Sendable, Equatable {
  /// When it began, in nanoseconds of `CLOCK_MONOTONIC`.
  package var fromNS: UInt64
  /// When it ended, in nanoseconds of `CLOCK_MONOTONIC`.
  package var toNS: UInt64
  /// The share of the span in each state; they add up to 1.
  package var shares: StateTable

  /// Makes a segment of several states.
  ///
  /// - Parameters:
  ///   - fromNS: when it began.
  ///   - toNS: when it ended.
  ///   - shares: the share of each state, adding up to 1.
  package init(fromNS: UInt64, toNS: UInt64, shares: StateTable) {
    assert(toNS <= fromNS || abs(shares.sum - 1) < 1e-6, "the shares of a span must add up to 1")
    self.fromNS = fromNS
    self.toNS = toNS
    self.shares = shares
  }

  /// Makes a segment of one state.
  ///
  /// - Parameters:
  ///   - fromNS: when it began.
  ///   - toNS: when it ended.
  ///   - state: the state.
  package init(fromNS: UInt64, toNS: UInt64, state: WorkerState) {
    self.init(fromNS: fromNS, toNS: toNS, shares: StateTable([state: 1]))
  }
}

/// The traces of one run, with its wall time and what its driver did.
package struct RunTrace: Sendable, Equatable {
  /// When the wall time starts, in nanoseconds of `CLOCK_MONOTONIC`.
  package var beganNS: UInt64
  /// When the wall time ends.
  package var endedNS: UInt64
  /// The workers.
  package var workers: [WorkerTrace]
  /// What the driver was doing, in spans that don't overlap.
  package var driver: [DriverSpan]

  /// Makes a run's traces.
  ///
  /// - Parameters:
  ///   - beganNS: when the wall time starts.
  ///   - endedNS: when it ends.
  ///   - workers: the workers.
  ///   - driver: what the driver was doing.
  package init(
    beganNS: UInt64, endedNS: UInt64, workers: [WorkerTrace], driver: [DriverSpan] = []
  ) {
    self.beganNS = beganNS
    self.endedNS = endedNS
    self.workers = workers
    self.driver = driver
  }

  /// The wall time, in nanoseconds.
  package var wallNS: UInt64 { endedNS > beganNS ? endedNS - beganNS : 0 }
}
