internal import TandemModel
internal import TandemSystem

/// What a wait is to the event loop of the thread that waits.
package enum LoopWait: Sendable, Hashable {
  /// The loop waits for something to do: for a set of descriptors (epoll(7)).
  case polls
  /// A call that blocks, although the process has such a set: the loop doesn't go on meanwhile.
  case blocks
}

/// Tells waits of event loops from calls that block them.
struct EventLoops {
  /// A process is searched for a set again after this time.
  private static let validNS: UInt64 = 100_000_000
  private static let mostProcesses = 1_000
  private static let mostDescriptors = 256

  /// The last search of a process: its set, and when.
  private var searched: [CInt: (set: CInt?, timeNS: UInt64)] = [:]

  /// Forgets a process that has ended, or executed another program.
  mutating func remove(_ pid: CInt) { searched[pid] = nil }

  /// How many processes are known.
  var keptCount: Int { searched.count }

  /// What a wait is to an event loop.
  ///
  /// - Parameters:
  ///   - wait: the wait.
  ///   - pid: the process.
  ///   - now: the time.
  /// - Returns: nil when it says nothing about a loop.
  mutating func use(of wait: Wait, in pid: CInt, now: UInt64) -> LoopWait? {
    switch (wait.state, wait.detail) {
    case (_, .descriptor(_, .readinessSet)): .polls
    // A disk isn't meant: files can't be polled.
    case (.sleep, _), (.child, _), (.io, .descriptor(_, .connection)):
      hasSet(pid, now: now) ? .blocks : nil
    default: nil
    }
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
