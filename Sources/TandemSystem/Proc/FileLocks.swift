/// The locks on files of the whole machine, and who waits for them: `/proc/locks` (proc_locks(5)).
package struct FileLocks: Sendable {
  /// A lock that is held, and the processes that wait for it.
  package struct Lock: Sendable, Hashable {
    /// The process that took it; nil for a lock of an open file description (fcntl(2), `F_OFD_SETLK`) and
    /// for a process that isn't visible here.
    package var holder: CInt?
    /// The file's inode.
    package var inode: UInt64
    /// The processes that wait for it.
    package var waiters: [CInt]

    /// Makes a lock.
    ///
    /// - Parameters:
    ///   - holder: the process that took it; nil where that isn't known.
    ///   - inode: the file's inode.
    ///   - waiters: the processes that wait for it.
    package init(holder: CInt?, inode: UInt64, waiters: [CInt] = []) {
      self.holder = holder
      self.inode = inode
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
      guard words.count >= 6 else { continue }
      if words[1] == "->" {
        guard let pid = CInt(words[5]), !locks.isEmpty else { continue }
        locks[locks.count - 1].waiters.append(pid)
      } else if let number = CInt(words[4]),
        let inode = words[5].split(separator: ":").last.flatMap({ UInt64($0) })
      {
        locks.append(Lock(holder: number > 0 ? number : nil, inode: inode))
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

  /// The processes that hold locks on a file.
  ///
  /// - Parameter inode: the file's inode.
  /// - Returns: those that are known.
  package func holders(ofFile inode: UInt64) -> Set<CInt> {
    Set(locks.filter { $0.inode == inode }.compactMap(\.holder))
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
