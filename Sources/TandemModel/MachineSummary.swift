/// The machine, as far as it bounds parallelism.
public struct MachineSummary: Codable, Sendable, Equatable {
  /// CPUs online.
  public var cpusOnline: Int
  /// CPUs that this process may run on (sched_getaffinity(2)).
  public var cpusAllowed: Int
  /// The smallest CPU quota of the process's cgroup and its ancestors, in CPUs; null when there is none.
  @ExplicitNull public var cpuQuota: Double?
  /// The smallest of the three, a fractional quota rounded up: how many workers can run at once.
  public var effectiveCPUs: Int
  /// The kernel's release (uname(2)).
  public var kernel: String

  /// Makes a summary.
  public init(
    cpusOnline: Int, cpusAllowed: Int, cpuQuota: Double?, effectiveCPUs: Int, kernel: String
  ) {
    self.cpusOnline = cpusOnline
    self.cpusAllowed = cpusAllowed
    self.cpuQuota = cpuQuota
    self.effectiveCPUs = effectiveCPUs
    self.kernel = kernel
  }

  enum CodingKeys: String, CodingKey {
    case cpusOnline = "cpus_online"
    case cpusAllowed = "cpus_allowed"
    case cpuQuota = "cpu_quota"
    case effectiveCPUs = "effective_cpus"
    case kernel
  }
}
