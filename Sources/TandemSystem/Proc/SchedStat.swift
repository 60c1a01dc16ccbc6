/// How long a thread ran and how long it waited for a CPU: `/proc/PID/task/TID/schedstat`
/// (Documentation/scheduler/sched-stats.rst in the kernel's source).
///
/// There on every kernel with `CONFIG_SCHED_INFO`, which all distributions set; the switch
/// `kernel.sched_schedstats` doesn't matter.
package struct SchedStat: Sendable, Hashable {
  /// Nanoseconds on a CPU since the thread began; of a running thread it lags by up to a tick, so
  /// `ThreadCPUClock` is better for the calling thread.
  package var runNS: UInt64
  /// Nanoseconds runnable but waiting for a CPU: preempted, woken but not yet run, or throttled by
  /// a cgroup's quota.
  package var waitNS: UInt64
  /// How often the thread was put on a CPU.
  package var timeslices: UInt64

  /// Makes a value.
  package init(runNS: UInt64, waitNS: UInt64, timeslices: UInt64) {
    self.runNS = runNS
    self.waitNS = waitNS
    self.timeslices = timeslices
  }

  /// Parses the file's text.
  ///
  /// - Parameter bytes: the text.
  package init?(_ bytes: Span<UInt8>) {
    var position = 0
    guard let runNS = ASCIIScan.unsigned(bytes, at: &position),
      let waitNS = ASCIIScan.unsigned(bytes, at: &position),
      let timeslices = ASCIIScan.unsigned(bytes, at: &position),
      ASCIIScan.isBlank(bytes, from: position)
    else { return nil }
    self.init(runNS: runNS, waitNS: waitNS, timeslices: timeslices)
  }

  /// Reads the file of a thread; of a process, it's the first thread's.
  ///
  /// - Parameter subject: whose file.
  /// - Returns: the figures.
  /// - Throws: the error number of open(2) or read(2); `EBADMSG` when it isn't such a file.
  package static func read(_ subject: ProcSubject) throws(Errno) -> SchedStat {
    // Threads are read often.
    guard case .thread(let tid, let pid) = subject else {
      return try ProcFile.parsed(subject.path("schedstat")) { SchedStat($0.span) }
    }
    return try ProcPath("/schedstat", of: tid, in: pid).parsed { SchedStat($0) }
  }
}

/// The calling thread's own `schedstat`.
package enum ThreadSchedStat {
  /// Reads it: three system calls, no heap memory.
  ///
  /// A worker calls this first and last, since a thread's figures end with it.
  ///
  /// - Returns: the figures of the calling thread so far.
  /// - Throws: the error number of open(2) or read(2); `EBADMSG` when it isn't such a file.
  package static func now() throws(Errno) -> SchedStat {
    try ProcPath("/proc/thread-self/schedstat").parsed { SchedStat($0) }
  }
}
