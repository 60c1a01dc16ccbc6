import TandemModel
import TandemSystem

extension PoolSummary {
  /// Summarises runs of a pool; nil when one of them has no figures of it.
  ///
  /// - Parameter records: the runs.
  init?(of records: [RunRecord]) {
    let figures = records.compactMap(PoolFigures.init)
    guard !figures.isEmpty, figures.count == records.count else { return nil }
    func median(_ figure: (PoolFigures) -> Double?) -> Double? {
      let values = figures.compactMap(figure)
      return values.count == figures.count ? Statistics.median(values) : nil
    }
    guard let tasks = median(\.tasks), let taskSeconds = median(\.taskSeconds),
      let overhead = median(\.overheadSeconds), let started = median({ Double($0.pool.started) }),
      let deaths = median({ Double($0.pool.deaths) })
    else { return nil }
    self.init(
      tasks: tasks, taskSeconds: taskSeconds, overheadSPerTask: overhead,
      codingSeconds: median(\.codingSeconds),
      bytesIn: median(\.bytesIn), bytesOut: median(\.bytesOut),
      waitingP50Seconds: median { $0.pool.waitingP50NS.map { $0 / 1e9 } },
      waitingP99Seconds: median { $0.pool.waitingP99NS.map { $0 / 1e9 } }, started: started,
      deaths: deaths)
  }
}

/// The figures of a pool in one run.
private struct PoolFigures {
  var pool: PoolRecord
  var tasks: Double
  var taskSeconds: Double
  var overheadSeconds: Double
  var codingSeconds: Double?
  var bytesIn: Double?
  var bytesOut: Double?

  init?(_ record: RunRecord) {
    let totals = record.workers.compactMap(\.tasks)
    let count = totals.reduce(0) { $0 + $1.count }
    guard let pool = record.pool, totals.count == record.workers.count, count > 0 else {
      return nil
    }
    func sum(_ figure: (TaskTotals) -> UInt64?) -> Double? {
      let values = totals.compactMap(figure)
      return values.count == totals.count ? values.reduce(0) { $0 + Double($1) } : nil
    }
    let running = totals.reduce(0) { $0 + Double($1.runningNS) }
    // Of each worker's own span, so that what a worker waits for after its last task isn't counted.
    let spans = totals.reduce(0) { $0 + Double($1.spanNS) }
    self.pool = pool
    tasks = Double(count)
    taskSeconds = running / Double(count) / 1e9
    overheadSeconds = max(0, spans - running) / Double(count) / 1e9
    codingSeconds = sum(\.codingNS).map { $0 / 1e9 }
    bytesIn = sum(\.bytesIn)
    bytesOut = sum(\.bytesOut)
  }
}

extension WorkerRecord {
  /// Seconds that its work took, without waiting for a CPU or a lock; nil when that isn't known.
  var ownSeconds: Double? {
    guard let runnableNS else { return nil }
    let body = tasks?.runningNS ?? bodyLeftNS &- min(bodyLeftNS, bodyEnteredNS)
    let waited = runnableNS + (blocked.gilNS ?? 0) + (blocked.lockNS ?? 0)
    return Double(body > waited ? body - waited : 0) / 1e9
  }
}
