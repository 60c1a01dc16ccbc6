package import Glibc

/// What the kernel has accounted to a thread, a process or a process's ended children
/// (getrusage(2), wait4(2)).
///
/// `struct rusage` is read here and nowhere else. Two types show these figures to users, since neither
/// `Tandem` nor `TandemModel` can name this one in public: `ProcessUsage` holds one, and `ResourceUsage`
/// is a report's value in seconds.
package struct RUsage: Sendable, Hashable, Codable {
  /// Whose account.
  package enum Subject: CInt, Sendable {
    /// All threads of the calling process, also ended ones.
    case process = 0
    /// All children that were waited for, and theirs that they waited for.
    case children = -1
    /// The calling thread.
    case thread = 1
  }

  /// CPU time in user mode, in nanoseconds; the kernel reports microseconds.
  package var userNS: UInt64
  /// CPU time in the kernel, in nanoseconds.
  package var systemNS: UInt64
  /// Switches because a thread blocked.
  package var voluntarySwitches: UInt64
  /// Switches because the kernel took the CPU away.
  package var involuntarySwitches: UInt64
  /// The largest resident set in KiB: the process's, also for a thread; the largest child's for children.
  ///
  /// A process begins with its starter's size, so a small child of a large parent shows the parent's.
  package var maxResidentKiB: UInt64
  /// Page faults served without reading a disk.
  package var minorFaults: UInt64
  /// Page faults that had to read a disk.
  package var majorFaults: UInt64

  /// Takes over what getrusage(2) or wait4(2) filled in.
  ///
  /// - Parameter usage: the kernel's figures.
  package init(_ usage: rusage) {
    self.userNS = Self.nanoseconds(usage.ru_utime)
    self.systemNS = Self.nanoseconds(usage.ru_stime)
    self.voluntarySwitches = UInt64(clamping: usage.ru_nvcsw)
    self.involuntarySwitches = UInt64(clamping: usage.ru_nivcsw)
    self.maxResidentKiB = UInt64(clamping: usage.ru_maxrss)
    self.minorFaults = UInt64(clamping: usage.ru_minflt)
    self.majorFaults = UInt64(clamping: usage.ru_majflt)
  }

  /// CPU time in user mode and in the kernel, in nanoseconds.
  package var cpuNS: UInt64 { userNS &+ systemNS }

  /// What was added since an earlier reading of the same account; the largest resident set is of now.
  ///
  /// - Parameter before: the earlier reading.
  /// - Returns: the differences.
  package func since(_ before: RUsage) -> RUsage {
    var usage = self
    usage.userNS &-= before.userNS
    usage.systemNS &-= before.systemNS
    usage.voluntarySwitches &-= before.voluntarySwitches
    usage.involuntarySwitches &-= before.involuntarySwitches
    usage.minorFaults &-= before.minorFaults
    usage.majorFaults &-= before.majorFaults
    return usage
  }

  private static func nanoseconds(_ time: timeval) -> UInt64 {
    UInt64(clamping: time.tv_sec) &* 1_000_000_000 &+ UInt64(clamping: time.tv_usec) &* 1000
  }

  /// Reads an account.
  ///
  /// - Parameter subject: whose.
  /// - Returns: the figures so far.
  package static func now(_ subject: Subject) -> RUsage {
    var usage = rusage()
    // SAFETY: `usage` outlives the call, which fails only for a bad address or an unknown subject.
    _ = unsafe getrusage(subject.rawValue, &usage)
    return RUsage(usage)
  }

  /// Waits for the end of a child, and takes its status and its account (wait4(2)).
  ///
  /// - Parameter pid: the child.
  /// - Returns: how it ended, and what it used together with those of its descendants that were waited for.
  /// - Throws: `ECHILD` when it isn't a child, or not any more.
  static func ofEndedChild(_ pid: CInt) throws(Errno) -> (status: ExitStatus, usage: RUsage) {
    var status: CInt = 0
    var usage = rusage()
    // SAFETY: an int and a struct are written, both ours.
    try Syscall.check { unsafe wait4(pid, &status, 0, &usage) }
    return (ExitStatus(waitStatus: status), RUsage(usage))
  }
}
