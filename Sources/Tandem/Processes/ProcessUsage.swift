package import TandemSystem

/// What the kernel accounted to a worker process and the children that it waited for (wait4(2)).
public struct ProcessUsage: Sendable, Hashable, Codable {
  /// The account, as `TandemSystem` reads it.
  package let account: RUsage

  /// CPU time in user mode, in nanoseconds.
  public var userNanoseconds: UInt64 { account.userNS }
  /// CPU time in the kernel, in nanoseconds.
  public var systemNanoseconds: UInt64 { account.systemNS }
  /// Context switches because a thread blocked.
  public var voluntarySwitches: Int { Int(clamping: account.voluntarySwitches) }
  /// Context switches because the kernel took the CPU away.
  public var involuntarySwitches: Int { Int(clamping: account.involuntarySwitches) }
  /// Page faults that needed no input.
  public var minorFaults: Int { Int(clamping: account.minorFaults) }
  /// Page faults that needed input.
  public var majorFaults: Int { Int(clamping: account.majorFaults) }
  /// The largest resident set, in KiB.
  public var maxResidentKiB: Int { Int(clamping: account.maxResidentKiB) }

  init(_ account: RUsage) { self.account = account }
}
