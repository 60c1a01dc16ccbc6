package import TandemSystem

/// The memory of one process, in KiB.
package struct ProcessMemory: Sendable, Hashable {
  /// Proportional set size: shared pages divided by the number of processes that have them.
  ///
  /// Only this adds up over the processes of a tree. After a fork the parent's falls, because the child
  /// shares its pages; never compare it with the parent's earlier one.
  package var pssKiB: Int
  /// Unique set size: what ending the process frees.
  package var ussKiB: Int
  /// Resident set size, shared pages counted in full.
  package var rssKiB: Int
  /// What is swapped out, which is in none of the other three.
  package var swapKiB: Int

  /// Makes a value.
  package init(pssKiB: Int, ussKiB: Int, rssKiB: Int, swapKiB: Int) {
    self.pssKiB = pssKiB
    self.ussKiB = ussKiB
    self.rssKiB = rssKiB
    self.swapKiB = swapKiB
  }
}

/// Reads the memory of processes and the stacks of threads.
///
/// Reading delays the process that is read: its memory map is locked for about 4 µs for each resident
/// MiB. Read at a plateau, in a run that isn't timed.
package enum MemoryReader {
  /// Reads the memory of a process (`/proc/PID/smaps_rollup`).
  ///
  /// - Parameter pid: the process, of the same user.
  /// - Returns: its memory now.
  /// - Throws: `ENOENT` when there is no such process or the kernel is older than 4.14, `ESRCH` when it has ended, `EACCES` when it is another user's.
  package static func memory(ofProcess pid: CInt) throws(Errno) -> ProcessMemory {
    let rollup = try SmapsRollup.read(.process(pid))
    return ProcessMemory(
      pssKiB: rollup.pssKiB, ussKiB: rollup.ussKiB, rssKiB: rollup.rssKiB, swapKiB: rollup.swapKiB)
  }

  /// The resident part of the calling thread's stack, exactly its pages (mincore(2)).
  ///
  /// - Returns: its size in KiB.
  /// - Throws: the error number of pthread_getattr_np(3) or mincore(2).
  package static func residentStackKiBOfCallingThread() throws(Errno) -> Int {
    try ThreadStackRange.ofCallingThread().residentKiB()
  }
}
