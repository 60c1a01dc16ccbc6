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

/// A Python interpreter, as it describes itself after the user's module is imported.
public struct InterpreterSummary: Codable, Sendable, Equatable, Hashable {
  /// The path that it was started by.
  public var path: String
  /// Its version, such as `3.13.0`.
  public var version: String
  /// Its name, such as `CPython` or `PyPy`.
  public var implementation: String
  /// Whether its global lock is on at run time; null when the interpreter can't tell.
  @ExplicitNull public var gilEnabled: Bool?

  /// Makes a summary.
  public init(path: String, version: String, implementation: String, gilEnabled: Bool?) {
    self.path = path
    self.version = version
    self.implementation = implementation
    self.gilEnabled = gilEnabled
  }

  enum CodingKeys: String, CodingKey {
    case path, version, implementation
    case gilEnabled = "gil_enabled"
  }
}
