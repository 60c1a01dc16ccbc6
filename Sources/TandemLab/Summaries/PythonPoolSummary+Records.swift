import TandemModel
import TandemSystem

extension PythonPoolSummary {
  /// Summarises runs of one of Python's pools; nil when one of them has no figures of it.
  ///
  /// - Parameter records: the runs.
  init?(of records: [RunRecord]) {
    let pools = records.compactMap(\.pythonPool)
    guard pools.count == records.count, let last = pools.last,
      let start = Statistics.median(pools.map { Double($0.startNS) / 1e9 }),
      let stop = Statistics.median(pools.map { Double($0.stopNS) / 1e9 })
    else { return nil }
    self.init(
      className: last.className, startMethod: last.startMethod, chunksize: last.chunksize,
      defaultWorkers: last.defaultWorkers, defaultChunksize: last.defaultChunksize,
      startSeconds: start, stopSeconds: stop)
  }
}
