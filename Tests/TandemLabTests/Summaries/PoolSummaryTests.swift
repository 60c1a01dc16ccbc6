import TandemLab
import TandemModel
import Testing

/// What is reported of a pool.
@Suite struct PoolSummaryTests {
  @Test func aPoolIsSummarised() throws {
    let report = MadeUp.analyse([MadeUp.poolCell(task: 2e-6, between: 1e-6, coding: 0.0005)])
    let summary = try #require(report.runs[0].pool)
    #expect(summary.tasks == 2_000 && abs(summary.taskSeconds - 2e-6) < 1e-12)
    #expect(abs(summary.overheadSPerTask - 1e-6) < 1e-12)
    #expect(
      summary.codingSeconds == 0.001 && summary.bytesIn == 32_000 && summary.bytesOut == 32_000)
    #expect(summary.waitingP50Seconds == 1e-6 && summary.waitingP99Seconds == nil)
    #expect(summary.started == 2 && summary.deaths == 0)
    // Between two tasks a worker isn't in progress.
    let concurrency = try #require(report.runs[0].concurrency)
    #expect(abs(concurrency - 2 * 0.002 / 0.005) < 0.02)
    let states = Dictionary(
      uniqueKeysWithValues: report.runs[0].shares.map { ($0.state, $0.seconds) })
    #expect(abs((states[.movingData] ?? 0) - 0.0005) < 1e-5)
    #expect(abs((states[.waitingForWork] ?? 0) - 0.0005) < 1e-4)
    #expect((states[.other] ?? 0) < 1e-4)
    // One run without the pool's figures leaves nothing to summarise.
    var broken = MadeUp.poolCell(task: 2e-6, between: 1e-6)
    broken.runs[3].record.pool = nil
    #expect(MadeUp.analyse([broken]).runs[0].pool == nil)
  }
}

extension MadeUp {
  /// A pool's run: all its workers do as many tasks, with so many seconds in and between them.
  static func poolCell(
    tasks: Int = 1_000, task: Double, between: Double, coding: Double = 0, bytes: UInt64 = 16_000,
    workers: Int = 2, schedule: Schedule = .allAtOnce
  ) -> CellRuns {
    var pool = cell(
      .swiftProcessPool, schedule,
      .init(
        start: 0.001, onCPU: Double(tasks) * task, unknown: Double(tasks) * between, end: 0.001),
      workers: workers)
    for run in pool.runs.indices {
      pool.runs[run].record.pool = PoolRecord(
        started: workers, deaths: 0, waitingP50NS: 1_000, waitingP99NS: nil)
      for worker in pool.runs[run].record.workers.indices {
        let span = Double(tasks) * (task + between)
        pool.runs[run].record.workers[worker].tasks = TaskTotals(
          count: tasks, runningNS: nanoseconds(Double(tasks) * task),
          spanNS: nanoseconds(span), codingNS: nanoseconds(coding),
          bytesIn: bytes, bytesOut: bytes)
      }
    }
    return pool
  }
}
