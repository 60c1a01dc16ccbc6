internal import CTandemShims
internal import Glibc

/// A program file that a process runs: its executable, or a library that it has mapped.
package struct ProgramFile: Sendable, Hashable {
  /// The path in the process's own mount namespace, without the kernel's mark when it was removed.
  package var path: String
  /// Whether the file was removed or replaced since it was mapped.
  package var isRemoved: Bool
  /// Where its first byte is mapped.
  package var base: UInt64
  /// Whether it is the executable itself.
  package var isExecutable: Bool

  /// The path's last part.
  package var name: String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return path }
    return String(path[path.utf8.index(after: slash)...])
  }

  /// The files that a process has mapped from their first byte on (proc_pid_maps(5)).
  ///
  /// A file may be mapped more than once: as a program, and as data.
  ///
  /// - Parameter pid: the process.
  /// - Returns: a file each, the executable's first, then in order of address; none when the process
  ///   has ended but wasn't waited for yet.
  /// - Throws: the error number: `ENOENT` or `ESRCH` when there is no such process, `EACCES` when
  ///   ptrace(2) of it isn't allowed.
  package static func all(of pid: CInt) throws(Errno) -> [ProgramFile] {
    let mapped = try MappedFile.all(of: pid)
    // Both are the kernel's d_path of the same file, and marked alike when it was removed.
    let executable = try? link("/proc/\(pid)/exe")
    let files = mapped.map { file in
      ProgramFile(
        path: file.name, isRemoved: file.name != file.path, base: UInt64(file.base),
        isExecutable: file.path == executable)
    }
    return files.filter(\.isExecutable) + files.filter { !$0.isExecutable }
  }

  /// Whether a process has an executable: one that has ended, or a thread of the kernel, has none.
  ///
  /// - Parameter pid: the process.
  /// - Returns: whether it has one and this process is allowed to see it (proc_pid_exe(5)).
  package static func hasExecutable(_ pid: CInt) -> Bool {
    (try? link("/proc/\(pid)/exe")) != nil
  }

  /// A path by which this process can open the very file.
  ///
  /// An executable can be opened whatever became of its name. A library is looked for below the
  /// process's own root (proc_pid_root(5)); one that was removed can still be opened by who may
  /// (proc_pid_map_files(5): `CAP_CHECKPOINT_RESTORE`).
  ///
  /// - Parameter pid: the process.
  /// - Returns: the path; nil when there is no way to the file.
  package func reachable(through pid: CInt) -> String? {
    if isExecutable { return "/proc/\(pid)/exe" }
    if !isRemoved { return "/proc/\(pid)/root" + path }
    let folder = "/proc/\(pid)/map_files"
    let start = String(base, radix: 16) + "-"
    guard let directory = unsafe opendir(folder) else { return nil }
    defer { unsafe closedir(directory) }
    // SAFETY: readdir's entry is valid until the next call, and its name is NUL-terminated inside it.
    while let entry = unsafe readdir(directory) {
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name.hasPrefix(start) { return "\(folder)/\(name)" }
    }
    return nil
  }

  /// Identifies a file with its contents (inode(7)).
  package struct Stamp: Sendable, Hashable {
    /// The device that it lies on.
    package var device: UInt64
    /// Its number there.
    package var inode: UInt64
    /// Its size in bytes.
    package var size: Int
    /// When its content was last changed, in nanoseconds since 1970: numbers are given again.
    package var changedNS: Int

    /// Asks for the stamp of the file behind a path, links followed (stat(2)).
    ///
    /// - Parameter path: the path.
    /// - Throws: the error number of stat(2).
    package init(path: String) throws(Errno) {
      var status = stat()
      // SAFETY: stat fills in the struct; the path is passed NUL-terminated.
      try Syscall.check { unsafe stat(path, &status) }
      device = UInt64(status.st_dev)
      inode = UInt64(status.st_ino)
      size = Int(status.st_size)
      changedNS = Int(status.st_mtim.tv_sec) &* 1_000_000_000 &+ Int(status.st_mtim.tv_nsec)
    }
  }

  /// The path of the file that a process executes (proc_pid_exe(5)).
  ///
  /// - Parameter pid: the process.
  /// - Returns: the path, as the process's mount namespace has it.
  /// - Throws: the error number of readlink(2): `ENOENT` or `ESRCH` when the process has ended, `EACCES` when
  ///   ptrace(2) of it isn't allowed.
  package static func executable(of pid: CInt) throws(Errno) -> String {
    try link("/proc/\(pid)/exe")
  }

  /// What a symbolic link says (readlink(2)).
  private static func link(_ path: String) throws(Errno) -> String {
    var text = [UInt8](repeating: 0, count: 4096)
    // SAFETY: readlink writes at most as many bytes as there is room for, and there is some.
    let count = try Syscall.check {
      unsafe text.withUnsafeMutableBytes { room in
        guard let start = room.baseAddress else { return -1 }
        return unsafe readlink(path, start.assumingMemoryBound(to: CChar.self), room.count)
      }
    }
    return String(decoding: text[..<count], as: UTF8.self)
  }
}
