internal import CTandemShims
internal import Glibc

/// How many CPUs there are, and how many this process can use.
package struct CPUs: Sendable, Hashable {
  /// What sets the number of workers that can run at once.
  package enum Bound: String, Sendable, Hashable {
    /// Nothing less than the machine.
    case online
    /// The CPUs that the process may run on (sched_setaffinity(2), taskset(1), cpusets).
    case allowed
    /// A cgroup's quota of CPU time.
    case quota
  }

  /// CPUs that are online.
  package var online: Int
  /// CPUs that the calling thread may run on.
  package var allowed: Int
  /// The smallest quota of the process's cgroup and its ancestors; nil when there is none.
  package var quota: CgroupQuota?

  /// Makes a value.
  package init(online: Int, allowed: Int, quota: CgroupQuota?) {
    self.online = online
    self.allowed = allowed
    self.quota = quota
  }

  /// How many workers can run at once: the smallest of the three, a quota rounded up, at least 1.
  ///
  /// A quota bounds CPU time, not the number of threads that run at one instant; rounded up it is
  /// what newer nproc(1) recommends too.
  package var effective: Int {
    max(1, min(online, allowed, roundedQuota ?? .max))
  }

  /// Which of the three is the smallest; of equal ones the first, since the later changes nothing.
  package var bound: Bound {
    if let roundedQuota, roundedQuota < min(online, allowed) { return .quota }
    return allowed < online ? .allowed : .online
  }

  /// The quota in whole CPUs; a quota beyond what is online says nothing and may not fit an `Int`.
  private var roundedQuota: Int? {
    guard let cpus = quota?.cpus, cpus.isFinite, cpus < Double(online) else { return nil }
    return max(1, Int(cpus.rounded(.up)))
  }

  /// Reads all three.
  ///
  /// - Parameter root: the folder that holds `proc` and `sys`; another one than `/` is for tests.
  /// - Returns: the numbers.
  package static func read(root: String = "/") -> CPUs {
    let online = onlineList(root: root)?.count ?? configuredOnline()
    return CPUs(
      online: online, allowed: (try? allowedNumbers().count) ?? online,
      quota: CgroupQuota.find(root: root))
  }

  /// Reads all three for a process.
  ///
  /// - Parameters:
  ///   - pid: the process; what its first thread may run on counts for it.
  ///   - root: the folder that holds `proc` and `sys`; another one than `/` is for tests.
  /// - Returns: the numbers.
  /// - Throws: the error number when the process is gone.
  package static func read(of pid: CInt, root: String = "/") throws(Errno) -> CPUs {
    let online = onlineList(root: root)?.count ?? configuredOnline()
    return CPUs(
      online: online, allowed: try allowedNumbers(of: pid).count,
      quota: CgroupQuota.find(of: .process(pid), root: root))
  }

  /// The CPUs that are online, by number.
  ///
  /// - Parameter root: the folder that holds `sys`.
  /// - Returns: the list; nil where `/sys` isn't mounted.
  package static func onlineList(root: String = "/") -> CPUList? {
    let path = FilePathText.join(root, "/sys/devices/system/cpu/online")
    return (try? ProcFile.bytes(path)).flatMap { CPUList($0) }
  }

  /// glibc's number of online CPUs, at least 1 (sysconf(3)).
  private static func configuredOnline() -> Int {
    max(1, sysconf(CInt(_SC_NPROCESSORS_ONLN)))
  }

  /// The CPUs that a thread may run on, by number (sched_getaffinity(2)).
  ///
  /// The kernel refuses a mask that is smaller than its own, and glibc's `cpu_set_t` ends at 1,024
  /// CPUs; so the mask grows until it is large enough.
  ///
  /// - Parameter tid: the thread; 0 for the calling one.
  /// - Returns: the numbers in ascending order.
  /// - Throws: the error number of sched_getaffinity(2), `ESRCH` for a thread that has ended.
  package static func allowedNumbers(of tid: CInt = 0) throws(Errno) -> [Int] {
    var bytes = 128
    while true {
      // The kernel writes whole words.
      var words = [UInt](repeating: 0, count: bytes / MemoryLayout<UInt>.size)
      do throws(Errno) {
        // SAFETY: the kernel writes at most `bytes` bytes into `words`, which holds as many.
        let written = try Syscall.check {
          unsafe words.withUnsafeMutableBytes { mask in
            tandem_system_call(
              CLong(SYS_sched_getaffinity), CLong(tid), mask.count,
              CLong(bitPattern: mask.baseAddress), 0, 0, 0)
          }
        }
        words.removeLast(words.count - written / MemoryLayout<UInt>.size)
        return words.enumerated().flatMap { index, word in
          (0..<UInt.bitWidth).filter { word & (1 << UInt($0)) != 0 }
            .map { index * UInt.bitWidth + $0 }
        }
      } catch .invalidArgument where bytes < 1 << 16 {
        bytes *= 2
      }
    }
  }

  /// Lets the calling thread run on some CPUs alone (sched_setaffinity(2)).
  ///
  /// - Parameter cpus: their numbers, each at least 0.
  /// - Throws: `EINVAL` when none of them can be used.
  package static func bindCallingThread(to cpus: [Int]) throws(Errno) {
    let wordCount = max(16, (cpus.max() ?? 0) / UInt.bitWidth + 1)
    var words = [UInt](repeating: 0, count: wordCount)
    for cpu in cpus { words[cpu / UInt.bitWidth] |= 1 << UInt(cpu % UInt.bitWidth) }
    // SAFETY: the kernel reads the words, which live until the call returns.
    try Syscall.check {
      unsafe words.withUnsafeBytes { mask in
        tandem_system_call(
          CLong(SYS_sched_setaffinity), 0, mask.count, CLong(bitPattern: mask.baseAddress), 0, 0, 0)
      }
    }
  }

  /// The first of some CPUs that this process can't use; the calling thread is bound to each in turn.
  ///
  /// - Parameter cpus: their numbers, each at least 0.
  /// - Returns: the CPU and the error of sched_setaffinity(2); nil when all can be used.
  package static func firstUnusable(of cpus: [Int]) -> (cpu: Int, error: Errno)? {
    for cpu in cpus {
      do throws(Errno) {
        try bindCallingThread(to: [cpu])
      } catch {
        return (cpu, error)
      }
    }
    return nil
  }
}
