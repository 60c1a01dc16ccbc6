package import TandemSystem

/// What happened when each thing that Tandem needs was tried once: facts without judgement.
///
/// `DoctorChecks` judges them. The two are separate so that tests can make up machines.
package struct Capabilities: Sendable {
  /// A thing that was tried: it went well, or with this error number.
  package typealias Trial = Result<Void, Errno>

  /// The numbers of CPUs.
  package var cpus: CPUs
  /// How often the quota has stopped the cgroup; nil without a quota, or when it can't be read.
  package var throttling: CgroupThrottling?
  /// The kernel.
  package var kernel: KernelInfo
  /// This process's effective user.
  package var effectiveUser: UInt64?
  /// Whether this process's system calls are filtered, as in most containers.
  package var seccomp: ProcStatus.SeccompMode?
  /// Whether switches can be recorded.
  package var perf: PerfEvents.Probe
  /// Whether instructions and cycles can be counted.
  package var counters: Trial
  /// `/proc/thread-self/schedstat`.
  package var schedStat: Result<SchedStat, Errno>
  /// `smaps_rollup` of an own child.
  package var rollup: Result<SmapsRollup, Errno>
  /// `syscall` of an own child: what a thread sleeps in.
  package var syscallFile: Trial
  /// process_vm_readv(2) of an own child; false when something else was read than is there.
  package var remoteMemory: Result<Bool, Errno>
  /// `kernel.yama.ptrace_scope`; nil on kernels without Yama.
  package var ptraceScope: Int?
  /// pidfd_open(2).
  package var pidfd: Trial
  /// memfd_create(2).
  package var memfd: Trial
  /// close_range(2).
  package var closeRange: Trial
  /// Limits of processes and descriptors.
  package var limits: ResourceLimits
  /// `/dev/shm`.
  package var sharedMemory: Result<FileSystemSpace, Errno>
  /// `vm.overcommit_memory`: 0 guesses, 1 never refuses, 2 counts; nil when it can't be read.
  package var overcommit: Int?

  /// Makes a value.
  package init(
    cpus: CPUs, throttling: CgroupThrottling?, kernel: KernelInfo, effectiveUser: UInt64?,
    seccomp: ProcStatus.SeccompMode?, perf: PerfEvents.Probe, counters: Trial,
    schedStat: Result<SchedStat, Errno>, rollup: Result<SmapsRollup, Errno>, syscallFile: Trial,
    remoteMemory: Result<Bool, Errno>, ptraceScope: Int?, pidfd: Trial, memfd: Trial,
    closeRange: Trial, limits: ResourceLimits, sharedMemory: Result<FileSystemSpace, Errno>,
    overcommit: Int?
  ) {
    self.cpus = cpus
    self.throttling = throttling
    self.kernel = kernel
    self.effectiveUser = effectiveUser
    self.seccomp = seccomp
    self.perf = perf
    self.counters = counters
    self.schedStat = schedStat
    self.rollup = rollup
    self.syscallFile = syscallFile
    self.remoteMemory = remoteMemory
    self.ptraceScope = ptraceScope
    self.pidfd = pidfd
    self.memfd = memfd
    self.closeRange = closeRange
    self.limits = limits
    self.sharedMemory = sharedMemory
    self.overcommit = overcommit
  }

  /// Tries everything once: some milliseconds, two short-lived children, nothing left behind.
  ///
  /// - Returns: what was found.
  package static func probe() -> Capabilities {
    let cpus = CPUs.read()
    let status = try? ProcStatus.read(.ownThread)
    return Capabilities(
      cpus: cpus, throttling: cpus.quota?.throttling(), kernel: .current(),
      effectiveUser: status?.effectiveUser, seccomp: status?.seccomp, perf: PerfEvents.probe(),
      counters: Result { () throws(Errno) in try CPUCounters.tryCounting() },
      schedStat: Result { () throws(Errno) in try ThreadSchedStat.now() },
      rollup: ofChild { pid throws(Errno) in try SmapsRollup.read(.process(pid)) },
      syscallFile: ofChild { pid throws(Errno) in
        _ = try ProcFile.bytes(ProcSubject.process(pid).path("syscall"))
      },
      remoteMemory: Result { () throws(Errno) in try RemoteMemory.readsOwnChild() },
      ptraceScope: try? ProcFile.integer("/proc/sys/kernel/yama/ptrace_scope"),
      pidfd: Result { () throws(Errno) in try KernelCalls.tryPidfd() },
      memfd: Result { () throws(Errno) in try KernelCalls.tryMemfd() },
      closeRange: Result { () throws(Errno) in try KernelCalls.tryCloseRange() },
      limits: .read(),
      sharedMemory: Result { () throws(Errno) in try FileSystemSpace.of("/dev/shm") },
      overcommit: try? ProcFile.integer("/proc/sys/vm/overcommit_memory"))
  }

  private static func ofChild<Value>(
    _ body: (CInt) throws(Errno) -> Value
  ) -> Result<Value, Errno> {
    Result { () throws(Errno) in
      let child = try IdleChild.fork()
      return try body(child.pid)
    }
  }
}
