import TandemSystem

/// Workers that wait for a GIL at every look, and don't compute between the looks.
///
/// CPython asks for its GIL again after each interval, so such a worker is never off the CPU for long. A
/// look alone proves nothing: of threads that compute in turns, each may be looked at while it waits.
struct GILWaiters {
  /// Since when they have waited, in nanoseconds of `CLOCK_MONOTONIC`.
  let sinceNS: UInt64
  /// The process and the CPU time of each at that time, by thread.
  private let counts: [Int32: (pid: Int32, runNS: UInt64)]

  /// Asking again takes some tens of microseconds each 5 ms; computing takes more.
  private static let mostShare = 0.02
  private static let mostNS = 5_000_000.0

  /// Notes the CPU time of workers that were all seen waiting just now; nil when the kernel's counts can't be read.
  ///
  /// - Parameters:
  ///   - workers: the workers.
  ///   - earlier: the same at the step before; nil when there were none.
  ///   - nowNS: the time.
  init?(_ workers: [StillWorker], after earlier: GILWaiters?, nowNS: UInt64) {
    if let earlier, Set(earlier.counts.keys) == Set(workers.map(\.tid)),
      !earlier.haveRun(nowNS: nowNS)
    {
      self = earlier
      return
    }
    var counts: [Int32: (pid: Int32, runNS: UInt64)] = [:]
    for worker in workers {
      guard let read = try? SchedStat.read(.thread(worker.tid, of: worker.pid)) else { return nil }
      counts[worker.tid] = (worker.pid, read.runNS)
    }
    self.counts = counts
    sinceNS = nowNS
  }

  /// Whether one of them has computed since then, or can't be read any more.
  ///
  /// - Parameter nowNS: the time.
  /// - Returns: whether one has.
  func haveRun(nowNS: UInt64) -> Bool {
    let most = Self.mostNS + Self.mostShare * Double(nowNS &- min(nowNS, sinceNS))
    return counts.contains { tid, count in
      guard let read = try? SchedStat.read(.thread(tid, of: count.pid)) else { return true }
      return Double(read.runNS &- min(read.runNS, count.runNS)) > most
    }
  }
}
