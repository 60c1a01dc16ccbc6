import TandemModel
import TandemSystem

extension SwiftRun {
  /// A child task a worker, in a task group.
  ///
  /// - Parameters:
  ///   - log: where it is written down.
  ///   - work: the work.
  /// - Throws: what an item throws.
  func runTasks(_ log: inout RunLog, _ work: RunnableWork) async throws {
    let before = RUsage.now(.process)
    let ended = try await withThrowingTaskGroup(
      of: (Int, BodyMeasure).self, returning: [WorkerRecord].self
    ) { group in
      var started = [UInt64](repeating: 0, count: workers)
      var records = [WorkerRecord?](repeating: nil, count: workers)
      func add(_ worker: Int) {
        started[worker] = MonotonicClock.now()
        group.addTask { (worker, try await work.measureAwaiting(items(of: worker))) }
      }
      func take() async throws {
        guard let (worker, measure) = try await group.next() else { return }
        records[worker] = measure.record(
          startCalled: started[worker], endObserved: MonotonicClock.now())
      }
      switch schedule {
      case .oneAtATime:
        for worker in 0..<workers {
          add(worker)
          try await take()
        }
      case .allAtOnce:
        for worker in 0..<workers { add(worker) }
        for _ in 0..<workers { try await take() }
      }
      return records.compactMap(\.self)
    }
    log.end()
    log.workers = ended
    if case .suspending = work.kind {
      log.spread(onCPUNS: RUsage.now(.process).since(before).cpuNS)
    }
    if work.suspends {
      log.notMeasured.append(
        "time runnable and switches of a task: it has no thread of its own while it awaits")
    }
  }
}

extension RunLog {
  /// Splits the CPU time of a process among its tasks, by how long each was in progress.
  ///
  /// - Parameter onCPUNS: nanoseconds on a CPU.
  fileprivate mutating func spread(onCPUNS: UInt64) {
    let bodies = workers.map { Double($0.bodyLeftNS &- $0.bodyEnteredNS) }
    let all = bodies.reduce(0, +)
    guard all > 0 else { return }
    for index in workers.indices {
      let share = Double(onCPUNS) * bodies[index] / all
      workers[index].onCPUNS = UInt64(min(share, bodies[index]))
    }
    notMeasured.append(
      "CPU time of each task: the process's is split by how long each task was in progress")
  }
}
