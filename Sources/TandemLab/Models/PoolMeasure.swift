import TandemModel
import TandemObserve
import TandemSystem

/// What a worker of a pool measures of itself while it does one item after the other.
struct PoolMeasure: Sendable, Equatable {
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
