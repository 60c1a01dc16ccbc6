import Synchronization
import Tandem
import TandemModel
import TandemObserve
import TandemSystem

/// What a worker of a pool measures of itself while it does one item after the other.
struct PoolWorkerMeasure: Sendable, Equatable {
  /// The thread's number (gettid(2)); of a worker process's main thread it is the process's.
  var id: Int32 = 0
  /// How many items it did.
  var items = 0
  /// When the first item began, and when the last one ended.
  var enteredNS: UInt64 = 0
  var leftNS: UInt64 = 0
  /// Wall time inside of the items.
  var runningNS: UInt64 = 0
  /// Wall and CPU time of those items whose CPU time was read.
  var sampledNS: UInt64 = 0
  var sampledCPUNS: UInt64 = 0
  /// What is known of waiting for input and output; nil where the work doesn't tell.
  var ioNS: UInt64?
  /// Time in the queue for a CPU from the first item to the report; nil when the kernel doesn't tell.
  var runnableNS: UInt64?
  /// What the kernel accounted to the process, or to the thread of a pool of threads.
  var usage: ResourceUsage?
  /// Its memory at the end; nil unless it was asked for.
  var memory: ProcessMemory?
  /// The resident part of its stack, in KiB; nil for a process, and unless it was asked for.
  var stackKiB: Int?

  /// Reading the CPU time costs about a tenth of a microsecond or two: of items shorter than this, in
  /// nanoseconds, only some are read.
  private static let longItem: UInt64 = 20_000

  private var readsNext: Bool {
    items < 8 || items.isMultiple(of: 16) || runningNS / UInt64(items) >= Self.longItem
  }

  /// Does an item and adds what it took.
  mutating func add(_ body: () throws -> BlockedTimes) rethrows {
    let reads = readsNext
    let entered = MonotonicClock.now()
    let cpu = reads ? ThreadCPUClock.now() : 0
    let blocked = try body()
    let used = reads ? ThreadCPUClock.now() &- cpu : 0
    end(entered, MonotonicClock.now(), blocked, cpuNS: reads ? used : nil)
  }

  /// Adds an item.
  ///
  /// - Parameters:
  ///   - entered: when it began.
  ///   - left: when it ended.
  ///   - blocked: what is known of its waiting.
  ///   - cpuNS: its CPU time; nil when that wasn't read.
  mutating func end(_ entered: UInt64, _ left: UInt64, _ blocked: BlockedTimes, cpuNS: UInt64?) {
    if items == 0 { enteredNS = entered }
    items += 1
    leftNS = left
    runningNS &+= left &- entered
    if let cpuNS {
      sampledNS &+= left &- entered
      sampledCPUNS &+= min(cpuNS, left &- entered)
    }
    if let waited = blocked.ioNS { ioNS = (ioNS ?? 0) &+ waited }
  }

  /// CPU time inside of the items: that of the items that were read, taken to all.
  var onCPUNS: UInt64 {
    guard sampledNS > 0 else { return 0 }
    return UInt64(Double(runningNS) * min(1, Double(sampledCPUNS) / Double(sampledNS)))
  }
}

/// A worker's work and measure, in the worker.
enum PoolWorkerState {
  private struct Current: Sendable {
    var work: RunnableWork
    var isThread: Bool
    var measure = PoolWorkerMeasure()
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
      throw PoolError(.taskFailed, "the worker has not been told its work")
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
        let usage = RUsage.now(.process)
        return usage.userNS &+ usage.systemNS
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
  static func report(readsMemory: Bool) -> PoolWorkerMeasure {
    let id = OSThread.currentID
    guard let worker = workers.withLock({ $0.removeValue(forKey: id) }) else {
      return PoolWorkerMeasure()
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

/// What a pool's worker does first: it finds its work.
struct PoolWorkerSetup: WorkerTask {
  var work: SwiftWork
  /// Whether it is a thread: outputs then stay what they are.
  var isThread: Bool

  func run() throws -> Bool {
    PoolWorkerState.begin(try work.resolved(encodesOutputs: !isThread), isThread: isThread)
    return true
  }
}

/// One item, as a task of a pool: nothing but its number travels.
struct PoolItem: WorkerTask {
  var item: Int

  nonisolated(nonsending) func run() async throws -> [UInt8] {
    try await PoolWorkerState.run(item)
  }
}

/// What a pool's worker does last: it writes its measure into a pipe of the program that runs the pool.
struct PoolWorkerReport: WorkerTask {
  /// The pipe, as a path through the program's `/proc/PID/fd`.
  var path: String
  /// Whether to read the worker's memory, too.
  var readsMemory: Bool

  func run() throws -> Bool {
    let bytes = PoolWorkerState.report(readsMemory: readsMemory).bytes
    // Less than PIPE_BUF: written as a whole or not at all (pipe(7)).
    try Descriptor.open(path, .writeOnly).writeAll(bytes)
    return true
  }
}

extension PoolWorkerMeasure {
  /// How many bytes a measure is.
  static let byteCount = 8 * 18

  /// The measure as it passes through the pipe: whole numbers of 64 bits; all bits set for what is nil.
  var bytes: [UInt8] {
    let none = UInt64.max
    let words: [UInt64] = [
      UInt64(bitPattern: Int64(id)), UInt64(items), enteredNS, leftNS, runningNS, sampledNS,
      sampledCPUNS, ioNS ?? none, runnableNS ?? none,
      usage.map { UInt64($0.userSeconds * 1e9) } ?? none,
      usage.map { UInt64($0.systemSeconds * 1e9) } ?? none,
      usage.map { UInt64($0.switches.voluntary) } ?? none,
      usage.map { UInt64($0.switches.involuntary) } ?? none,
      usage.map { UInt64($0.maxResidentKiB) } ?? none,
      memory.map { UInt64($0.pssKiB) } ?? none, memory.map { UInt64($0.ussKiB) } ?? none,
      memory.map { UInt64($0.rssKiB) } ?? none, stackKiB.map { UInt64($0) } ?? none,
    ]
    return words.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } }
  }

  /// Reads a measure; nil when there are not as many bytes as there should be.
  init?(_ bytes: ArraySlice<UInt8>) {
    guard bytes.count == Self.byteCount else { return nil }
    let words = (0..<Self.byteCount / 8).map { index in
      (0..<8).reduce(UInt64(0)) {
        $0 | UInt64(bytes[bytes.startIndex + 8 * index + $1]) << UInt64(8 * $1)
      }
    }
    func some(_ index: Int) -> UInt64? { words[index] == .max ? nil : words[index] }
    self.init(
      id: Int32(truncatingIfNeeded: words[0]), items: Int(truncatingIfNeeded: words[1]),
      enteredNS: words[2], leftNS: words[3], runningNS: words[4], sampledNS: words[5],
      sampledCPUNS: words[6], ioNS: some(7), runnableNS: some(8))
    if let user = some(9), let system = some(10), let voluntary = some(11),
      let involuntary = some(12), let resident = some(13)
    {
      usage = ResourceUsage(
        userSeconds: Double(user) / 1e9, systemSeconds: Double(system) / 1e9,
        switches: ContextSwitches(
          voluntary: Double(voluntary), involuntary: Double(involuntary)),
        maxResidentKiB: Int(clamping: resident))
    }
    if let pss = some(14), let uss = some(15), let rss = some(16) {
      memory = ProcessMemory(
        pssKiB: Int(clamping: pss), ussKiB: Int(clamping: uss), rssKiB: Int(clamping: rss),
        swapKiB: 0)
    }
    stackKiB = some(17).map { Int(clamping: $0) }
  }
}

extension ResourceUsage {
  /// What the kernel accounted to a process.
  init(_ usage: RUsage) {
    self.init(
      userSeconds: Double(usage.userNS) / 1e9, systemSeconds: Double(usage.systemNS) / 1e9,
      switches: ContextSwitches(
        voluntary: Double(usage.voluntarySwitches),
        involuntary: Double(usage.involuntarySwitches)),
      maxResidentKiB: Int(clamping: usage.maxResidentKiB))
  }
}
