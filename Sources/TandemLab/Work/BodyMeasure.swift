import TandemModel
import TandemObserve
import TandemSystem

/// What a worker reports of its own body.
struct BodyMeasure: Codable, Sendable {
  var enteredNS: UInt64
  var leftNS: UInt64
  var onCPUNS: UInt64
  var runnableNS: UInt64?
  var blocked: BlockedTimes
  var switches: ContextSwitches?
  /// The process and the thread that the whole body ran on; nil where it may have gone from one thread
  /// to another.
  var pid: Int32?
  var tid: Int32?

  /// Runs a body on the calling thread and measures it.
  ///
  /// The CPU time is read inside of the two wall times, so that it can't exceed their difference;
  /// what costs more system calls is read outside of them.
  ///
  /// - Parameters:
  ///   - waitsForGlobalLock: whether what the body blocks on beyond what it reports is the global lock.
  ///   - body: the work; gives what it knows of the time blocked.
  /// - Returns: what was measured.
  /// - Throws: what the body throws.
  static func of(
    waitsForGlobalLock: Bool = false, _ body: () throws -> BlockedTimes
  ) rethrows -> BodyMeasure {
    let queuedBefore = try? ThreadSchedStat.now()
    let usageBefore = RUsage.now(.thread)
    let entered = MonotonicClock.now()
    let cpuBefore = ThreadCPUClock.now()
    var blocked = try body()
    let onCPU = ThreadCPUClock.now() &- cpuBefore
    let left = MonotonicClock.now()
    let usageAfter = RUsage.now(.thread)
    let elapsed = left &- entered
    var runnable: UInt64?
    // A kernel that keeps no such accounts shows zeros (CONFIG_SCHED_INFO without delay accounting).
    if let queuedBefore, let queuedAfter = try? ThreadSchedStat.now(), queuedAfter.runNS > 0 {
      // The reading is a little wider than the body; what is runnable is not on a CPU.
      runnable = min(
        queuedAfter.waitNS &- queuedBefore.waitNS, elapsed > onCPU ? elapsed - onCPU : 0)
    }
    if waitsForGlobalLock, let runnable {
      // The body waits for nothing but what it reports and the lock.
      let known = onCPU + runnable + blocked.knownNS
      blocked.gilNS = elapsed > known ? elapsed - known : 0
    } else if let waited = blocked.gilNS {
      // Waiting for a lock also means waiting for a CPU once it is had, which is counted already.
      blocked.gilNS = min(waited, elapsed &- min(elapsed, onCPU &+ (runnable ?? 0)))
    }
    return BodyMeasure(
      enteredNS: entered, leftNS: left, onCPUNS: min(onCPU, elapsed), runnableNS: runnable,
      blocked: blocked,
      switches: ContextSwitches(usageAfter.since(usageBefore)),
      pid: ServerLaunch.ownPID, tid: OSThread.currentID)
  }

  /// The worker's record.
  ///
  /// - Parameters:
  ///   - startCalled: when the driver called `start`.
  ///   - endObserved: when the driver saw the end.
  ///   - usage: what the kernel accounted to a worker process.
  /// - Returns: the record.
  func record(
    startCalled: UInt64, endObserved: UInt64, usage: ResourceUsage? = nil
  ) -> WorkerRecord {
    WorkerRecord(
      startCalledNS: min(startCalled, enteredNS), bodyEnteredNS: enteredNS, bodyLeftNS: leftNS,
      endObservedNS: max(endObserved, leftNS), onCPUNS: onCPUNS, runnableNS: runnableNS,
      blocked: blocked, switches: switches, usage: usage, pid: pid, tid: tid)
  }
}
