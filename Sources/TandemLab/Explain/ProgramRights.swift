import Glibc

/// Whether a program runs with rights that this process doesn't have.
enum ProgramRights {
  /// Looks at a program's file.
  ///
  /// The kernel follows such a program for nobody (fs/exec.c, `begin_new_exec`).
  ///
  /// - Parameter path: The file.
  /// - Returns: Whether it is a set-user-ID or set-group-ID program of another user's, or may be
  ///   executed but not read.
  static func areOthers(_ path: String) -> Bool {
    var status = stat()
    guard stat(path, &status) == 0 else { return false }
    return status.st_mode & S_ISUID != 0 && status.st_uid != geteuid()
      || status.st_mode & S_ISGID != 0 && status.st_gid != getegid()
      || faccessat(AT_FDCWD, path, R_OK, AT_EACCESS) != 0
  }
}
