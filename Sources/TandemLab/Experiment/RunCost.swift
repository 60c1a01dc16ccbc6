import TandemModel

/// What a run of many workers will take, worked out from a run of a few.
enum RunCost {
  /// Few workers.
  static let few = 4

  /// Splits what the few took into what every run pays once and what each worker adds.
  ///
  /// Paid once: the fresh process, what the driver prepares, and the server. Each worker adds its part
  /// of the time from the first start to the last end, where workers overlap as they do.
  ///
  /// - Parameters:
  ///   - record: the run of a few workers.
  ///   - elapsedSeconds: what it took with its fresh process, in seconds.
  ///   - times: how many times as many workers and items the whole run has.
  /// - Returns: seconds.
  static func ofWholeRun(_ record: RunRecord, elapsedSeconds: Double, times: Double) -> Double {
    let first = record.workers.map(\.startCalledNS).min() ?? record.beganNS
    let last = record.workers.map(\.endObservedNS).max() ?? record.endedNS
    let working = last > first ? Double(last - first) / 1e9 : 0
    return max(0, elapsedSeconds - working) + working * times
  }
}
