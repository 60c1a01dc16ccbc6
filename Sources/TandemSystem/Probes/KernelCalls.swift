internal import CTandemShims
internal import Glibc

// linux/prctl.h
private let PR_SET_DUMPABLE = 4

/// System calls that older kernels lack or that a container's filter may refuse, tried once each.
package enum KernelCalls {
  /// Opens a descriptor that stands for a process (pidfd_open(2), Linux 5.3).
  ///
  /// - Parameter pid: the process.
  /// - Returns: the descriptor, readable when the process has ended.
  /// - Throws: the error number; `ENOSYS` when the kernel is older.
  package static func openProcess(_ pid: CInt) throws(Errno) -> Descriptor {
    Descriptor(
      owning: CInt(
        try Syscall.check {
          tandem_system_call(CLong(SYS_pidfd_open), CLong(pid), 0, 0, 0, 0, 0)
        }))
  }

  /// Sends a signal to the process that a descriptor stands for (pidfd_send_signal(2), Linux 5.1),
  /// and to no other that may have its number by now.
  ///
  /// May be called by a signal's handler; changes `errno`.
  ///
  /// - Parameters:
  ///   - number: the signal's number.
  ///   - process: a descriptor from `openProcess`.
  /// - Returns: whether it was sent.
  @discardableResult
  package static func send(_ number: CInt, to process: CInt) -> Bool {
    tandem_system_call(
      CLong(SYS_pidfd_send_signal), CLong(process), CLong(number), 0, 0, 0, 0) == 0
  }

  /// Keeps the calling process from leaving a core file, also where the kernel hands cores to a
  /// program and doesn't ask for a limit (prctl(2), `PR_SET_DUMPABLE`; core(5)).
  package static func forgoCore() {
    _ = tandem_system_call(CLong(SYS_prctl), CLong(PR_SET_DUMPABLE), 0, 0, 0, 0, 0)
  }

  /// Tries pidfd_open(2) on the calling process.
  ///
  /// - Throws: the error number.
  package static func tryPidfd() throws(Errno) {
    _ = try openProcess(getpid())
  }

  /// Tries memfd_create(2): makes an empty file without a name, close-on-exec, and lets it go.
  ///
  /// - Throws: the error number.
  package static func tryMemfd() throws(Errno) {
    let closeOnExec: CLong = 1
    let name: StaticString = "tandem-probe"
    // SAFETY: a static string is NUL-terminated and lives for ever.
    let address = unsafe CLong(Int(bitPattern: name.utf8Start))
    _ = Descriptor(
      owning: CInt(
        try Syscall.check {
          tandem_system_call(CLong(SYS_memfd_create), address, closeOnExec, 0, 0, 0, 0)
        }))
  }

  /// Tries close_range(2) on a range in which no descriptor can be.
  ///
  /// - Throws: the error number; `ENOSYS` before Linux 5.9.
  package static func tryCloseRange() throws(Errno) {
    let beyond = CLong(UInt32.max)
    try Syscall.check {
      tandem_system_call(CLong(SYS_close_range), beyond, beyond, 0, 0, 0, 0)
    }
  }
}
