internal import Glibc

/// A resource whose use can be limited (setrlimit(2)).
public struct LimitedResource: Sendable, Hashable {
  /// The kernel's number.
  let number: Int
  /// The name of its constant here.
  let name: String
  /// With less than this a worker can't begin.
  let least: UInt64

  private init(_ number: UInt32, _ name: String, least: UInt64 = 0) {
    self.number = Int(number)
    self.name = name
    self.least = least
  }

  /// The address space, in bytes, at least 16 MiB (`RLIMIT_AS`).
  public static let addressSpace = LimitedResource(
    RLIMIT_AS.rawValue, "addressSpace", least: 16 << 20)
  /// CPU time, in seconds, at least 1 (`RLIMIT_CPU`).
  public static let cpuSeconds = LimitedResource(RLIMIT_CPU.rawValue, "cpuSeconds", least: 1)
  /// The size of files that it writes, in bytes (`RLIMIT_FSIZE`).
  public static let fileSize = LimitedResource(RLIMIT_FSIZE.rawValue, "fileSize")
  /// Open descriptors; at least 8 where the start method is `.spawn` (`RLIMIT_NOFILE`).
  public static let descriptors = LimitedResource(RLIMIT_NOFILE.rawValue, "descriptors")
  /// The size of core files, in bytes (`RLIMIT_CORE`).
  public static let coreSize = LimitedResource(RLIMIT_CORE.rawValue, "coreSize")
}
