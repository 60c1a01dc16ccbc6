internal import Glibc

/// Limits that starting many workers may run into.
package struct ResourceLimits: Sendable, Hashable {
  /// A soft and a hard limit; nil means none.
  package struct Pair: Sendable, Hashable {
    /// What holds now.
    package var soft: UInt64?
    /// What the process may raise it to.
    package var hard: UInt64?

    /// Makes a pair.
    package init(soft: UInt64?, hard: UInt64?) {
      self.soft = soft
      self.hard = hard
    }
  }

  /// Processes and threads of this user, together; doesn't bind root (setrlimit(2), `RLIMIT_NPROC`).
  package var processes: Pair
  /// Descriptors of this process: one more than the largest number (setrlimit(2), `RLIMIT_NOFILE`).
  package var descriptors: Pair
  /// The smallest `pids.max` of the process's cgroup and those above it: processes and threads in the cgroup; nil when there is none.
  package var cgroupPids: Int?
  /// The largest number of a process or thread on the machine (proc_sys_kernel(5), `pid_max`).
  package var pidMax: Int?

  /// Makes a value.
  package init(processes: Pair, descriptors: Pair, cgroupPids: Int?, pidMax: Int?) {
    self.processes = processes
    self.descriptors = descriptors
    self.cgroupPids = cgroupPids
    self.pidMax = pidMax
  }

  /// Reads them.
  ///
  /// - Parameter root: the folder that holds `proc` and the mount points; another one than `/` is for tests.
  /// - Returns: the limits.
  package static func read(root: String = "/") -> ResourceLimits {
    ResourceLimits(
      processes: pair(CInt(__RLIMIT_NPROC.rawValue)),
      descriptors: pair(CInt(RLIMIT_NOFILE.rawValue)),
      cgroupPids: CgroupDirectory.ownAndAbove(controller: "pids", root: root)
        .compactMap { try? ProcFile.integer($0.path + "/pids.max") }.min(),
      pidMax: try? ProcFile.integer(FilePathText.join(root, "/proc/sys/kernel/pid_max")))
  }

  /// Raises this process's limit on descriptors as far as it may.
  ///
  /// Here, since in release builds nothing can use `rlimit` in a file that imports the C shims.
  static func raiseDescriptors() {
    var limit = rlimit()
    // SAFETY: `limit` outlives both calls, which fail only for a bad address or resource.
    guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
    limit.rlim_cur = limit.rlim_max
    // SAFETY: as above.
    unsafe _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  }

  private static func pair(_ resource: CInt) -> Pair {
    var limit = rlimit()
    // SAFETY: `limit` outlives the call, which fails only for a bad address or resource.
    unsafe _ = getrlimit(resource, &limit)
    return Pair(soft: number(limit.rlim_cur), hard: number(limit.rlim_max))
  }

  /// RLIM_INFINITY, all bits set, is no limit.
  private static func number(_ limit: rlim_t) -> UInt64? {
    limit == .max ? nil : UInt64(limit)
  }
}

/// A file system's size and what is left of it (statvfs(3)).
package struct FileSystemSpace: Sendable, Hashable {
  /// Bytes in all.
  package var totalBytes: UInt64
  /// Bytes that an ordinary user may still use.
  package var availableBytes: UInt64

  /// Makes a value.
  package init(totalBytes: UInt64, availableBytes: UInt64) {
    self.totalBytes = totalBytes
    self.availableBytes = availableBytes
  }

  /// Asks the file system that holds a path.
  ///
  /// - Parameter path: the path.
  /// - Returns: its space.
  /// - Throws: the error number of statvfs(3).
  package static func of(_ path: String) throws(Errno) -> FileSystemSpace {
    var status = statvfs()
    // SAFETY: `path` is NUL-terminated and `status` outlives the call.
    try Syscall.check { unsafe statvfs(path, &status) }
    let unit = UInt64(status.f_frsize)
    return FileSystemSpace(
      totalBytes: UInt64(status.f_blocks).multipliedReportingOverflow(by: unit).partialValue,
      availableBytes: UInt64(status.f_bavail).multipliedReportingOverflow(by: unit).partialValue)
  }
}
