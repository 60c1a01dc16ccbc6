import Synchronization
import Tandem
import TandemModel
import TandemObserve
import TandemSystem

/// The work and the measure of each worker of a pool, in the process that it runs in.
enum MeasuredPoolWorker {
  private struct Current: Sendable {
    var work: RunnableWork
    var isThread: Bool
    var measure = PoolMeasure()
    var waitedBefore: UInt64?
  }

  /// By the number of the worker's thread.
  private static let workers = Mutex<[Int32: Current]>([:])

  /// Begins with some work on the calling thread.
  static func begin(_ work: RunnableWork, isThread: Bool) {
    workers.withLock { $0[OSThread.currentID] = Current(work: work, isThread: isThread) }
  }

  /// Does one item.
  ///
  /// - Parameter item: its number.
  /// - Returns: the bytes of its output.
  /// - Throws: what the item throws.
  nonisolated(nonsending) static func run(_ item: Int) async throws -> [UInt8] {
    let id = OSThread.currentID
    guard var worker = workers.withLock({ $0[id] }) else {
      throw PoolError(.taskFailed, "the worker has no work: its setup did not run")
    }
    if worker.measure.items == 0, let stat = try? ThreadSchedStat.now(), stat.runNS > 0 {
      worker.waitedBefore = stat.waitNS
    }
    var output: [UInt8] = []
    switch worker.work.kind {
    case .builtIn(let builtIn):
      try worker.measure.add { try builtIn.perform(items: 1, lock: nil) }
    case .blocking(let body):
      try worker.measure.add {
        output = try body(item)
        return BlockedTimes()
      }
    case .suspending(let body):
      // A pool's thread is the executor of what it awaits; a process has other threads for it.
      func cpu() -> UInt64 {
        guard !worker.isThread else { return ThreadCPUClock.now() }
        return RUsage.now(.process).cpuNS
      }
      let (entered, before) = (MonotonicClock.now(), cpu())
      output = try await body(item)
      worker.measure.end(
        entered, MonotonicClock.now(), BlockedTimes(), cpuNS: cpu() &- before)
    }
    workers.withLock { $0[id] = worker }
    return output
  }

  /// What was measured on the calling thread, at the end.
  ///
  /// - Parameter readsMemory: whether to read the worker's memory, too.
  /// - Returns: the measure.
  static func report(readsMemory: Bool) -> PoolMeasure {
    let id = OSThread.currentID
    guard let worker = workers.withLock({ $0.removeValue(forKey: id) }) else {
      return PoolMeasure()
    }
    var measure = worker.measure
    measure.id = id
    if let before = worker.waitedBefore, let now = try? ThreadSchedStat.now() {
      measure.runnableNS = now.waitNS &- before
    }
    measure.usage = ResourceUsage(RUsage.now(worker.isThread ? .thread : .process))
    if readsMemory, worker.isThread {
      measure.stackKiB = try? MemoryReader.residentStackKiBOfCallingThread()
    } else if readsMemory {
      measure.memory = try? MemoryReader.memory(ofProcess: id)
    }
    return measure
  }
}
