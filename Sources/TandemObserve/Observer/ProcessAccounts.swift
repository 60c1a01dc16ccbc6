import TandemSystem

/// The CPU time of every process of the machine at one moment, as far as this process can see them.
struct ProcessAccounts {
  /// The accounts by process.
  var byPID: [Int32: ProcessAccount]
  /// Whether every process of the machine is among them: in a container, or with `hidepid`, the kernel's own
  /// threads can't be seen either.
  var isWhole: Bool

  /// The process that starts the kernel's threads.
  private static let kernelPID: Int32 = 2

  /// Makes a value.
  init(byPID: [Int32: ProcessAccount]) {
    self.byPID = byPID
    isWhole = byPID[Self.kernelPID]?.isKernelThread == true
  }

  /// Reads the accounts.
  ///
  /// - Parameter limitNS: the most CPU nanoseconds that may be spent; beyond, not every process is read, and
  ///   the result isn't whole.
  /// - Returns: the accounts.
  static func read(limitNS: UInt64 = 50_000_000) -> ProcessAccounts {
    let began = ThreadCPUClock.now()
    var byPID: [Int32: ProcessAccount] = [:]
    for pid in (try? ProcTasks.processes()) ?? [] {
      // Processes that end meanwhile are omitted.
      if let account = try? ProcessAccount.read(pid) { byPID[pid] = account }
      if ThreadCPUClock.now() &- began > limitNS {
        var part = ProcessAccounts(byPID: byPID)
        part.isWhole = false
        return part
      }
    }
    return ProcessAccounts(byPID: byPID)
  }

  /// A process and the ancestors that it has, from its parent upwards.
  func ancestors(of pid: Int32) -> [Int32] {
    var result: [Int32] = []
    var next = byPID[pid]?.parent
    // Numbers that are reused while they are read could make a ring.
    while let pid = next, pid > 0, !result.contains(pid) {
      result.append(pid)
      next = byPID[pid]?.parent
    }
    return result
  }

  /// A process and all its descendants.
  func family(of pid: Int32) -> Set<Int32> {
    let children = Dictionary(grouping: byPID.keys) { byPID[$0]?.parent ?? 0 }
    var result: Set<Int32> = []
    var queue = [pid]
    while let pid = queue.popLast() {
      if result.insert(pid).inserted { queue += children[pid] ?? [] }
    }
    return result
  }

  /// A process of another program, and the clock ticks of CPU time that it used.
  struct Other: Equatable {
    var pid: Int32
    var name: String
    var ticks: UInt64
  }

  /// What other programs used between two readings: those that were there before, and what these started.
  ///
  /// A process that began meanwhile counts if it descends from one of them. Where it descends from the
  /// observer's ancestors it may be a process of the program that has lost its parent, which the kernel gives
  /// to one of these (prctl(2), `PR_SET_CHILD_SUBREAPER`), so it doesn't. So this is at least what others
  /// used, and nothing of the program's is in it.
  ///
  /// - Parameters:
  ///   - before: the first reading; this is the second.
  ///   - ownPID: the observer's process. It, what descends from it, and the kernel's threads don't count.
  ///   - program: processes that don't count either, with their descendants.
  /// - Returns: the processes that used at least two ticks, the busiest first.
  func others(since before: ProcessAccounts, ownPID: Int32, program: Set<Int32>) -> [Other] {
    let ancestors = Set(before.ancestors(of: ownPID) + ancestors(of: ownPID) + [1])
    var excluded = before.family(of: ownPID).union(family(of: ownPID))
    for pid in program { excluded.formUnion(before.family(of: pid)) }
    excluded.formUnion(program)
    func isOlder(_ pid: Int32) -> Bool {
      before.byPID[pid].map { $0.startTicks == byPID[pid]?.startTicks } ?? false
    }
    // What a child had used before counts at its parent when that waits for it.
    var hadBefore: [Int32: UInt64] = [:]
    for (pid, account) in before.byPID where !isOlder(pid) {
      guard let heir = before.ancestors(of: pid).first(where: isOlder) else { continue }
      hadBefore[heir, default: 0] += account.ticks + account.childTicks
    }
    var result: [Other] = []
    for (pid, account) in byPID where !account.isKernelThread && !excluded.contains(pid) {
      var ticks: UInt64
      if isOlder(pid), let then = before.byPID[pid] {
        ticks = account.ticks - min(account.ticks, then.ticks)
        // The program's own processes may be among the children of the observer's ancestors.
        if !ancestors.contains(pid) {
          let children = account.childTicks - min(account.childTicks, then.childTicks)
          ticks += children - min(children, hadBefore[pid] ?? 0)
        }
      } else {
        guard let root = self.ancestors(of: pid).first(where: isOlder), !ancestors.contains(root),
          !excluded.contains(root)
        else { continue }
        ticks = account.ticks + account.childTicks
      }
      if ticks >= 2 { result.append(Other(pid: pid, name: account.name, ticks: ticks)) }
    }
    return result.sorted { ($0.ticks, $1.pid) > ($1.ticks, $0.pid) }
  }
}
