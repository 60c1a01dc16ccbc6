import TandemSystem

/// Turns records of switches into the times of threads on each CPU.
struct CPURows {
  private var running: [UInt32: CPURun] = [:]
  /// On which CPU each running thread is.
  private var places: [Int32: UInt32] = [:]

  /// Takes a record.
  ///
  /// - Parameters:
  ///   - record: the record; those of a CPU come in order of time.
  ///   - name: the thread's name.
  /// - Returns: the times that it ends: mostly none or one.
  mutating func take(_ record: PerfRecord, name: String) -> [CPURun] {
    switch record.kind {
    case .switchedIn: return begin(record, name)
    // Only a running thread executes a program, and a program's first record is that.
    case .named(_, isExec: true): return places[record.tid] == nil ? begin(record, name) : []
    case .switchedOut(let preempted):
      return end(record, preempted ? .preempted : .waits)
    case .exited: return end(record, .exited)
    case .named, .forked, .lost: return []
    }
  }

  /// Ends what ran on a CPU when records of it were lost: what came then isn't known.
  mutating func lost(onCPU cpu: UInt32, atNS timeNS: UInt64) -> CPURun? {
    end(onCPU: cpu, .unknown, atNS: timeNS)
  }

  /// Ends everything, because the observation is over.
  mutating func finish(atNS timeNS: UInt64) -> [CPURun] {
    running.keys.sorted().compactMap { end(onCPU: $0, .unknown, atNS: timeNS) }
  }

  private mutating func begin(_ record: PerfRecord, _ name: String) -> [CPURun] {
    // Where a record is missing, a thread may be in two places, or two in one.
    var ended: [CPURun] = []
    if let cpu = places[record.tid] {
      if cpu == record.cpu { return [] }
      if let run = end(onCPU: cpu, .unknown, atNS: record.timeNS) { ended.append(run) }
    }
    if let run = end(onCPU: record.cpu, .unknown, atNS: record.timeNS) { ended.append(run) }
    running[record.cpu] = CPURun(
      cpu: record.cpu, tid: record.tid, pid: record.pid, name: name, fromNS: record.timeNS,
      toNS: record.timeNS, ending: .unknown)
    places[record.tid] = record.cpu
    return ended
  }

  private mutating func end(_ record: PerfRecord, _ ending: CPURun.Ending) -> [CPURun] {
    // A thread that ran before its first record has no beginning, and none is made up.
    guard let cpu = places[record.tid], let run = end(onCPU: cpu, ending, atNS: record.timeNS)
    else {
      return []
    }
    return [run]
  }

  private mutating func end(
    onCPU cpu: UInt32, _ ending: CPURun.Ending, atNS timeNS: UInt64
  ) -> CPURun? {
    guard var run = running.removeValue(forKey: cpu) else { return nil }
    places[run.tid] = nil
    run.toNS = max(run.fromNS, timeNS)
    run.ending = ending
    return run
  }
}
