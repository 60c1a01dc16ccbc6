/// The locks on files of the whole machine, and who waits for them: `/proc/locks` (proc_locks(5)).
package struct FileLocks: Sendable {
  /// A lock that is held, and the processes that wait for it.
  package struct Lock: Sendable, Hashable {
    /// The process that took it; nil for a lock of an open file description (fcntl(2), `F_OFD_SETLK`) and
    /// for a process that isn't visible here.
    package var holder: CInt?
    /// The processes that wait for it.
    package var waiters: [CInt]

    /// Makes a lock.
    package init(holder: CInt?, waiters: [CInt] = []) {
      self.holder = holder
      self.waiters = waiters
    }
  }

  /// The locks, in the kernel's order.
  package private(set) var locks: [Lock] = []

  /// Parses the file's text.
  ///
  /// A line is a lock: its number, its kind, how it binds, what for, the process, the file, the range.
  /// What waits for it follows with the same number and an arrow: `1: -> FLOCK ADVISORY WRITE 42 …`.
  ///
  /// - Parameter text: the text.
  package init(_ text: String) {
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ")
      guard words.count >= 5 else { continue }
      if words[1] == "->" {
        guard words.count >= 6, let pid = CInt(words[5]), !locks.isEmpty else { continue }
        locks[locks.count - 1].waiters.append(pid)
      } else {
        locks.append(Lock(holder: CInt(words[4]).flatMap { $0 > 0 ? $0 : nil }))
      }
    }
  }

  /// Reads the file.
  ///
  /// - Returns: the locks.
  /// - Throws: the error number of open(2) or read(2).
  package static func read() throws(Errno) -> FileLocks {
    FileLocks(try ProcFile.text("/proc/locks"))
  }

  /// The processes that hold what a process waits for.
  ///
  /// - Parameter pid: the waiting process.
  /// - Returns: the holders; nil when it waits for none, or for one whose holder isn't known.
  package func holders(for pid: CInt) -> [CInt]? {
    let wanted = locks.filter { $0.waiters.contains(pid) }
    let holders = wanted.compactMap(\.holder)
    return wanted.isEmpty || holders.count < wanted.count ? nil : holders
  }
}
