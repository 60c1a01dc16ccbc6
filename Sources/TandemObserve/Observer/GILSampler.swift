package import TandemModel
import TandemSystem

/// Watches the global interpreter locks of all processes of a program.
package struct GILSampler {
  /// What is known of one process.
  private struct Process {
    var detection: PythonDetection?
    var nextDetectionNS: UInt64 = 0
    var detections = 0
    var regions: GILRegions?
    var locks: [UInt64: Lock] = [:]
    var bad = 0
  }

  /// What was seen of one lock.
  private struct Lock {
    var samples = 0
    var held = 0
    var on = 0
    var holders: [Int32: Int] = [:]
    var firstSwitch: UInt64?
    var lastSwitch: UInt64 = 0
  }

  /// A process that hasn't become Python by then never will without another exec.
  private static let mostDetections = 12

  private var finder = PythonFinder()
  private var processes: [Int32: Process] = [:]
  private var done: [ObservedGIL] = []
  private static let mostDone = 1_000

  /// Nothing watched yet.
  package init() {}

  /// Begins to watch a process.
  package mutating func add(_ pid: Int32, nowNS: UInt64) {
    processes[pid] = Process(nextDetectionNS: nowNS + 2_000_000)
  }

  /// A process is a copy of another: what is known of that holds until it runs another program.
  package mutating func fork(_ pid: Int32, of parent: Int32, nowNS: UInt64) {
    // A copy of what isn't Python is none either, and may be gone before anybody has looked.
    if case .notPython? = processes[parent]?.detection {
      processes[pid] = processes[parent]
      return
    }
    guard case .python(let runtime)? = processes[parent]?.detection else {
      return add(pid, nowNS: nowNS)
    }
    var process = Process()
    process.detection = .python(runtime)
    process.regions = processes[parent]?.regions
    process.nextDetectionNS = nowNS
    processes[pid] = process
  }

  /// A process runs another program now (execve(2)).
  package mutating func replace(_ pid: Int32, nowNS: UInt64) {
    if processes[pid] != nil { add(pid, nowNS: nowNS) }
  }

  /// A process has ended.
  package mutating func end(_ pid: Int32) {
    guard let process = processes.removeValue(forKey: pid), done.count < Self.mostDone else {
      return
    }
    done += Self.entries(process, pid: pid)
  }

  /// Whether a process waits for its interpreter's lock at an address.
  package func isGIL(_ address: UInt64, in pid: Int32) -> Bool {
    processes[pid]?.regions?.kind(ofFutex: address) != nil
  }

  /// Looks at the locks, and for interpreters in processes that may have become Python.
  ///
  /// - Parameters:
  ///   - nowNS: the time.
  ///   - budget: what may be spent.
  package mutating func sample(nowNS: UInt64, budget: inout SamplingBudget) {
    // From another one each time, so that a budget that doesn't do for all is shared.
    for (pid, process) in processes where Self.isDue(process, nowNS: nowNS) {
      guard budget.hasSome else { return }
      budget.spend { sample(at: pid, nowNS: nowNS) }
    }
  }

  /// Whether there is a lock whose holder is looked at in each round.
  package var isWatching: Bool {
    processes.values.contains { if case .python? = $0.detection { true } else { false } }
  }

  private static func isDue(_ process: Process, nowNS: UInt64) -> Bool {
    if case .python? = process.detection { return true }
    return process.detections < mostDetections && nowNS >= process.nextDetectionNS
  }

  private mutating func sample(at pid: Int32, nowNS: UInt64) {
    guard var process = processes.removeValue(forKey: pid) else { return }
    defer { processes[pid] = process }
    guard case .python(let runtime)? = process.detection else {
      guard process.detections < Self.mostDetections, nowNS >= process.nextDetectionNS else {
        return
      }
      process.detection = finder.detect(pid)
      process.detections += 1
      // Of what has ended before it was looked at nobody knows whether it was Python.
      if case .unknown? = process.detection,
        (try? ThreadStat.read(pid, of: pid))?.hasEnded ?? true
      {
        process.detection = nil
      }
      // An interpreter takes milliseconds to start; twice as long each time ends after ten seconds.
      process.nextDetectionNS = nowNS + 5_000_000 << UInt64(process.detections)
      switch process.detection {
      case .notPython?:
        // It may load one later, but seldom does.
        process.detections = max(process.detections, Self.mostDetections - 6)
      case .python?: process.nextDetectionNS = nowNS
      // What makes no sense now may be in the middle of a change, of a thread that was preempted there.
      case .notYet?, .unknown?, nil: break
      }
      return
    }
    guard let readings = try? runtime.gils(of: pid), !readings.isEmpty else {
      process.bad += 1
      return
    }
    if process.regions == nil || process.bad > 0 || process.locks.count != readings.count {
      process.regions = GILRegions(readings)
    }
    process.bad = 0
    for reading in readings {
      var lock = process.locks[reading.address] ?? Lock()
      lock.samples += 1
      if reading.isEnabled { lock.on += 1 }
      if reading.isLocked { lock.held += 1 }
      if let holder = reading.holderThread, reading.isLocked {
        lock.holders[holder, default: 0] += 1
      }
      if lock.firstSwitch == nil { lock.firstSwitch = reading.switchNumber }
      lock.lastSwitch = reading.switchNumber
      process.locks[reading.address] = lock
    }
  }

  /// What was seen of every process, those that have ended too.
  ///
  /// - Parameter waitSeconds: seconds that each process's threads waited for its lock.
  /// - Returns: one entry a lock; processes that don't run Python have none.
  package func entries(waitSeconds: [Int32: Double]) -> [ObservedGIL] {
    let all =
      done + processes.sorted { $0.key < $1.key }.flatMap { Self.entries($0.value, pid: $0.key) }
    var counts: [Int32: Int] = [:]
    for entry in all { counts[entry.pid, default: 0] += 1 }
    return all.map { entry in
      var entry = entry
      // The waits of several interpreters in one process are not told apart.
      if entry.state == .on, counts[entry.pid] == 1 {
        entry.waitSeconds = waitSeconds[entry.pid] ?? 0
      }
      return entry
    }
  }

  /// Processes whose lock there is but could not be measured.
  package var unmeasured: Set<Int32> {
    Set(
      (done + processes.flatMap { Self.entries($0.value, pid: $0.key) })
        .filter { $0.state == .notMeasured }.map(\.pid))
  }

  private static func entries(_ process: Process, pid: Int32) -> [ObservedGIL] {
    switch process.detection {
    case .notPython?, nil: return []
    case .notYet(let reason)?, .unknown(let reason)?:
      return [ObservedGIL(pid: pid, state: .notMeasured, reason: reason)]
    case .python(let runtime)?:
      guard !process.locks.isEmpty else {
        return [
          ObservedGIL(
            pid: pid, state: .notMeasured, version: runtime.version,
            reason: "The process ended, or couldn't be read, before its lock was looked at.")
        ]
      }
      return process.locks.sorted { $0.key < $1.key }.map { _, lock in
        entry(lock, pid: pid, version: runtime.version)
      }
    }
  }

  private static func entry(_ lock: Lock, pid: Int32, version: String) -> ObservedGIL {
    guard lock.on > 0 else {
      return ObservedGIL(pid: pid, state: .off, version: version, samples: lock.samples)
    }
    let holders = lock.holders.sorted { ($0.value, $1.key) > ($1.value, $0.key) }.prefix(8)
    return ObservedGIL(
      pid: pid, state: .on, version: version,
      heldShare: Double(lock.held) / Double(lock.samples),
      handovers: lock.firstSwitch.map { Double(lock.lastSwitch &- $0) },
      holders: holders.map {
        GILHolder(tid: $0.key, share: Double($0.value) / Double(lock.samples))
      },
      samples: lock.samples)
  }
}
