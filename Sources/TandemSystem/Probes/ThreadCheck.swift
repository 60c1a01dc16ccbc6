internal import CTandemShims
internal import Glibc

/// Checks whether a thread exists, without opening a file.
package enum ThreadCheck {
  /// Whether a process has a thread (tgkill(2) with no signal).
  ///
  /// - Parameters:
  ///   - tid: the thread's number, as this process's PID namespace counts.
  ///   - pid: the process.
  /// - Returns: whether there is such a thread in that very process; one of another user's counts.
  package static func exists(_ tid: CInt, in pid: CInt) -> Bool {
    guard tid > 0, pid > 0 else { return false }
    do throws(Errno) {
      try Syscall.check {
        tandem_system_call(CLong(SYS_tgkill), CLong(pid), CLong(tid), 0, 0, 0, 0)
      }
      return true
    } catch {
      return error == .notPermitted
    }
  }
}
