import TandemLab
import TandemModel

/// Made-up measurements with figures that can be worked out by hand.
enum MadeUp {
  static let python = InterpreterSummary(
    path: "/usr/bin/python3", version: "3.11.7", implementation: "CPython", gilEnabled: true)
  static let freeThreaded = InterpreterSummary(
    path: "/opt/python3.13t", version: "3.13.0", implementation: "CPython", gilEnabled: false)

  static func machine(cpus: Int = 2, allowed: Int? = nil, quota: Double? = nil) -> MachineSummary {
    MachineSummary(
      cpusOnline: allowed ?? cpus, cpusAllowed: allowed ?? cpus, cpuQuota: quota,
      effectiveCPUs: cpus, kernel: "6.1.0")
  }

  static func work(
    _ kind: WorkSummary.Kind = .cpu, items: Int = 4, iterations: Int? = 10_000
  ) -> WorkSummary {
    WorkSummary(
      name: kind.rawValue, kind: kind, items: items, iterations: iterations, workTimeSeconds: nil)
  }

  /// What every worker of a run does, in seconds.
  struct Worker {
    var start = 0.0
    var onCPU = 0.0
    var runnable: Double? = 0
    var gil = 0.0
    var io = 0.0
    var unknown = 0.0
    var end = 0.0
    /// CPU seconds of its whole process while its body runs; nil when it isn't known.
    var process: Double?

    var body: Double { onCPU + (runnable ?? 0) + gil + io + unknown }
  }

  static func nanoseconds(_ seconds: Double) -> UInt64 {
    UInt64((seconds * 1e9).rounded())
  }

  /// A run whose workers all do the same; those of the last schedule start at the same moment.
  static func record(
    _ worker: Worker, workers: Int, schedule: Schedule = .allAtOnce, involuntary: Double = 0,
    preparing: Double = 0, server: Double? = nil
  ) -> RunRecord {
    var now: UInt64 = 1_000_000_000
    let began = now
    var driver: [DriverSpan] = []
    if preparing > 0 {
      driver.append(
        DriverSpan(activity: .preparing, fromNS: now, toNS: now + nanoseconds(preparing)))
      now += nanoseconds(preparing)
    }
    if let server {
      driver.append(
        DriverSpan(activity: .startingServer, fromNS: now, toNS: now + nanoseconds(server)))
      now += nanoseconds(server)
    }
    var ended = now
    var records: [WorkerRecord] = []
    for _ in 0..<workers {
      let entered = now + nanoseconds(worker.start)
      let left = entered + nanoseconds(worker.body)
      ended = left + nanoseconds(worker.end)
      records.append(
        WorkerRecord(
          startCalledNS: now, bodyEnteredNS: entered, bodyLeftNS: left, endObservedNS: ended,
          onCPUNS: nanoseconds(worker.onCPU), processCPUNS: worker.process.map(nanoseconds),
          runnableNS: worker.runnable.map(nanoseconds),
          blocked: BlockedTimes(
            gilNS: worker.gil > 0 ? nanoseconds(worker.gil) : nil,
            ioNS: worker.io > 0 ? nanoseconds(worker.io) : nil)))
      if schedule == .oneAtATime { now = ended }
    }
    return RunRecord(
      beganNS: began, endedNS: ended, driver: driver, workers: records,
      usage: ResourceUsage(
        userSeconds: worker.onCPU * Double(workers), systemSeconds: 0,
        switches: ContextSwitches(voluntary: Double(workers), involuntary: involuntary),
        maxResidentKiB: 10_000))
  }

  /// A cell of runs that differ by a factor a block.
  static func cell(
    _ model: ExecutionModel, _ schedule: Schedule, _ worker: Worker, workers: Int = 4,
    interpreter: InterpreterSummary? = nil, memory: MemorySummary = MemorySummary(),
    factors: [Double] = [1, 1.01, 0.99, 1.02, 0.98, 1.005, 0.995, 1],
    server: Double? = nil
  ) -> CellRuns {
    let serial = model.workerKind == .none
    return CellRuns(
      model: model, schedule: schedule,
      interpreter: interpreter ?? (model.isPython ? python : nil),
      workers: serial ? 0 : workers,
      runs: factors.enumerated().map { block, factor in
        var worker = worker
        worker.start *= factor
        worker.onCPU *= factor
        worker.runnable = worker.runnable.map { $0 * factor }
        worker.gil *= factor
        worker.io *= factor
        worker.unknown *= factor
        worker.end *= factor
        worker.process = worker.process.map { $0 * factor }
        return TimedRun(
          block: block,
          record: record(
            worker, workers: workers, schedule: serial ? .oneAtATime : schedule, server: server))
      }, memory: memory)
  }

  /// A cell whose workers overlap.
  static func cell(
    _ model: ExecutionModel, _ worker: Worker, workers: Int = 4,
    interpreter: InterpreterSummary? = nil, memory: MemorySummary = MemorySummary(),
    factors: [Double] = [1, 1.01, 0.99, 1.02, 0.98, 1.005, 0.995, 1],
    server: Double? = nil
  ) -> CellRuns {
    cell(
      model, .allAtOnce, worker, workers: workers, interpreter: interpreter, memory: memory,
      factors: factors, server: server)
  }

  static func analyse(
    _ cells: [CellRuns], machine: MachineSummary = machine(), work: WorkSummary = work()
  ) -> CompareReport {
    CompareReport(analysing: cells, machine: machine, work: work, seed: 1)
  }
}
