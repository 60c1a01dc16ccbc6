internal import Glibc

/// Single facts of a thread, read without heap memory.
package enum ProcThread {
  /// The kernel's function in which a thread sleeps, from `/proc/PID/task/TID/wchan`.
  ///
  /// - Parameters:
  ///   - tid: the thread.
  ///   - pid: its process.
  /// - Returns: the function's name; `0` when the thread doesn't sleep or the name is kept secret.
  /// - Throws: the error number of open(2) or read(2).
  package static func kernelFunction(_ tid: CInt, of pid: CInt) throws(Errno) -> String {
    try ProcPath("/wchan", of: tid, in: pid).read { line in
      var name = ""
      for index in line.indices where line[index] > 0x20 && line[index] < 0x7f {
        name.unicodeScalars.append(Unicode.Scalar(line[index]))
      }
      return name
    }
  }

  /// Whether a process has a thread of a number.
  ///
  /// - Parameters:
  ///   - tid: the number.
  ///   - pid: the process; nil asks whether any process has such a thread.
  /// - Returns: whether it has.
  package static func exists(_ tid: CInt, of pid: CInt?) -> Bool {
    guard tid > 0 else { return false }
    let found = try? unsafe ProcPath("", of: tid, in: pid ?? tid).withCString {
      path throws(Errno) in
      // SAFETY: `path` is a NUL-terminated string.
      unsafe access(path, F_OK) == 0
    }
    if found == true || pid != nil { return found ?? false }
    // `/proc/TID` is there for every thread, though no listing shows it (proc(5)).
    let anywhere = try? unsafe ProcPath("", of: tid).withCString { path throws(Errno) in
      // SAFETY: as above.
      unsafe access(path, F_OK) == 0
    }
    return anywhere ?? false
  }
}
