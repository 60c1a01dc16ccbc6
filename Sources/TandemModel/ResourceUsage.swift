/// What the kernel accounted to a process or a process tree (getrusage(2), wait4(2)), in a report's units.
///
/// The rooms below have the same figures in nanoseconds (`RUsage`, and `ProcessUsage` in public). This is
/// a type of its own since `TandemModel` imports nothing, and since Python's driver reports seconds.
public struct ResourceUsage: Codable, Sendable, Equatable {
  /// CPU seconds in user mode.
  public var userSeconds: Double
  /// CPU seconds in the kernel.
  public var systemSeconds: Double
  /// Context switches of all threads.
  public var switches: ContextSwitches
  /// The largest resident set, in KiB; of the largest process when it is a tree's.
  public var maxResidentKiB: Int

  /// User and system CPU seconds together.
  public var cpuSeconds: Double { userSeconds + systemSeconds }

  /// Makes a usage.
  public init(
    userSeconds: Double, systemSeconds: Double, switches: ContextSwitches, maxResidentKiB: Int
  ) {
    self.userSeconds = userSeconds
    self.systemSeconds = systemSeconds
    self.switches = switches
    self.maxResidentKiB = maxResidentKiB
  }

  enum CodingKeys: String, CodingKey {
    case userSeconds = "user_s"
    case systemSeconds = "system_s"
    case switches
    case maxResidentKiB = "max_resident_kib"
  }
}
