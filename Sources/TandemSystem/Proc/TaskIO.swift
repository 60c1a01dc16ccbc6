/// What a thread read and wrote by system calls: `/proc/PID/task/TID/io` (proc_pid_io(5)).
///
/// The kernel counts read(2), write(2) and their relatives, whatever the descriptor leads to: a file, a
/// terminal, a pipe, a socket. It counts neither send(2) nor recv(2) and their relatives, nor splice(2),
/// nor memory that is mapped or shared (`add_rchar` and `add_wchar` in fs/read_write.c).
///
/// The figures of a thread are its own. Those of a process, in `/proc/PID/io`, also contain its threads
/// that have ended and the children that it has waited for (`wait_task_zombie` in kernel/exit.c). Both can
/// still be read of a process that has ended, until its parent has waited for it.
package struct TaskIO: Sendable, Hashable {
  /// Bytes that calls of read(2) and its relatives returned.
  package var readBytes: UInt64
  /// Bytes that calls of write(2) and its relatives took.
  package var writtenBytes: UInt64
  /// How many calls of read(2) and its relatives there were.
  package var reads: UInt64
  /// How many calls of write(2) and its relatives there were.
  package var writes: UInt64

  /// Makes a value.
  package init(
    readBytes: UInt64 = 0, writtenBytes: UInt64 = 0, reads: UInt64 = 0, writes: UInt64 = 0
  ) {
    self.readBytes = readBytes
    self.writtenBytes = writtenBytes
    self.reads = reads
    self.writes = writes
  }

  /// Parses the file's text.
  ///
  /// The kernel writes these four first, in this order.
  ///
  /// - Parameter bytes: the text.
  package init?(_ bytes: Span<UInt8>) {
    var position = 0
    guard let readBytes = Self.field("rchar: ", bytes, at: &position),
      let writtenBytes = Self.field("wchar: ", bytes, at: &position),
      let reads = Self.field("syscr: ", bytes, at: &position),
      let writes = Self.field("syscw: ", bytes, at: &position)
    else { return nil }
    self.init(readBytes: readBytes, writtenBytes: writtenBytes, reads: reads, writes: writes)
  }

  private static func field(
    _ key: StaticString, _ bytes: Span<UInt8>, at position: inout Int
  ) -> UInt64? {
    let length = key.utf8CodeUnitCount
    guard position + length < bytes.count else { return nil }
    for index in 0..<length {
      // SAFETY: the index is below the number of bytes of a static string.
      guard unsafe bytes[position + index] == key.utf8Start[index] else { return nil }
    }
    position += length
    guard let value = ASCIIScan.unsigned(bytes, at: &position), position < bytes.count,
      bytes[position] == UInt8(ascii: "\n")
    else { return nil }
    position += 1
    return value
  }

  /// Reads the file of a thread.
  ///
  /// - Parameters:
  ///   - tid: the thread.
  ///   - pid: its process.
  /// - Returns: the figures.
  /// - Throws: `ENOENT` or `ESRCH` when the thread has ended, `EACCES` when it is another user's, or another
  ///   error number of open(2) or read(2); `EBADMSG` when it isn't such a file.
  package static func read(_ tid: CInt, of pid: CInt) throws(Errno) -> TaskIO {
    try ProcPath("/io", of: tid, in: pid).parsed { TaskIO($0) }
  }

  /// Reads the file of a process, with the children that it has waited for.
  ///
  /// - Parameter pid: the process.
  /// - Returns: the figures.
  /// - Throws: as `read(_:of:)`.
  package static func readAll(of pid: CInt) throws(Errno) -> TaskIO {
    try ProcPath("/io", of: pid).parsed { TaskIO($0) }
  }

  /// What was added since an earlier reading; figures that went back count as nothing.
  ///
  /// - Parameter before: the earlier reading.
  /// - Returns: the differences.
  package func since(_ before: TaskIO) -> TaskIO {
    TaskIO(
      readBytes: readBytes - min(readBytes, before.readBytes),
      writtenBytes: writtenBytes - min(writtenBytes, before.writtenBytes),
      reads: reads - min(reads, before.reads), writes: writes - min(writes, before.writes))
  }

  /// Adds other figures.
  ///
  /// - Parameter other: what is added.
  package mutating func add(_ other: TaskIO) {
    readBytes += other.readBytes
    writtenBytes += other.writtenBytes
    reads += other.reads
    writes += other.writes
  }
}
