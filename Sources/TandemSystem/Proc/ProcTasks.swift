internal import CTandemShims
internal import Glibc

/// Which threads and children a process has, and which processes there are (proc(5)).
///
/// It may change while it is read; each result was true at some moment.
package enum ProcTasks {
  /// The threads of a process.
  ///
  /// - Parameter pid: the process.
  /// - Returns: their numbers, in the order in which they were made but for the first thread, which leads.
  /// - Throws: `ENOENT` when there is no such process, or another error number of open(2) or
  ///   getdents64(2).
  package static func threads(of pid: CInt) throws(Errno) -> [CInt] {
    try numbers(in: "/proc/\(pid)/task")
  }

  /// The processes that this one can see.
  ///
  /// - Returns: their numbers, ascending.
  /// - Throws: the error number of open(2) or getdents64(2).
  package static func processes() throws(Errno) -> [CInt] {
    try numbers(in: "/proc")
  }

  /// Every process that this one can see, with its parent: one pass, from which a tree of any size can be
  /// built.
  ///
  /// - Returns: the parents by their children's numbers.
  /// - Throws: the error number of open(2) or getdents64(2).
  package static func parents() throws(Errno) -> [CInt: CInt] {
    var result: [CInt: CInt] = [:]
    for pid in try processes() {
      // Processes that end meanwhile are omitted.
      if let stat = try? ThreadStat.read(pid, of: pid) { result[pid] = stat.parent }
    }
    return result
  }

  /// The children of a process, including those that have ended and aren't reaped yet.
  ///
  /// The kernel lists them by the thread that made them (`/proc/PID/task/TID/children`), where it has been
  /// built with `CONFIG_PROC_CHILDREN`; elsewhere the parent of every process is read.
  ///
  /// - Parameter pid: the process.
  /// - Returns: their numbers. One may be missing when another has ended while they were read
  ///   (proc_tid_children(5)).
  /// - Throws: `ENOENT` when there is no such process, or another error number of open(2), read(2) or
  ///   getdents64(2).
  package static func children(of pid: CInt) throws(Errno) -> [CInt] {
    let threads = try threads(of: pid)
    var result: [CInt] = []
    var hasLists = false
    for thread in threads {
      guard let bytes = try? ProcFile.bytes("/proc/\(pid)/task/\(thread)/children") else {
        continue
      }
      hasLists = true
      result += numbers(listedIn: bytes.span)
    }
    if hasLists { return result }
    return try parents().filter { $0.value == pid }.map(\.key).sorted()
  }

  /// The numbers in a list with blanks between them.
  private static func numbers(listedIn bytes: Span<UInt8>) -> [CInt] {
    var result: [CInt] = []
    var position = 0
    while let number = ASCIIScan.unsigned(bytes, at: &position) {
      if let number = CInt(exactly: number) { result.append(number) }
    }
    return result
  }

  /// The names in a folder that are numbers.
  private static func numbers(in path: String) throws(Errno) -> [CInt] {
    let folder = try Descriptor.open(path, .directory)
    let number = folder.rawValue
    var result: [CInt] = []
    var records = [UInt8](repeating: 0, count: 8192)
    while true {
      // SAFETY: the kernel writes at most `count` bytes into `records`, which outlives the call.
      let count = try Syscall.check {
        unsafe records.withUnsafeMutableBytes { room in
          tandem_system_call(
            CLong(SYS_getdents64), CLong(number), CLong(bitPattern: room.baseAddress), room.count,
            0,
            0, 0)
        }
      }
      if count == 0 { return result }
      DirectoryRecords.names(in: records.span.extracting(first: count)) { name in
        var position = 0
        if let number = ASCIIScan.unsigned(name, at: &position), position == name.count,
          let number = CInt(exactly: number)
        {
          result.append(number)
        }
      }
    }
  }
}

/// What getdents64(2) gives (`struct linux_dirent64`): a number and an offset of 64 bits each, the
/// record's length in 16 bits, a type of 8, and a name that a NUL ends.
enum DirectoryRecords {
  /// Gives the names; stops at bytes that can't be a record.
  ///
  /// - Parameters:
  ///   - bytes: the records.
  ///   - body: gets each name.
  static func names(in bytes: Span<UInt8>, _ body: (Span<UInt8>) -> Void) {
    let nameOffset = 19
    var start = 0
    while start + nameOffset <= bytes.count {
      let length = Int(bytes[start + 16]) | Int(bytes[start + 17]) << 8
      guard length > nameOffset, start + length <= bytes.count else { return }
      var end = start + nameOffset
      while end < start + length, bytes[end] != 0 { end += 1 }
      body(bytes.extracting((start + nameOffset)..<end))
      start += length
    }
  }
}
