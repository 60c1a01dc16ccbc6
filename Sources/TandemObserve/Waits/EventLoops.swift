internal import TandemModel
internal import TandemSystem

/// What a wait is to the event loop of the thread that waits.
package enum LoopWait: Sendable, Hashable {
  /// The loop waits for something to do: for a set of descriptors (epoll(7)).
  case polls
  /// A call that blocks, although the process has such a set: the loop doesn't go on meanwhile.
  case blocks
  /// A call that runs a loop of its own until a child process has ended: the thread's loop doesn't go on
  /// meanwhile.
  case nested
}

/// Tells waits of event loops from calls that block them.
struct EventLoops {
  /// A process is searched for a set again after this time.
  private static let validNS: UInt64 = 100_000_000
  private static let mostProcesses = 1_000
  private static let mostDescriptors = 256
  private static let mostThreads = 256

  /// The last search of a process: its set, and when.
  private var searched: [CInt: (set: CInt?, timeNS: UInt64)] = [:]

  /// The sets that the threads of Node.js wait for in their loops, by process and thread.
  private var loops: [CInt: [CInt: CInt]] = [:]

  /// Forgets a process that has ended, or executed another program.
  mutating func remove(_ pid: CInt) { (searched[pid], loops[pid]) = (nil, nil) }

  /// How many facts are known.
  var keptCount: Int { searched.count + loops.values.reduce(0) { $0 + $1.count } }

  /// What a wait is to an event loop.
  ///
  /// - Parameters:
  ///   - wait: the wait.
  ///   - tid: the thread.
  ///   - pid: its process.
  ///   - isNode: whether it runs Node.js.
  ///   - now: the time.
  /// - Returns: nil when it says nothing about a loop.
  mutating func use(
    of wait: Wait, by tid: CInt, in pid: CInt, isNode: Bool, now: UInt64
  ) -> LoopWait? {
    switch (wait.state, wait.detail) {
    case (_, .descriptor(let set, .readinessSet)):
      isNode && isNested(set, by: tid, in: pid) ? .nested : .polls
    // A disk isn't meant: files can't be polled.
    case (.sleep, _), (.child, _), (.io, .descriptor(_, .connection)):
      hasSet(pid, now: now) ? .blocks : nil
    default: nil
    }
  }

  /// Whether a thread of Node.js waits in another loop than its own.
  ///
  /// `execSync`, `spawnSync` and their like make a loop, run it until the child has ended, and close it
  /// (node/src/spawn_sync.cc). Its set is made when that of the thread's loop is there, so it has the larger
  /// number.
  private mutating func isNested(_ set: CInt, by tid: CInt, in pid: CInt) -> Bool {
    if let own = loops[pid]?[tid], own < set, Self.isSet(own, of: pid) { return true }
    if loops.count < Self.mostProcesses || loops[pid] != nil {
      if loops[pid]?.count ?? 0 >= Self.mostThreads { loops[pid] = [:] }
      loops[pid, default: [:]][tid] = set
    }
    return false
  }

  /// Whether a process has a set of descriptors now.
  private mutating func hasSet(_ pid: CInt, now: UInt64) -> Bool {
    if let last = searched[pid] {
      if let set = last.set, Self.isSet(set, of: pid) { return true }
      if now < last.timeNS + Self.validNS { return false }
    }
    let numbers = (try? ProcDescriptors.all(of: pid, limit: Self.mostDescriptors)) ?? []
    let set = numbers.first { Self.isSet($0, of: pid) }
    if searched.count < Self.mostProcesses || searched[pid] != nil { searched[pid] = (set, now) }
    return set != nil
  }

  private static func isSet(_ number: CInt, of pid: CInt) -> Bool {
    guard let link = try? ProcDescriptors.link(number, of: nil, in: pid) else { return false }
    return link == .anonymous("eventpoll")
  }
}
