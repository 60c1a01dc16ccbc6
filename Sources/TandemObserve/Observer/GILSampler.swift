package import TandemModel
import TandemSystem

/// Samples the global interpreter locks of all processes of a program.
package struct GILSampler {
  /// What is known about one process.
  private struct Process {
    var detection: PythonDetection?
    var nextDetectionNS: UInt64 = 0
    var detections = 0
    var regions: GILRegions?
    var locks: [UInt64: Lock] = [:]
    var bad = 0
    var reader: PythonFunctionReader?
    var threads: PythonThreads?
    var imports: ImportTime?
  }

  /// The switch interval of each process, in nanoseconds.
  private(set) var intervalsNS: [Int32: UInt64] = [:]

  /// The samples of one lock.
  private struct Lock {
    var samples = 0
    var held = 0
    var on = 0
    var holders: [Int32: Int] = [:]
    var firstSwitch: UInt64?
    var lastSwitch: UInt64 = 0
    var intervalMicroseconds: UInt64 = 0
    var places = PlaceShares()
    var hold: GILHoldSpan?
    var longest = GILHoldSpan.Longest()
  }

  /// The most searches for Python in a process that hasn't executed another program since.
  private static let mostDetections = 12

  private var finder = PythonFinder()
  private var processes: [Int32: Process] = [:]
  private var done: [ObservedGIL] = []
  private var endedHolds: [Int32: [GILHoldSpan]] = [:]
  private static let mostDone = 1_000
  /// Receives what is seen of the locks; nil for nobody.
  var sink: (any ObservationSink)?

  /// Makes a sampler without processes.
  package init() {}

  /// Adds a process.
  package mutating func add(_ pid: Int32, nowNS: UInt64) {
    processes[pid] = Process(nextDetectionNS: nowNS + 2_000_000)
  }

  /// Adds a copy of another process; it has the same interpreter until its next exec.
  package mutating func fork(_ pid: Int32, of parent: Int32, nowNS: UInt64) {
    // A copy of a process without Python has none either, and may end before a search.
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

  /// Notes that a process executed another program (execve(2)).
  package mutating func replace(_ pid: Int32, nowNS: UInt64) {
    if processes[pid] != nil { add(pid, nowNS: nowNS) }
  }

  /// Notes that a process has ended.
  package mutating func end(_ pid: Int32) {
    intervalsNS[pid] = nil
    guard let process = processes.removeValue(forKey: pid), done.count < Self.mostDone else {
      return
    }
    giveHolds(of: process, pid)
    done += Self.entries(process, pid: pid)
    endedHolds[pid] = Self.longestHolds(process)
  }

  /// Whether a process waits for its interpreter's lock at an address.
  package func isGIL(_ address: UInt64, in pid: Int32) -> Bool {
    processes[pid]?.regions?.kind(ofFutex: address) != nil
  }

  /// Samples the locks, and searches for interpreters in processes that may have become Python.
  ///
  /// - Parameters:
  ///   - nowNS: the time.
  ///   - budget: the CPU time that may be spent.
  package mutating func sample(nowNS: UInt64, budget: inout SamplingBudget) {
    // A dictionary's order varies, so a budget too small for all is shared.
    for (pid, process) in processes where Self.isDue(process, nowNS: nowNS) {
      guard budget.hasSome else { return }
      budget.spend { sample(at: pid, nowNS: nowNS) }
    }
  }

  /// Whether there is a lock to sample in each round.
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
      // Whether a process was Python is unknown if it ended before the search.
      if case .unknown? = process.detection,
        (try? ThreadStat.read(pid, of: pid))?.hasEnded ?? true
      {
        process.detection = nil
      }
      // An interpreter takes milliseconds to start, and its imports begin right after. Doubling the pause
      // ends the search after ten seconds.
      process.nextDetectionNS = nowNS + 5_000_000 << UInt64(max(1, process.detections - 2))
      switch process.detection {
      case .notPython?:
        // It may load an interpreter later, but rarely does.
        process.detections = max(process.detections, Self.mostDetections - 6)
      case .python?: process.nextDetectionNS = nowNS
      // Inconsistent memory may belong to a thread that was preempted while changing it.
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
    Self.prepare(&process, runtime)
    if readings.count == 1, intervalsNS.count < Self.mostDone || intervalsNS[pid] != nil {
      intervalsNS[pid] = readings[0].intervalMicroseconds &* 1_000
    }
    for reading in readings {
      var lock = process.locks[reading.address] ?? Lock()
      lock.samples += 1
      if reading.isEnabled { lock.on += 1 }
      if reading.isLocked { lock.held += 1 }
      if let holder = reading.holderThread, reading.isLocked {
        lock.holders[holder, default: 0] += 1
      }
      lock.intervalMicroseconds = reading.intervalMicroseconds
      var place: PythonPlace?
      if let state = reading.holderState {
        place = Self.place(ofHolder: state, in: pid, &process, nowNS: nowNS)
      }
      if let place { lock.places.add(place) }
      let before = (hold: lock.hold, switches: lock.lastSwitch)
      Self.note(reading, place, &lock, nowNS: nowNS)
      if let hold = before.hold, hold.firstNS != lock.hold?.firstNS {
        give(hold, of: reading.address, pid)
      }
      if lock.firstSwitch == nil {
        lock.firstSwitch = reading.switchNumber
        sink?.handedOver(0, reading.address, of: pid, atNS: nowNS)
      } else if let first = lock.firstSwitch, before.switches != reading.switchNumber {
        sink?.handedOver(reading.switchNumber &- first, reading.address, of: pid, atNS: nowNS)
      }
      lock.lastSwitch = reading.switchNumber
      process.locks[reading.address] = lock
    }
  }

  /// Finds where the holder is, and now and then whether that is in an import.
  private static func place(
    ofHolder state: UInt64, in pid: Int32, _ process: inout Process, nowNS: UInt64
  ) -> PythonPlace? {
    var imports = process.imports ?? ImportTime(nowNS: nowNS)
    defer { process.imports = imports }
    guard imports.isDue(nowNS: nowNS) else {
      return process.reader?.place(of: state, in: pid)
    }
    let stack = process.reader?.stack(of: state, in: pid, most: ImportTime.mostFrames) ?? []
    if !stack.isEmpty {
      imports.note(stack.contains { $0.function.imports }, nowNS: nowNS)
    }
    return stack.first
  }

  private static func prepare(_ process: inout Process, _ runtime: PythonRuntime) {
    guard process.reader == nil, let frames = runtime.file.frames else { return }
    process.reader = PythonFunctionReader(frames)
    process.threads = PythonThreads(runtime, frames)
  }

  // MARK: Where threads are

  /// The functions that are read of a thread that waits, at most.
  private static let mostFrames = 32

  /// Finds where in its Python program a thread is that waits.
  ///
  /// - Parameters:
  ///   - tid: the thread.
  ///   - pid: its process.
  ///   - nowNS: the time.
  /// - Returns: the functions; none where they can't be read.
  mutating func stack(ofWaiting tid: Int32, in pid: Int32, nowNS: UInt64) -> PythonStack {
    guard case .python(let runtime)? = processes[pid]?.detection,
      var process = processes.removeValue(forKey: pid)
    else { return PythonStack() }
    defer { processes[pid] = process }
    Self.prepare(&process, runtime)
    guard let state = process.threads?.state(of: tid, in: pid, nowNS: nowNS) else {
      return PythonStack()
    }
    return PythonStack(
      places: process.reader?.stack(of: state, in: pid, most: Self.mostFrames) ?? [],
      minor: runtime.release.minor)
  }

  // MARK: Holds

  /// Continues the hold of the last sample, or begins another one.
  private static func note(
    _ reading: GILReading, _ place: PythonPlace?, _ lock: inout Lock, nowNS: UInt64
  ) {
    guard reading.isEnabled, let state = reading.holderState else {
      if let hold = lock.hold { lock.longest.add(hold) }
      lock.hold = nil
      return
    }
    if var hold = lock.hold, hold.state == state, hold.switchNumber == reading.switchNumber {
      hold.lastNS = nowNS
      // The function and the line of all of it, or of none.
      if hold.place?.function != place?.function {
        hold.place = nil
      } else if hold.place != place {
        hold.place?.line = nil
      }
      lock.hold = hold
    } else {
      if let hold = lock.hold { lock.longest.add(hold) }
      lock.hold = GILHoldSpan(
        state: state, switchNumber: reading.switchNumber, tid: reading.holderThread,
        place: place, firstNS: nowNS, lastNS: nowNS)
    }
  }

  /// Gives the holds that aren't over to the sink.
  func giveHolds() {
    for (pid, process) in processes { giveHolds(of: process, pid) }
  }

  private func giveHolds(of process: Process, _ pid: Int32) {
    guard sink != nil else { return }
    for (address, lock) in process.locks {
      if let hold = lock.hold { give(hold, of: address, pid) }
    }
  }

  private func give(_ hold: GILHoldSpan, of lock: UInt64, _ pid: Int32) {
    sink?.held(
      lock, of: pid, by: hold.tid, at: hold.place.map { ObservedFunction($0) },
      fromNS: hold.firstNS, toNS: hold.lastNS)
  }

  /// The locks of every process, including those that have ended.
  ///
  /// - Parameter uses: what each process's threads did with its lock, by the records.
  /// - Returns: one entry per lock; processes that don't run Python have none.
  package func entries(uses: [Int32: GILUse] = [:]) -> [ObservedGIL] {
    let all =
      done + processes.sorted { $0.key < $1.key }.flatMap { Self.entries($0.value, pid: $0.key) }
    var counts: [Int32: Int] = [:]
    for entry in all { counts[entry.pid, default: 0] += 1 }
    return all.map { entry in
      var entry = entry
      // Waits can't be assigned to one of several interpreters in a process.
      if entry.state == .on, counts[entry.pid] == 1 {
        (uses[entry.pid] ?? GILUse()).complete(&entry)
      }
      return entry
    }
  }

  /// The longest times in which a thread held the lock of each process, of those with one interpreter.
  var longestHolds: [Int32: [GILHoldSpan]] {
    var holds = endedHolds
    for (pid, process) in processes { holds[pid] = Self.longestHolds(process) }
    return holds
  }

  private static func longestHolds(_ process: Process) -> [GILHoldSpan]? {
    guard process.locks.count == 1, var lock = process.locks.values.first else { return nil }
    if let hold = lock.hold { lock.longest.add(hold) }
    return lock.longest.spans
  }

  /// Processes that have a lock that could not be measured.
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
            reason: "The process ended, or couldn't be read, before its lock was sampled.")
        ]
      }
      return process.locks.sorted { $0.key < $1.key }.map { _, lock in
        var entry = entry(lock, pid: pid, version: runtime.version)
        if process.locks.count == 1 { entry.importSeconds = process.imports?.seconds }
        return entry
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
      intervalSeconds: Double(lock.intervalMicroseconds) / 1e6,
      holders: holders.map {
        GILHolder(tid: $0.key, share: Double($0.value) / Double(lock.samples))
      },
      functions: lock.places.largest(of: Double(lock.held)),
      samples: lock.samples)
  }
}
