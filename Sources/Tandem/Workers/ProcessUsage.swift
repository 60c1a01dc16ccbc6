internal import CTandemShims

/// What the kernel accounted to a worker process and the children that it waited for (wait4(2)).
public struct ProcessUsage: Sendable, Hashable, Codable {
  /// CPU time in user mode, in nanoseconds.
  public var userNanoseconds: UInt64
  /// CPU time in the kernel, in nanoseconds.
  public var systemNanoseconds: UInt64
  /// Context switches because a thread blocked.
  public var voluntarySwitches: Int
  /// Context switches because the kernel took the CPU away.
  public var involuntarySwitches: Int
  /// Page faults that needed no input.
  public var minorFaults: Int
  /// Page faults that needed input.
  public var majorFaults: Int
  /// The largest resident set, in KiB.
  public var maxResidentKiB: Int

  init(_ usage: rusage) {
    func nanoseconds(_ time: timeval) -> UInt64 {
      UInt64(max(0, time.tv_sec)) * 1_000_000_000 + UInt64(max(0, time.tv_usec)) * 1000
    }
    userNanoseconds = nanoseconds(usage.ru_utime)
    systemNanoseconds = nanoseconds(usage.ru_stime)
    voluntarySwitches = usage.ru_nvcsw
    involuntarySwitches = usage.ru_nivcsw
    minorFaults = usage.ru_minflt
    majorFaults = usage.ru_majflt
    maxResidentKiB = usage.ru_maxrss
  }
}
