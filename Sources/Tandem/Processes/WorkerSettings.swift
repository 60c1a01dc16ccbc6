internal import CTandemShims
internal import Glibc

/// What a worker process has of its own, instead of what its parent has.
struct WorkerSettings: Sendable {
  /// Variables that are set, or removed where the value is nil.
  var environment: [String: String?] = [:]
  /// Where it works; nil for where the parent works at the time.
  var directory: String?
  /// How much nicer it is than its parent (nice(2)).
  var niceIncrement: Int32 = 0
  /// The CPUs that it may run on; nil for those of the parent.
  var cpus: [Int]?
  /// Limits, by the kernel's number of the resource (setrlimit(2)).
  var limits: [Int: UInt64] = [:]

  /// Writes the limits and CPUs over those of this process.
  func apply(to page: UnsafeMutablePointer<tandem_worker_page>) {
    // SAFETY: the page is the caller's alone until the worker exists; indices are checked.
    unsafe withUnsafeMutableBytes(of: &page.pointee.limits) { bytes in
      let all = unsafe bytes.bindMemory(to: rlimit.self)
      for (number, limit) in limits where all.indices.contains(number) {
        // A limit can be lowered by everybody, the hard one stays as it is.
        unsafe all[number].rlim_cur = min(rlim_t(limit), all[number].rlim_max)
      }
    }
    guard let cpus else { return }
    unsafe page.pointee.cpu_bytes = UInt32(TANDEM_CPU_BYTES)
    unsafe withUnsafeMutableBytes(of: &page.pointee.cpus) { bytes in
      for index in bytes.indices { unsafe bytes[index] = 0 }
      for cpu in cpus where cpu >= 0 && cpu < bytes.count * 8 {
        unsafe bytes[cpu / 8] |= 1 << UInt8(cpu % 8)
      }
    }
  }
}
