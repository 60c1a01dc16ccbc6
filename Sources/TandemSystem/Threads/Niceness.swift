internal import Glibc

/// How nice the calling thread is to others: on Linux each thread has a niceness of its own (nice(2)).
package enum Niceness {
  /// Makes the calling thread nicer, or less nice.
  ///
  /// - Parameter increment: by how much.
  /// - Throws: `EACCES` without the right to be less nice.
  package static func increase(by increment: CInt) throws(Errno) {
    let thread = __priority_which_t(PRIO_PROCESS.rawValue)
    let now = getpriority(thread, 0)
    try Syscall.check { setpriority(thread, 0, now + increment) }
  }
}
