import Tandem
import TandemModel
import TandemObserve
import TandemSystem

extension SwiftRun {
  /// A pool of worker processes, which take the items as they get free.
  ///
  /// - Parameters:
  ///   - log: where it is written down.
  ///   - readsMemory: whether workers read their memory in the end.
  /// - Returns: what each worker measured.
  /// - Throws: what an item throws, or why there is no pool.
  @discardableResult
  nonisolated(nonsending) func runProcessPool(
    _ log: inout RunLog, readsMemory: Bool = false
  ) async throws -> [PoolMeasure] {
    let reports = try ReportPipe()
    let server = try log.span(.startingServer) { try WorkerServer.start() }
    let pool = try log.span(.preparing) {
      var options = ProcessPoolOptions()
      options.setup = WorkerHook(StartMeasuring(work: work, isThread: false))
      options.teardown = WorkerHook(ReportMeasure(path: reports.path, readsMemory: readsMemory))
      return try ProcessPool(workers: workers, name: "Pool", options: options)
    }
    let measures = try await run(pool, reports, &log)
    log.others += measures.compactMap(\.usage)
    if let usage = ResourceUsage(ofServer: server) {
      log.others.append(usage)
    } else {
      log.notMeasured.append("CPU time of the fork server: /proc does not show it")
    }
    return measures
  }

  /// A pool of threads, which take the items as they get free.
  ///
  /// - Parameters:
  ///   - log: where it is written down.
  ///   - readsMemory: whether threads read how much of their stack is resident in the end.
  /// - Returns: what each thread measured.
  /// - Throws: what an item throws, or why there is no pool.
  @discardableResult
  nonisolated(nonsending) func runThreadPool(
    _ log: inout RunLog, readsMemory: Bool = false
  ) async throws -> [PoolMeasure] {
    let reports = try ReportPipe()
    let pool = try log.span(.preparing) {
      var options = ThreadPoolOptions()
      options.setup = WorkerHook(StartMeasuring(work: work, isThread: true))
      options.teardown = WorkerHook(ReportMeasure(path: reports.path, readsMemory: readsMemory))
      return try ThreadPool(workers: workers, name: "Pool", options: options)
    }
    return try await run(pool, reports, &log)
  }

  /// Whether the work is async, and so may go on on another thread in a process.
  private var awaits: Bool {
    guard case .suspending? = (try? work.resolved())?.kind else { return false }
    return true
  }

  /// Gives a pool the items and shuts it down.
  ///
  /// All at once, the pool is given all items together; one at a time, each is awaited before the next is
  /// given.
  private nonisolated(nonsending) func run(
    _ pool: some WorkerPool, _ reports: ReportPipe, _ log: inout RunLog
  ) async throws -> [PoolMeasure] {
    let statistics: PoolStatistics
    let done: UInt64
    do {
      switch schedule {
      case .allAtOnce:
        _ = try await pool.map((0..<items).map { MeasuredItem(item: $0) })
      case .oneAtATime:
        for item in 0..<items { _ = try await pool.run(MeasuredItem(item: item)) }
      }
      statistics = pool.statistics
      done = MonotonicClock.now()
      await pool.shutdown()
    } catch {
      await pool.shutdown(.killNow)
      throw error
    }
    log.end()
    let measures = reports.read(atMost: statistics.started)
    log.take(
      measures, statistics, done: done, areProcesses: model.workerKind == .process,
      stayOnThread: model.workerKind == .thread || !awaits)
    return measures
  }
}

/// The pipe that workers write their measures into, which they open by its path.
private final class ReportPipe: Sendable {
  private let ends: PipeEnds

  init() throws(Errno) {
    ends = try PipeEnds(nonBlocking: .both)
  }

  var path: String { ends.writer.pathForOtherProcesses }

  /// What is in the pipe: once the workers have ended, there is no more to come.
  func read(atMost count: Int) -> [PoolMeasure] {
    var bytes: [UInt8] = []
    while bytes.count < count * PoolMeasure.byteCount,
      let some = try? ends.reader.readSome(limit: 4096), !some.isEmpty
    {
      bytes += some
    }
    return stride(from: 0, to: bytes.count, by: PoolMeasure.byteCount).compactMap {
      PoolMeasure(bytes[$0..<min($0 + PoolMeasure.byteCount, bytes.count)])
    }
  }
}

extension RunLog {
  /// Writes down what a pool's workers measured, and what the pool did.
  fileprivate mutating func take(
    _ measures: [PoolMeasure], _ statistics: PoolStatistics, done: UInt64,
    areProcesses: Bool, stayOnThread: Bool
  ) {
    let ended = ended ?? MonotonicClock.now()
    for measure in measures where measure.items > 0 {
      let known = statistics.workers.first { $0.systemIdentifier == measure.id }
      // Its start begins when the pool asked for it.
      let ready = known?.readySince ?? measure.enteredNS
      let called = max(began, ready &- min(ready, known?.startUp ?? 0))
      let onCPU = min(measure.onCPUNS, measure.runningNS)
      workers.append(
        WorkerRecord(
          startCalledNS: min(called, measure.enteredNS), bodyEnteredNS: measure.enteredNS,
          // Until the pool is shut down, a worker without a task waits for one; then it ends.
          bodyLeftNS: max(done, measure.leftNS), endObservedNS: max(ended, measure.leftNS),
          onCPUNS: onCPU,
          runnableNS: measure.runnableNS.map { min($0, measure.runningNS &- onCPU) },
          blocked: BlockedTimes(ioNS: measure.ioNS), switches: measure.usage?.switches,
          usage: areProcesses ? measure.usage : nil,
          tasks: TaskTotals(
            count: measure.items, runningNS: measure.runningNS,
            spanNS: measure.leftNS &- measure.enteredNS,
            codingNS: areProcesses ? known?.totals.coding : nil,
            bytesIn: areProcesses ? known?.totals.bytesIn : nil,
            bytesOut: areProcesses ? known?.totals.bytesOut : nil),
          pid: areProcesses ? measure.id : ServerLaunch.ownPID,
          tid: stayOnThread ? measure.id : nil))
    }
    workers.sort { $0.startCalledNS < $1.startCalledNS }
    pool = PoolRecord(
      started: statistics.started, deaths: statistics.deaths,
      waitingP50NS: statistics.queueTimes.quantile(0.5),
      waitingP99NS: statistics.queueTimes.quantile(0.99))
    if measures.count < statistics.started {
      notMeasured.append(
        """
        \(statistics.started - measures.count) of \(statistics.started) of the pool's workers ended \
        without reporting what they measured
        """)
    }
  }
}
