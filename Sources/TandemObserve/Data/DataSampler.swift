import TandemModel
import TandemSystem

/// Reads what the workers read and wrote, and finds out what of it passed between the program's processes.
///
/// The kernel counts bytes and calls, but not where they lead. A process whose descriptors all lead to other
/// processes of the program at two moments moved its data inside between them.
struct DataSampler {
  /// What is known of one process.
  private struct Process {
    var pid: Int32
    var parent: Int32?
    /// Of all its threads, since the beginning of the observation.
    var all = TaskIO()
    /// The last scan of its descriptors, and `all` at that time.
    var scan: DescriptorScan?
    var atScan = TaskIO()
    var insideRead: UInt64?
    var insideWritten: UInt64?
    var partners: Set<Int32> = []
    /// Clock ticks in the kernel, by thread: before the observation, where it was there before, and since its
    /// start.
    var systemTicksBefore: [Int32: UInt64] = [:]
    var systemTicks: [Int32: UInt64] = [:]

    /// Clock ticks in the kernel while the program was observed; nil when none were read.
    var observedTicks: UInt64? {
      systemTicks.isEmpty
        ? nil
        : systemTicks.reduce(0) { sum, entry in
          sum &+ entry.value &- min(entry.value, systemTicksBefore[entry.key] ?? 0)
        }
    }
  }

  /// A process that moved less since its last scan isn't scanned again.
  private static let leastBytes: UInt64 = 1 << 20
  private static let leastCalls: UInt64 = 500
  /// Readings are at least this far apart, and become rarer as the program gets older.
  private static let soonestNS: UInt64 = 10_000_000
  private static let latestNS: UInt64 = 100_000_000
  private static let share: UInt64 = 16
  private static let mostProcesses = 10_000
  private static let mostListed = 200
  private static let mostTicks = 1_000

  private let mainPID: Int32
  private let beganNS: UInt64
  private var processes: [Int32: Process] = [:]
  private var ended: [Process] = []
  private var readNS: UInt64 = 0
  private var budget: SamplingBudget
  private var turn = 0
  /// The whole program before the observation, and at the last reading; nil when it couldn't be read.
  private var before: TaskIO?
  private var whole: TaskIO?

  /// Makes a sampler.
  ///
  /// - Parameters:
  ///   - mainPID: the program's first process.
  ///   - nowNS: the time.
  init(mainPID: Int32, nowNS: UInt64) {
    self.mainPID = mainPID
    self.beganNS = nowNS
    budget = SamplingBudget(nowNS: nowNS, share: SamplingBudget.share / 3)
    before = try? TaskIO.readAll(of: mainPID)
  }

  /// Notes a process that has begun or was found.
  mutating func begin(_ pid: Int32, parent: Int32?) {
    if let old = processes.updateValue(Process(pid: pid, parent: parent), forKey: pid) {
      keep(old)
    }
  }

  /// Notes that a process has ended.
  mutating func end(_ pid: Int32) {
    if let process = processes.removeValue(forKey: pid) { keep(process) }
  }

  private mutating func keep(_ process: Process) {
    if process.all != TaskIO(), ended.count < Self.mostProcesses { ended.append(process) }
  }

  // MARK: Reading

  /// Reads the counts that are due.
  ///
  /// - Parameters:
  ///   - tally: the record of the workers, which keeps each one's counts.
  ///   - descriptors: knows what descriptors lead to.
  ///   - nowNS: the time.
  ///   - isLast: whether everything is due because this is the last time.
  mutating func read(
    into tally: ProgramTally, _ descriptors: inout DescriptorWaits, nowNS: UInt64, isLast: Bool
  ) {
    let age = nowNS &- min(nowNS, beganNS)
    let pause = min(Self.latestNS, max(Self.soonestNS, age / Self.share))
    guard isLast || nowNS >= readNS + pause else { return }
    readNS = nowNS
    // A closure can't change this value while it is charged to a part of it.
    var budget = budget
    defer { self.budget = budget }
    budget.fill(nowNS: nowNS)
    let tracks = Array(tally.live.values)
    turn &+= 1
    var touched: Set<Int32> = []
    for index in tracks.indices where isLast || budget.hasSome {
      // Begin at another worker each time, so that a budget too small for all is shared.
      let track = tracks[(index &+ turn &* 7919) % tracks.count]
      budget.spend { read(track) }
      touched.insert(track.pid)
    }
    for pid in touched where budget.hasSome {
      var process = processes[pid]
      budget.spend { Self.scan(&process, &descriptors, nowNS: nowNS) }
      processes[pid] = process
    }
    if isLast { whole = try? TaskIO.readAll(of: mainPID) }
  }

  private mutating func read(_ track: WorkerTrack) {
    guard let now = try? TaskIO.read(track.tid, of: track.pid) else { return }
    // The past of a worker that was there before the observation isn't counted.
    let isNew = track.io == nil
    let last = track.io ?? (track.wasThereBefore ? now : TaskIO())
    if isNew {
      track.ioBefore = last
      if track.wasThereBefore {
        processes[track.pid]?.systemTicksBefore[track.tid] = Self.systemTicks(of: track)
      }
    }
    let added = now.since(last)
    track.io = now
    processes[track.pid]?.all.add(added)
    if added.readBytes + added.writtenBytes >= Self.leastBytes,
      let ticks = Self.systemTicks(of: track),
      processes[track.pid]?.systemTicks.count ?? 0 < Self.mostTicks
    {
      processes[track.pid]?.systemTicks[track.tid] = ticks
    }
  }

  private static func systemTicks(of track: WorkerTrack) -> UInt64? {
    (try? ThreadStat.read(track.tid, of: track.pid))?.systemTicks
  }

  /// Looks at where a process's data can lead, if it moved enough since the last time.
  private static func scan(
    _ process: inout Process?, _ descriptors: inout DescriptorWaits, nowNS: UInt64
  ) {
    guard let known = process else { return }
    let added = known.all.since(known.atScan)
    guard
      added.readBytes >= leastBytes || added.writtenBytes >= leastBytes
        || added.reads + added.writes >= leastCalls
    else { return }
    let scan = DescriptorScan(known.pid, &descriptors, now: nowNS)
    if let scan {
      process?.partners.formUnion(scan.partners)
      if let before = known.scan {
        if let bytes = scan.reading.inside(added.readBytes, since: before.reading) {
          process?.insideRead = (known.insideRead ?? 0) + bytes
        }
        if let bytes = scan.writing.inside(added.writtenBytes, since: before.writing) {
          process?.insideWritten = (known.insideWritten ?? 0) + bytes
        }
      }
    }
    process?.scan = scan
    process?.atScan = known.all
  }

  // MARK: The result

  /// What the program moved; nil when nothing could be read.
  var data: ProgramData? {
    let all = ended + processes.values.filter { $0.all != TaskIO() }
    var sum = all.reduce(into: TaskIO()) { $0.add($1.all) }
    if let before, let whole {
      // The kernel's account also has what ended between two readings.
      let known = whole.since(before)
      sum = TaskIO(
        readBytes: max(sum.readBytes, known.readBytes),
        writtenBytes: max(sum.writtenBytes, known.writtenBytes),
        reads: max(sum.reads, known.reads), writes: max(sum.writes, known.writes))
    }
    guard sum != TaskIO() else { return nil }
    return ProgramData(
      all: WorkerIO(sum), insideBytes: Self.inside(all), processes: listed(all))
  }

  /// Bytes that passed between processes, at least: surely inside at one end, and not more than the other
  /// ends can have moved.
  private static func inside(_ processes: [Process]) -> Double? {
    guard processes.contains(where: { $0.insideRead != nil || $0.insideWritten != nil }) else {
      return nil
    }
    let allRead = processes.reduce(0) { $0 + $1.all.readBytes }
    let allWritten = processes.reduce(0) { $0 + $1.all.writtenBytes }
    // A process that reads what it wrote itself gets nothing from another one.
    let read = processes.reduce(0) {
      $0 + min($1.insideRead ?? 0, allWritten - $1.all.writtenBytes)
    }
    let written = processes.reduce(0) {
      $0 + min($1.insideWritten ?? 0, allRead - $1.all.readBytes)
    }
    return Double(max(min(read, allWritten), min(written, allRead)))
  }

  private func listed(_ all: [Process]) -> [ProcessData] {
    func weight(_ process: Process) -> UInt64 {
      // A call costs about as much as moving some kilobytes.
      process.all.readBytes + process.all.writtenBytes
        + (process.all.reads + process.all.writes) * 4096
    }
    let ticks = Double(ThreadStat.ticksPerSecond)
    return all.sorted { (weight($0), $1.pid) > (weight($1), $0.pid) }.prefix(Self.mostListed).map {
      ProcessData(
        pid: $0.pid, parent: $0.parent, all: WorkerIO($0.all),
        insideReadBytes: $0.insideRead.map { Double($0) },
        insideWrittenBytes: $0.insideWritten.map { Double($0) },
        systemSeconds: $0.observedTicks.map { Double($0) / ticks },
        partners: $0.partners.sorted())
    }
  }
}

extension WorkerIO {
  /// Makes the figures of a report from the kernel's.
  init(_ io: TaskIO) {
    self.init(
      readBytes: Int(clamping: io.readBytes), writtenBytes: Int(clamping: io.writtenBytes),
      reads: Int(clamping: io.reads), writes: Int(clamping: io.writes))
  }
}
