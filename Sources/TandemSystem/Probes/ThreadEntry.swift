internal import CTandemShims
internal import Glibc

/// The function in which a thread of another process began.
///
/// glibc keeps it in the thread's `struct pthread`, behind the head of the thread's list of robust mutexes.
/// The kernel knows that head (get_robust_list(2)). Between the two lie the thread's own data and no other
/// pointer to code, whatever the version, so the first word that points to code is the function. A thread
/// that was not made by pthread_create(3) has no such word, nor a list.
package enum ThreadEntry {
  /// Words behind the head that are searched: the function is the 107th in glibc 2.36 on x86-64.
  private static let words = 160

  /// Finds the function.
  ///
  /// - Parameters:
  ///   - tid: a thread, other than the first of its process.
  ///   - isCode: whether an address lies in code of its process.
  /// - Returns: the function's address; nil when the thread's C library doesn't keep one.
  /// - Throws: the error number: `EPERM` when ptrace(2) of the process isn't allowed, `ESRCH` when there is
  ///   no such thread, `ENOSYS` when a call is filtered.
  package static func address(
    of tid: CInt, isCode: (UInt64) -> Bool
  ) throws(Errno) -> UInt64? {
    var head: UInt = 0
    var size = 0
    // SAFETY: the kernel writes one pointer and one size to these two variables.
    _ = try Syscall.check {
      unsafe withUnsafeMutablePointer(to: &head) { head in
        unsafe withUnsafeMutablePointer(to: &size) { size in
          tandem_system_call(
            CLong(SYS_get_robust_list), CLong(tid), CLong(Int(bitPattern: head)),
            CLong(Int(bitPattern: size)), 0, 0, 0)
        }
      }
    }
    guard head != 0 else { return nil }
    let bytes = try RemoteMemory.read(head, count: words * 8, of: tid)
    for start in stride(from: 0, to: bytes.count - 7, by: 8) {
      let word = (0..<8).reduce(UInt64(0)) { $0 | UInt64(bytes[start + $1]) << (8 * UInt64($1)) }
      if word > 4096, isCode(word) { return word }
    }
    return nil
  }
}
