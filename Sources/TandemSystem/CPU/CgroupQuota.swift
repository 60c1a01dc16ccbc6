/// The smallest CPU quota that binds a process: that of its cgroup or of one above it.
///
/// A quota anywhere on the way up holds for everything below, so looking only at the process's own
/// group, or only at the root as a container sees it, misses most of them
/// (Documentation/admin-guide/cgroup-v2.rst, `cpu.max`; scheduler/sched-bwc.rst for version 1).
package struct CgroupQuota: Sendable, Hashable {
  /// CPU time a time: 1.5 means 150 ms of CPU time every 100 ms.
  package var cpus: Double
  /// The folder of the cgroup that has the quota.
  package var directory: String
  /// Whether the cgroup is of version 1 or 2.
  package var version: CgroupVersion

  /// Makes a value.
  package init(cpus: Double, directory: String, version: CgroupVersion) {
    self.cpus = cpus
    self.directory = directory
    self.version = version
  }

  /// Finds the smallest quota of the process's cgroup and all that can be seen above it.
  ///
  /// - Parameters:
  ///   - subject: whose cgroup.
  ///   - root: the folder that holds `proc` and the mount points; another one than `/` is for tests.
  /// - Returns: the quota; nil when there is none or no cgroup file can be read.
  package static func find(
    of subject: ProcSubject = .ownProcess, root: String = "/"
  ) -> CgroupQuota? {
    CgroupDirectory.ownAndAbove(controller: "cpu", of: subject, root: root)
      .compactMap(quota(of:))
      .min { $0.cpus < $1.cpus }
  }

  /// The quota that one cgroup sets itself.
  private static func quota(of cgroup: CgroupDirectory) -> CgroupQuota? {
    let limits: (quota: Int, period: Int)?
    switch cgroup.version {
    case .v2:
      limits = (try? ProcFile.bytes(cgroup.path + "/cpu.max")).flatMap { parseCPUMax($0) }
    case .v1:
      // Without a quota the file holds -1.
      limits = (try? ProcFile.integer(cgroup.path + "/cpu.cfs_quota_us")).flatMap { quota in
        (try? ProcFile.integer(cgroup.path + "/cpu.cfs_period_us")).map { (quota, $0) }
      }
    }
    guard let limits, limits.quota > 0, limits.period > 0 else { return nil }
    return CgroupQuota(
      cpus: Double(limits.quota) / Double(limits.period), directory: cgroup.path,
      version: cgroup.version)
  }

  /// Parses `cpu.max`: `max 100000`, or `200000 100000`.
  ///
  /// - Parameter bytes: the file's text.
  /// - Returns: quota and period in µs; nil for `max` and for anything else.
  package static func parseCPUMax(_ bytes: [UInt8]) -> (quota: Int, period: Int)? {
    var position = 0
    guard let quota = ASCIIScan.integer(bytes.span, at: &position),
      let period = ASCIIScan.integer(bytes.span, at: &position),
      ASCIIScan.isBlank(bytes.span, from: position)
    else { return nil }
    return (quota, period)
  }

  /// How often the quota has stopped the cgroup so far.
  ///
  /// - Returns: the counts of all processes in the cgroup since it was made; nil when `cpu.stat` can't be read.
  package func throttling() -> CgroupThrottling? {
    (try? ProcFile.bytes(directory + "/cpu.stat")).flatMap { CgroupThrottling($0) }
  }
}

/// How often a cgroup was stopped by its quota, since it was made (`cpu.stat`).
package struct CgroupThrottling: Sendable, Hashable {
  /// Periods in which anything in the cgroup wanted to run.
  package var periods: UInt64
  /// Periods in which the quota ran out.
  package var throttledPeriods: UInt64
  /// Nanoseconds stopped, summed over CPUs.
  package var throttledNS: UInt64

  /// Parses `cpu.stat` of either version: `throttled_usec` in version 2, `throttled_time` in ns in version 1.
  ///
  /// - Parameter bytes: the file's text.
  package init?(_ bytes: [UInt8]) {
    let lines = KeyedLines(bytes, separator: UInt8(ascii: " "))
    guard let periods = lines.unsigned("nr_periods"),
      let throttled = lines.unsigned("nr_throttled")
    else { return nil }
    if let ns = lines.unsigned("throttled_time") {
      self.throttledNS = ns
    } else if let us = lines.unsigned("throttled_usec") {
      let (ns, tooLarge) = us.multipliedReportingOverflow(by: 1000)
      guard !tooLarge else { return nil }
      self.throttledNS = ns
    } else {
      return nil
    }
    self.periods = periods
    self.throttledPeriods = throttled
  }
}
