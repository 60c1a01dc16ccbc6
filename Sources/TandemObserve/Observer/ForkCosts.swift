import TandemModel
import TandemSystem

/// What forking took the threads that forked, by the kernel's account of their time in the kernel.
///
/// The child's first moment on a CPU says nothing about it: the kernel copies the parent's page tables before
/// it records the fork. So the parent's account is read after its first forks and again after later ones, as
/// soon as their records are read, and the growth is divided among the forks in between. It holds whatever
/// else the thread did in the kernel meanwhile, so it is an upper bound of the forks' own cost.
struct ForkCosts {
  /// A thread that forked.
  struct Parent {
    /// Its process.
    var pid: Int32
    /// How often it forked.
    var forks = 0
    /// How many of the children executed another program.
    ///
    /// What a vfork(2) took can't be told from what a fork took, and those who execute something mostly
    /// use it.
    var execs = 0
    /// The largest size of its page tables that was read, in KiB; nil when none was.
    var pageTablesKiB: Int?
    /// Whether it has forked since it was last read.
    fileprivate var isDue = false
    fileprivate var first: Account?
    fileprivate var last: Account?

    /// Makes a value for a thread that hasn't forked yet.
    ///
    /// - Parameter pid: its process.
    init(pid: Int32) { self.pid = pid }

    /// Nanoseconds in the kernel a fork; nil when they are too few to be told by the ticks of the account.
    var systemNSPerFork: Double? {
      guard let first, let last, last.forks > first.forks, last.systemTicks > first.systemTicks
      else { return nil }
      let ticks = last.systemTicks - first.systemTicks
      guard ticks >= ForkCosts.leastTicks else { return nil }
      return Double(ticks * CPUTimes.tickNS) / Double(last.forks - first.forks)
    }
  }

  /// An account of a parent, and how often it had forked by then.
  fileprivate struct Account {
    var forks: Int
    var systemTicks: UInt64
  }

  /// Fewer ticks of growth are too few: each reading is off by up to one.
  private static let leastTicks: UInt64 = 8
  private static let mostParents = 1_000
  private static let mostChildren = 10_000

  /// The threads that forked.
  private(set) var parents: [Int32: Parent] = [:]
  private var children: [Int32: Int32] = [:]

  /// Notes a record.
  mutating func note(_ record: PerfRecord) {
    switch record.kind {
    case .forked(let child, let childPID, let parentPID, let parentTID):
      // With more than one event open per CPU, each of them records the fork.
      guard child == childPID, childPID != parentPID, children[child] == nil,
        children.count < Self.mostChildren,
        parents[parentTID] != nil || parents.count < Self.mostParents
      else { return }
      children[child] = parentTID
      var parent = parents[parentTID] ?? Parent(pid: parentPID)
      parent.forks += 1
      parent.isDue = true
      parents[parentTID] = parent
    case .named(_, isExec: true):
      guard let parent = children.removeValue(forKey: record.pid) else { return }
      parents[parent]?.execs += 1
    case .exited: children[record.tid] = nil
    default: break
    }
  }

  /// Reads the accounts of those that have forked since the last time.
  mutating func read() {
    for (tid, parent) in parents where parent.isDue {
      var parent = parent
      parent.isDue = false
      if let stat = try? ThreadStat.read(tid, of: parent.pid) {
        parent.note(systemTicks: stat.systemTicks)
      }
      // Rarely, since it costs more.
      if parent.forks.nonzeroBitCount == 1, parent.forks > 1,
        let size = (try? ProcStatus.read(.process(parent.pid)))?.pageTablesKiB
      {
        parent.pageTablesKiB = max(parent.pageTablesKiB ?? 0, size)
      }
      parents[tid] = parent
    }
  }

  /// The threads whose children executed nothing, with names and figures for the report.
  ///
  /// - Parameters:
  ///   - tally: the workers, for their names.
  ///   - copies: what the children have copied.
  /// - Returns: the ten that spent most on it, of those that forked at least twice.
  func report(_ tally: ProgramTally, _ copies: CopiedMemory = CopiedMemory()) -> [ForkCost] {
    var names: [Int32: String] = [:]
    for track in tally.workers where parents[track.tid] != nil { names[track.tid] = track.name }
    let costs = parents.compactMap { tid, parent -> ForkCost? in
      guard parent.forks >= 2, parent.execs * 10 <= parent.forks else { return nil }
      let copied = copies.sum(of: parent.pid)
      return ForkCost(
        pid: parent.pid, tid: tid, name: names[tid] ?? "", forks: parent.forks,
        systemSecondsPerFork: parent.systemNSPerFork.map { $0 / 1e9 },
        pageTablesKiB: parent.pageTablesKiB, childrenSeen: copied?.children ?? 0,
        inheritedKiB: copied?.inheritedKiB, copiedKiB: copied?.copiedKiB)
    }
    return Array(
      costs.sorted {
        ($0.systemSeconds ?? 0, $0.forks, $1.tid) > ($1.systemSeconds ?? 0, $1.forks, $0.tid)
      }.prefix(10))
  }
}

extension ForkCosts.Parent {
  /// Notes an account that was read now.
  mutating func note(systemTicks: UInt64) {
    let account = ForkCosts.Account(forks: forks, systemTicks: systemTicks)
    if first == nil { first = account } else { last = account }
  }
}
