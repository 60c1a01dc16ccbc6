internal import Glibc

/// Finds a program's file by the name on a command line.
package enum ProgramSearch {
  /// Why there is nothing to execute.
  package enum Problem: Error, Hashable, Sendable {
    /// There is no such file.
    case notFound
    /// There is one, but it may not be executed, or it is no plain file; or a folder on the way may
    /// not be searched.
    case notExecutable(String)
    /// It is a folder.
    case isDirectory(String)
  }

  /// Searches as execvp(3) does: a name with a slash is a path already; others are looked up in the
  /// folders of `PATH`, and what can't be executed there is passed over for what comes later.
  ///
  /// - Parameters:
  ///   - name: the name.
  ///   - path: the value of `PATH`, folders with a colon between them, an empty one being the working
  ///     directory; nil when it isn't set, which means the system's own folders (confstr(3), `_CS_PATH`).
  /// - Returns: the file's path; or of the first file that was passed over, why; or `notFound`.
  package static func find(_ name: String, path: String?) -> Result<String, Problem> {
    guard !name.isEmpty, !name.utf8.contains(0) else { return .failure(.notFound) }
    if name.utf8.contains(UInt8(ascii: "/")) { return check(name) }
    var problem = Problem.notFound
    let folders = (path ?? systemPath()).utf8
      .split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    for folder in folders {
      let file = folder.isEmpty ? name : "\(Substring(folder))/\(name)"
      switch check(file) {
      case .success: return .success(file)
      case .failure(let this): if problem == .notFound { problem = this }
      }
    }
    return .failure(problem)
  }

  private static func check(_ file: String) -> Result<String, Problem> {
    var status = stat()
    do throws(Errno) {
      // SAFETY: `file` is NUL-terminated and `status` outlives the call.
      try Syscall.check { unsafe stat(file, &status) }
    } catch {
      return .failure(error == .accessDenied ? .notExecutable(file) : .notFound)
    }
    let kind = status.st_mode & S_IFMT
    if kind == S_IFDIR { return .failure(.isDirectory(file)) }
    // With the rights that exec goes by (access(2) would take the real user's), and no other: root
    // may not execute a file without any executable bit either.
    // SAFETY: `file` is NUL-terminated.
    let isAllowed = unsafe faccessat(AT_FDCWD, file, X_OK, AT_EACCESS) == 0
    return kind == S_IFREG && isAllowed ? .success(file) : .failure(.notExecutable(file))
  }

  private static func systemPath() -> String {
    unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
      // SAFETY: confstr writes at most `count` bytes with their NUL, and gives how many it takes.
      let count = unsafe confstr(CInt(_CS_PATH), buffer.baseAddress, buffer.count)
      guard count > 0, count <= buffer.count, let base = buffer.baseAddress
      else { return "/bin:/usr/bin" }
      return unsafe String(cString: base)
    }
  }
}
