import TandemModel
import TandemSystem

extension SwiftRun {
  /// A child task a worker, in a task group.
  func runTasks(_ log: inout RunLog) async throws {
    let ended = try await withThrowingTaskGroup(
      of: (Int, BodyMeasure).self, returning: [WorkerRecord].self
    ) { group in
      var started = [UInt64](repeating: 0, count: workers)
      var records = [WorkerRecord?](repeating: nil, count: workers)
      func add(_ worker: Int) {
        started[worker] = MonotonicClock.now()
        group.addTask { (worker, try await body(items: share(of: worker))) }
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
    if work.waits {
      log.notMeasured.append(
        "time runnable and switches of a task: it has no thread of its own while it awaits")
    }
  }

  private func body(items: Int) async throws -> BodyMeasure {
    // A body that never suspends stays on one thread, where all can be measured.
    guard work.waits else {
      return try BodyMeasure.of { try work.perform(items: items, lock: nil) }
    }
    let entered = MonotonicClock.now()
    let (onCPU, blocked) = try await work.performAsync(items: items)
    let left = MonotonicClock.now()
    return BodyMeasure(
      enteredNS: entered, leftNS: left, onCPUNS: min(onCPU, left &- entered), runnableNS: nil,
      blocked: blocked, switches: nil)
  }
}
