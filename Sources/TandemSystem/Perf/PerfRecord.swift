/// What the kernel recorded of a program that is followed: a switch, a birth, an end or a name
/// (perf_event_open(2), "MMAP layout").
package struct PerfRecord: Sendable, Equatable {
  /// What happened.
  package enum Kind: Sendable, Equatable {
    /// The thread was put on the CPU.
    case switchedIn
    /// The thread was taken off the CPU: preempted while it could have run on, or else because it
    /// waits, or stopped, or has ended. A thread that calls sched_yield(2) counts as preempted.
    case switchedOut(preempted: Bool)
    /// A thread or a process was made. The child is a process where `childPID` isn't `parentPID`, and
    /// then the first thread of it. The record is the one of the parent's thread.
    case forked(child: CInt, childPID: CInt, parentPID: CInt, parentTID: CInt)
    /// The thread ended, up to a little work in the kernel that is recorded no more.
    ///
    /// It is also what is recorded of a process that gains rights by an exec (a set-user-ID program),
    /// which an ordinary user may not follow: that one lives on unseen.
    case exited
    /// The thread got a name: at most 15 bytes, what isn't UTF-8 in it replaced by U+FFFD. `isExec` where
    /// it is that of the file that its process now executes; the process's other threads have ended then.
    case named(String, isExec: Bool)
    /// So many records of this CPU found no room in its ring. They lie between the last record of the
    /// same CPU before this one and this one.
    case lost(UInt64)
  }

  /// When, in nanoseconds of `CLOCK_MONOTONIC` (`MonotonicClock`).
  package var timeNS: UInt64
  /// The process, as this process numbers it; -1 where the kernel has forgotten, which is at the very
  /// end of a thread.
  package var pid: CInt
  /// The thread; -1 as with `pid`.
  ///
  /// For lost records, the thread that ran when the loss was reported.
  package var tid: CInt
  /// The number of the CPU.
  package var cpu: UInt32
  /// What happened.
  package var kind: Kind

  /// Makes a record.
  package init(timeNS: UInt64, pid: CInt, tid: CInt, cpu: UInt32, kind: Kind) {
    self.timeNS = timeNS
    self.pid = pid
    self.tid = tid
    self.cpu = cpu
    self.kind = kind
  }
}
