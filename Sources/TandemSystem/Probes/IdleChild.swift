internal import CTandemShims
internal import Glibc

/// A child process that does nothing until its owner goes, for probes of what can be read of a process.
package struct IdleChild: ~Copyable {
  /// The child's number.
  package let pid: CInt
  /// The child ends when this end of its pipe is closed.
  private let writer: CInt

  private init(pid: CInt, writer: CInt) {
    self.pid = pid
    self.writer = writer
  }

  /// Forks the child; it ends with the thread that makes it, too.
  ///
  /// - Returns: the child's owner.
  /// - Throws: the error number of pipe2(2) or fork(2).
  package static func fork() throws(Errno) -> IdleChild {
    let ends = try PipeEnds()
    var numbers = (ends.reader.rawValue, ends.writer.rawValue)
    let pid = try Syscall.check {
      // SAFETY: two ints in a row, read before the call returns.
      unsafe withUnsafeBytes(of: &numbers) { bytes in
        unsafe tandem_fork_idle_child(bytes.assumingMemoryBound(to: CInt.self).baseAddress)
      }
    }
    return try ends.split { _, writer in IdleChild(pid: pid, writer: writer.relinquish()) }
  }

  deinit {
    Glibc.close(writer)
    var status: CInt = 0
    // SAFETY: `status` outlives the call; the child is this process's own and is waited for only here.
    while unsafe waitpid(pid, &status, 0) == -1, tandem_errno() == EINTR {}
  }
}
