import Tandem
package import TandemModel
import TandemObserve
import TandemSystem
import TandemText

/// One untimed run of a Swift model that reads the memory of its workers.
package struct SwiftMemoryRun: WorkerTask {
  /// The run that it stands for, at most four workers of it.
  package var run: SwiftRun

  /// Makes a run.
  ///
  /// - Parameter run: the timed run that it stands for.
  package init(of run: SwiftRun) {
    let workers = min(4, run.workers)
    self.run = SwiftRun(
      model: run.model, schedule: .allAtOnce, workers: workers,
      items: max(workers, run.items * workers / run.workers), work: run.work)
  }

  /// Runs the model and reads the memory.
  ///
  /// - Returns: the mean over the workers.
  /// - Throws: why a worker could not be started or did not end well.
  package func run() async throws -> MemorySummary {
    switch run.model {
    case .swiftThreads: try await threads(lock: nil)
    case .swiftThreadsGlobalLock: try await threads(lock: GlobalLock())
    case .swiftProcesses: try await processes(.forkServer)
    case .swiftProcessesSpawn: try await processes(.spawn)
    case .swiftProcessPool: try await processPool()
    case .swiftThreadPool: try await threadPool()
    default:
      try await warmUp()
    }
  }

  private func warmUp() async throws -> MemorySummary {
    _ = try await run.run()
    return MemorySummary(how: "not measured: there are no threads or processes of its own")
  }

  private func threadPool() async throws -> MemorySummary {
    var log = RunLog()
    let stacks = try await run.runThreadPool(&log, readsMemory: true).compactMap(\.stackKiB)
    guard !stacks.isEmpty else {
      return MemorySummary(how: "not measured: no thread could read its own stack")
    }
    return MemorySummary(
      stackKiBPerWorker: Double(stacks.reduce(0, +)) / Double(stacks.count),
      how: "resident pages of each thread's own stack (mincore(2))",
      when: "after a worker's last item, \(FigureText.count(stacks.count, "worker")) in all")
  }

  private func processPool() async throws -> MemorySummary {
    var log = RunLog()
    let memory = try await run.runProcessPool(&log, readsMemory: true).compactMap(\.memory)
    guard !memory.isEmpty else {
      return MemorySummary(how: "not measured: no worker could read its own memory")
    }
    let count = Double(memory.count)
    return MemorySummary(
      pssKiBPerWorker: Double(memory.map(\.pssKiB).reduce(0, +)) / count,
      ussKiBPerWorker: Double(memory.map(\.ussKiB).reduce(0, +)) / count,
      how: "Pss and Private_* of each worker's /proc/PID/smaps_rollup",
      when: "after a worker's last item, \(FigureText.count(memory.count, "worker")) in all")
  }

  private func threads(lock: GlobalLock?) async throws -> MemorySummary {
    let run = run
    let work = try run.work.resolved()
    let threads = (0..<run.workers).map { worker in
      WorkerThread(name: "Thread \(worker)") { () -> Int in
        _ = try work.perform(run.items(of: worker), lock: lock)
        return try MemoryReader.residentStackKiBOfCallingThread()
      }
    }
    for thread in threads { try thread.start() }
    var total = 0
    for thread in threads { total += try await thread.value }
    return MemorySummary(
      stackKiBPerWorker: Double(total) / Double(threads.count),
      how: "resident pages of each thread's own stack (mincore(2))",
      when: "at the end of the work, \(threads.count) workers at once")
  }

  private func processes(_ method: StartMethod) async throws -> MemorySummary {
    let gate = try RunGate()
    let processes = (0..<run.workers).map { worker in
      WorkerProcess(
        name: "Process \(worker)", startMethod: method,
        task: HeldBody(work: run.work, items: run.items(of: worker), gate: gate.paths))
    }
    var memory: [ProcessMemory] = []
    do {
      // Whatever happens: a worker that is held would hold this process, too.
      defer { gate.open() }
      for process in processes { try process.start() }
      // Where one has ended, the others are read without it.
      var there = 0
      while there < processes.count, processes.allSatisfy(\.isAlive) {
        let arrived = gate.arrivals(atMost: processes.count).count
        there += arrived
        if arrived == 0 { await Task.yield() }
      }
      memory = processes.compactMap { process in
        process.processIdentifier.flatMap { try? MemoryReader.memory(ofProcess: $0) }
      }
    }
    for process in processes { _ = try await process.value }
    guard !memory.isEmpty else {
      return MemorySummary(how: "not measured: no worker's /proc/PID/smaps_rollup can be read")
    }
    let count = Double(memory.count)
    return MemorySummary(
      pssKiBPerWorker: Double(memory.map(\.pssKiB).reduce(0, +)) / count,
      ussKiBPerWorker: Double(memory.map(\.ussKiB).reduce(0, +)) / count,
      how: "Pss and Private_* of each worker's /proc/PID/smaps_rollup",
      when: "at the end of the work, \(memory.count) workers at once")
  }
}

/// A worker that is held at the end of its work.
private struct HeldBody: WorkerTask {
  var work: SwiftWork
  var items: Range<Int>
  var gate: RunGate.Paths

  nonisolated(nonsending) func run() async throws -> Bool {
    _ = try await work.resolved().measureInOwnProcess(items)
    try RunGate.pass(gate)
    return true
  }
}
