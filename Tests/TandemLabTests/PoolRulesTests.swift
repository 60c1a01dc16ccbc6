import TandemLab
import TandemModel
import Testing

/// The rules about pools, shares and sweeps: a test where each must speak and one where it must not.
@Suite("Rules of pools and sweeps")
struct PoolRulesTests {
  /// A pool's run: all its workers do as many tasks, with so many seconds in and between them.
  private func pool(
    tasks: Int = 1_000, task: Double, between: Double, coding: Double = 0, bytes: UInt64 = 16_000,
    workers: Int = 2, schedule: Schedule = .allAtOnce
  ) -> CellRuns {
    var cell = MadeUp.cell(
      .swiftProcessPool, schedule,
      .init(
        start: 0.001, onCPU: Double(tasks) * task, unknown: Double(tasks) * between, end: 0.001),
      workers: workers)
    for run in cell.runs.indices {
      cell.runs[run].record.pool = PoolRecord(
        started: workers, deaths: 0, waitingP50NS: 1_000, waitingP99NS: nil)
      for worker in cell.runs[run].record.workers.indices {
        let span = Double(tasks) * (task + between)
        cell.runs[run].record.workers[worker].tasks = TaskTotals(
          count: tasks, runningNS: MadeUp.nanoseconds(Double(tasks) * task),
          spanNS: MadeUp.nanoseconds(span), codingNS: MadeUp.nanoseconds(coding),
          bytesIn: bytes, bytesOut: bytes)
      }
    }
    return cell
  }

  private func findings(
    _ rule: String, _ cells: [CellRuns], cpus: Int = 2, items: Int = 4, sweep: [Int]? = nil
  ) -> [Finding] {
    #expect(Rules.all.contains { $0.name == rule })
    return analyse(
      cells: cells, machine: MadeUp.machine(cpus: cpus), work: MadeUp.work(items: items), seed: 1,
      omitted: [], tandemVersion: "0", sweep: sweep
    ).findings.filter { $0.rule == rule }
  }

  @Test func aPoolIsSummarised() throws {
    let report = MadeUp.analyse([pool(task: 2e-6, between: 1e-6, coding: 0.0005)])
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
    var broken = pool(task: 2e-6, between: 1e-6)
    broken.runs[3].record.pool = nil
    #expect(MadeUp.analyse([broken]).runs[0].pool == nil)
  }

  @Test func tinyTasksSpeak() throws {
    let found = findings("tiny-tasks-dominate", [pool(task: 1e-6, between: 10e-6)])
    #expect(found.count == 1)
    #expect(
      found[0].claim.contains(
        "a task takes 1.00 µs, and a worker spends 10.0 µs between two tasks, 10"))
    #expect(found[0].advice.contains("of these in one, handing them out becomes a tenth"))
    // So few that nothing is gained by any batch.
    let hopeless = findings("tiny-tasks-dominate", [pool(tasks: 25, task: 1e-9, between: 1e-3)])
    #expect(hopeless[0].advice.contains("do all of them in one loop"))
  }

  @Test func tinyTasksStaySilent() {
    let rule = "tiny-tasks-dominate"
    #expect(findings(rule, [pool(task: 10e-6, between: 1e-6)]).isEmpty)
    // Few tasks each: they are not tiny, but rare.
    #expect(findings(rule, [pool(tasks: 4, task: 1e-6, between: 10e-6)]).isEmpty)
    // One at a time, a worker is made to wait.
    #expect(
      findings(rule, [pool(task: 1e-6, between: 10e-6, schedule: .oneAtATime)]).isEmpty)
    // Large data is what takes the time.
    #expect(
      findings(
        rule, [pool(task: 1e-6, between: 1e-3, coding: 0.9, bytes: 100_000_000)]
      ).isEmpty)
    #expect(findings(rule, [MadeUp.cell(.swiftProcesses, .init(onCPU: 1e-6))]).isEmpty)
  }

  @Test func movingDataSpeaks() throws {
    let found = findings(
      "moving-data-dominates", [pool(task: 1e-4, between: 1e-3, coding: 0.9, bytes: 100_000_000)])
    #expect(found.count == 1)
    #expect(
      found[0].claim.contains("spent 1.80 s on encoding and decoding and 200 ms in the tasks"))
    #expect(found[0].claim.contains("a task moves 195 KiB"))
    // A driver that moves data while nobody works.
    var cell = MadeUp.cell(.pythonProcessesFork, .init(onCPU: 0.1), server: 0.3)
    for run in cell.runs.indices { cell.runs[run].record.driver[0].activity = .movingData }
    let driver = findings("moving-data-dominates", [cell])
    #expect(driver.count == 1 && driver[0].claim.contains("took 75 % of the 400 ms"))
  }

  @Test func movingDataStaysSilent() {
    let rule = "moving-data-dominates"
    #expect(
      findings(rule, [pool(task: 1e-3, between: 1e-3, coding: 0.9, bytes: 100_000_000)]).isEmpty)
    // Small tasks with small data are tiny, not heavy.
    #expect(findings(rule, [pool(task: 1e-6, between: 1e-5, coding: 0.005)]).isEmpty)
    #expect(findings(rule, [MadeUp.cell(.swiftProcesses, .init(onCPU: 0.1))]).isEmpty)
  }

  /// A run whose first worker has so many times the work of the others.
  private func uneven(
    _ model: ExecutionModel, _ factor: Double, workers: Int = 4, io: Bool = false
  ) -> CellRuns {
    var cell = MadeUp.cell(model, io ? .init(io: 0.1) : .init(onCPU: 0.1), workers: workers)
    for run in cell.runs.indices {
      var worker = cell.runs[run].record.workers[0]
      let body = UInt64(Double(worker.bodyLeftNS - worker.bodyEnteredNS) * factor)
      worker.bodyLeftNS = worker.bodyEnteredNS + body
      worker.endObservedNS = worker.bodyLeftNS
      if io { worker.blocked.ioNS = body } else { worker.onCPUNS = body }
      cell.runs[run].record.workers[0] = worker
      cell.runs[run].record.endedNS = max(cell.runs[run].record.endedNS, worker.endObservedNS)
    }
    return cell
  }

  @Test func unevenWorkersSpeak() throws {
    let found = findings("workers-uneven", [uneven(.swiftThreads, 5)], cpus: 4)
    #expect(found.count == 1)
    #expect(found[0].claim.contains("one of 4 workers had 500 ms of work, the mean was 200 ms"))
    #expect(found[0].claim.contains("Even shares would save about 300 ms of 500 ms"))
    // Work that waits needs no CPU each.
    #expect(findings("workers-uneven", [uneven(.swiftThreads, 5, io: true)], cpus: 1).count == 0)
    let serial = MadeUp.cell(.serial, .init(io: 0.1), workers: 1)
    #expect(
      findings("workers-uneven", [uneven(.swiftThreads, 5, io: true), serial], cpus: 1).count == 1)
  }

  @Test func unevenWorkersStaySilent() {
    let rule = "workers-uneven"
    #expect(findings(rule, [uneven(.swiftThreads, 1)], cpus: 4).isEmpty)
    #expect(findings(rule, [uneven(.swiftThreads, 1.2)], cpus: 4).isEmpty)
    // Two CPUs have enough to do with the others meanwhile.
    #expect(findings(rule, [uneven(.swiftThreads, 3, workers: 20)], cpus: 2).isEmpty)
    // In Python's threads waiting for the GIL isn't told apart.
    #expect(findings(rule, [uneven(.pythonThreads, 5)], cpus: 4).isEmpty)
    var unknown = uneven(.swiftThreads, 5)
    for run in unknown.runs.indices { unknown.runs[run].record.workers[2].runnableNS = nil }
    #expect(findings(rule, [unknown], cpus: 4).isEmpty)
  }

  private func swept(_ walls: [(Int, Double)]) -> [CellRuns] {
    walls.map { MadeUp.cell(.swiftThreads, .init(onCPU: $0.1), workers: $0.0) }
  }

  @Test func moreWorkersSpeak() throws {
    let found = findings(
      "more-workers-no-longer-help", swept([(1, 1), (2, 0.5), (4, 0.51), (8, 0.55)]), items: 8,
      sweep: [1, 2, 4, 8])
    #expect(found.count == 1)
    #expect(
      found[0].claim.contains(
        "more than 2 workers don't help: the same 8 items took 500 ms with 2, and with more of them "
          + "4: 510 ms and 8: 550 ms"))
    #expect(found[0].advice.contains("Use 2 workers: the work computes, and 2 CPUs"))
    #expect(found[0].evidence["enough_workers"] == 2)
  }

  @Test func moreWorkersStaySilent() {
    let rule = "more-workers-no-longer-help"
    #expect(findings(rule, swept([(1, 1), (2, 0.5)]), items: 8, sweep: [1, 2]).isEmpty)
    #expect(findings(rule, swept([(2, 0.5)])).isEmpty)
  }
}
