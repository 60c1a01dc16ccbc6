internal import CTandemShims
internal import Glibc

/// What a descriptor of another process leads to, as the link in its `fd` folder says (proc_pid_fd(5)).
package enum DescriptorLink: Sendable, Hashable {
  /// A pipe without a name.
  case pipe(inode: UInt64)
  /// A socket of any family.
  case socket(inode: UInt64)
  /// Something of the kernel's that has no file: `eventfd`, `timerfd`, `eventpoll`, `inotify`, `pidfd`…
  case anonymous(String)
  /// Anything with a path: a file, a folder, a device, a named pipe, a memory file.
  case path(String)

  /// Parses the link's text.
  ///
  /// - Parameter text: the text, such as `pipe:[4711]`.
  package init(_ text: Span<UInt8>) {
    if let inode = Self.inode(text, behind: "pipe:[") {
      self = .pipe(inode: inode)
    } else if let inode = Self.inode(text, behind: "socket:[") {
      self = .socket(inode: inode)
    } else if Self.inode(text, behind: "pidfd:[") != nil {
      // Since Linux 6.9, in which pidfds got a file system of their own.
      self = .anonymous("pidfd")
    } else {
      var bytes: [UInt8] = []
      bytes.reserveCapacity(text.count)
      for index in text.indices { bytes.append(text[index]) }
      let string = String(decoding: bytes, as: UTF8.self)
      let mark = "anon_inode:"
      if string.hasPrefix(mark) {
        // Most are in brackets, inotify isn't.
        self = .anonymous(
          String(string.dropFirst(mark.count).filter { $0 != "[" && $0 != "]" }))
      } else {
        self = .path(string)
      }
    }
  }

  private static func inode(_ text: Span<UInt8>, behind prefix: StaticString) -> UInt64? {
    let length = prefix.utf8CodeUnitCount
    guard text.count > length + 1, text[text.count - 1] == UInt8(ascii: "]") else { return nil }
    for index in 0..<length {
      // SAFETY: the index is below the number of bytes of a static string.
      guard unsafe text[index] == prefix.utf8Start[index] else { return nil }
    }
    var position = length
    guard text[position] > 0x20, let inode = ASCIIScan.unsigned(text, at: &position),
      position == text.count - 1
    else { return nil }
    return inode
  }
}

/// What an open descriptor may be used for.
package struct DescriptorAccess: OptionSet, Sendable, Hashable {
  package var rawValue: UInt8

  package init(rawValue: UInt8) { self.rawValue = rawValue }

  /// It was opened for reading.
  package static let read = DescriptorAccess(rawValue: 1)
  /// It was opened for writing.
  package static let write = DescriptorAccess(rawValue: 2)
}

/// What kind of file a path leads to (inode(7)).
package enum FileType: Sendable, Hashable {
  /// A file with data, a folder or a link: something on a file system.
  case stored
  /// A pipe with a name (fifo(7)).
  case namedPipe
  /// A terminal (tty(4), pts(4)).
  case terminal
  /// Another device.
  case device
  /// A socket's name, or an unknown kind.
  case other
}

/// The descriptors of other processes.
package enum ProcDescriptors {
  /// Reads where a thread's descriptor leads: one system call.
  ///
  /// - Parameters:
  ///   - number: the descriptor.
  ///   - tid: the thread; nil for any of the process.
  ///   - pid: its process.
  /// - Returns: where it leads.
  /// - Throws: the error number of readlink(2): `ENOENT` when there is no such descriptor or process.
  package static func link(
    _ number: CInt, of tid: CInt?, in pid: CInt
  ) throws(Errno) -> DescriptorLink {
    try link(at: path(number, of: tid, in: pid))
  }

  private static func link(at path: borrowing ProcPath) throws(Errno) -> DescriptorLink {
    var buffer = InlineArray<512, UInt8>(repeating: 0)
    var span = buffer.mutableSpan
    let count = try unsafe path.withCString { path throws(Errno) in
      // SAFETY: readlink writes at most `count` bytes into `buffer`, which outlives the call.
      try Syscall.check {
        unsafe span.withUnsafeMutableBytes { bytes in
          guard let start = bytes.baseAddress else { return 0 }
          return unsafe readlink(path, start.assumingMemoryBound(to: CChar.self), bytes.count)
        }
      }
    }
    return DescriptorLink(buffer.span.extracting(first: count))
  }

  /// Reads what a thread's descriptor was opened for: the permissions of its link.
  ///
  /// - Parameters:
  ///   - number: the descriptor.
  ///   - tid: the thread; nil for any of the process.
  ///   - pid: its process.
  /// - Returns: what it may be used for.
  /// - Throws: the error number of lstat(2).
  package static func access(
    _ number: CInt, of tid: CInt?, in pid: CInt
  ) throws(Errno) -> DescriptorAccess {
    var status = stat()
    _ = try unsafe path(number, of: tid, in: pid).withCString { path throws(Errno) in
      // SAFETY: lstat fills in `status`.
      try Syscall.check { unsafe lstat(path, &status) }
    }
    var access: DescriptorAccess = []
    if status.st_mode & mode_t(S_IRUSR) != 0 { access.insert(.read) }
    if status.st_mode & mode_t(S_IWUSR) != 0 { access.insert(.write) }
    return access
  }

  /// Asks what kind of file a thread's descriptor leads to.
  ///
  /// A network file system isn't queried (`AT_STATX_DONT_SYNC`): a server that doesn't answer
  /// would keep the observer waiting as it keeps the observed.
  ///
  /// - Parameters:
  ///   - number: the descriptor.
  ///   - tid: the thread; nil for any of the process.
  ///   - pid: its process.
  /// - Returns: the kind.
  /// - Throws: the error number of statx(2).
  package static func type(
    _ number: CInt, of tid: CInt?, in pid: CInt
  ) throws(Errno) -> FileType {
    let status = try status(number, of: tid, in: pid)
    return switch mode_t(status.mode) & mode_t(S_IFMT) {
    case mode_t(S_IFREG), mode_t(S_IFDIR), mode_t(S_IFLNK), mode_t(S_IFBLK): .stored
    case mode_t(S_IFIFO): .namedPipe
    // Documentation/admin-guide/devices.txt: 4 and 5 are terminals, 136 to 143 pseudo-terminals.
    case mode_t(S_IFCHR)
    where status.major == 4 || status.major == 5 || (136...143).contains(status.major):
      .terminal
    case mode_t(S_IFCHR): .device
    default: .other
    }
  }

  /// Asks for the inode of the file that a thread's descriptor leads to; see `type`.
  ///
  /// - Parameters:
  ///   - number: the descriptor.
  ///   - tid: the thread; nil for any of the process.
  ///   - pid: its process.
  /// - Returns: the inode.
  /// - Throws: the error number of statx(2).
  package static func inode(
    _ number: CInt, of tid: CInt?, in pid: CInt
  ) throws(Errno) -> UInt64 {
    try status(number, of: tid, in: pid).inode
  }

  private static func status(
    _ number: CInt, of tid: CInt?, in pid: CInt
  ) throws(Errno) -> (mode: UInt16, inode: UInt64, major: UInt32) {
    let doNotSync: CLong = 0x4000  // AT_STATX_DONT_SYNC
    let mask: CLong = 0x1 | 0x100  // STATX_TYPE and STATX_INO
    // As many words as a struct statx has.
    var buffer = InlineArray<32, UInt64>(repeating: 0)
    var span = buffer.mutableSpan
    _ = try unsafe path(number, of: tid, in: pid).withCString { path throws(Errno) in
      // SAFETY: statx fills in at most `TANDEM_STATX_SIZE` bytes, which `buffer` has, which outlives the
      // call; `path` is a NUL-terminated string.
      try Syscall.check {
        unsafe span.withUnsafeMutableBytes { bytes in
          tandem_system_call(
            CLong(SYS_statx), CLong(AT_FDCWD), CLong(Int(bitPattern: path)), doNotSync, mask,
            CLong(Int(bitPattern: bytes.baseAddress)), 0)
        }
      }
    }
    // SAFETY: the words are plain bytes, without padding.
    let words = unsafe buffer.span.bytes
    // SAFETY: all lie within the structure (offsets.c), and any bits are a number.
    let mode = unsafe words.unsafeLoadUnaligned(
      fromByteOffset: TANDEM_STATX_MODE, as: UInt16.self)
    let inode = unsafe words.unsafeLoadUnaligned(
      fromByteOffset: TANDEM_STATX_INODE, as: UInt64.self)
    let major = unsafe words.unsafeLoadUnaligned(
      fromByteOffset: TANDEM_STATX_DEVICE_MAJOR, as: UInt32.self)
    return (mode, inode, major)
  }

  /// Asks for the protocol of a socket: `UNIX-STREAM`, `UNIX`, `TCP`, `TCPv6`, `UDP`, `NETLINK` or another one.
  ///
  /// It's what the kernel keeps as the attribute `system.sockprotoname`.
  ///
  /// - Parameters:
  ///   - number: the descriptor.
  ///   - tid: the thread; nil for any of the process.
  ///   - pid: its process.
  /// - Returns: the name.
  /// - Throws: the error number of getxattr(2).
  package static func socketProtocol(
    _ number: CInt, of tid: CInt?, in pid: CInt
  ) throws(Errno) -> String {
    let name: StaticString = "system.sockprotoname"
    var buffer = InlineArray<64, UInt8>(repeating: 0)
    var span = buffer.mutableSpan
    let count = try unsafe path(number, of: tid, in: pid).withCString { path throws(Errno) in
      // SAFETY: getxattr writes at most `count` bytes into `buffer`, which outlives the call; both names
      // are NUL-terminated.
      try Syscall.check {
        unsafe span.withUnsafeMutableBytes { bytes in
          unsafe tandem_system_call(
            CLong(SYS_getxattr), CLong(Int(bitPattern: path)),
            CLong(Int(bitPattern: name.utf8Start)), CLong(Int(bitPattern: bytes.baseAddress)),
            CLong(bytes.count), 0, 0)
        }
      }
    }
    var text = ""
    for index in 0..<count where buffer[index] != 0 {
      text.unicodeScalars.append(Unicode.Scalar(buffer[index]))
    }
    return text
  }

  /// Reads which process a descriptor of a process stands for (pidfd_open(2)).
  ///
  /// - Parameters:
  ///   - number: the descriptor.
  ///   - pid: the process that has it.
  /// - Returns: the process; nil when it has ended and was waited for, or when it isn't visible here.
  /// - Throws: the error number of open(2) or read(2).
  package static func process(_ number: CInt, in pid: CInt) throws(Errno) -> CInt? {
    let text = try ProcFile.text("/proc/\(pid)/fdinfo/\(number)")
    for line in text.split(separator: "\n") where line.hasPrefix("Pid:") {
      let found = CInt(line.dropFirst(4).trimmingPrefix { $0 == "\t" || $0 == " " })
      return found.flatMap { $0 > 0 ? $0 : nil }
    }
    return nil
  }

  /// Reads which network namespace a thread is in (network_namespaces(7)).
  ///
  /// - Parameter thread: the thread and its process; nil for the calling one.
  /// - Returns: a link that is the same for all threads in the same namespace.
  /// - Throws: the error number of readlink(2).
  package static func networkNamespace(
    _ thread: (tid: CInt, pid: CInt)?
  ) throws(Errno) -> DescriptorLink {
    let own = getpid()
    let path = ProcPath("/ns/net", of: thread?.tid ?? own, in: thread?.pid ?? own)
    return try link(at: path)
  }

  /// Lists the descriptors of a process.
  ///
  /// - Parameters:
  ///   - pid: the process.
  ///   - limit: the most to list.
  /// - Returns: their numbers, in the kernel's order, which is ascending.
  /// - Throws: the error number of open(2) or getdents64(2).
  package static func all(of pid: CInt, limit: Int) throws(Errno) -> [CInt] {
    let opened = try unsafe ProcPath("/fd", of: pid).withCString { path throws(Errno) in
      // SAFETY: `path` is a NUL-terminated string.
      try Syscall.check { unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
    }
    let folder = Descriptor(owning: opened)
    let number = folder.rawValue
    var found: [CInt] = []
    var buffer = [UInt8](repeating: 0, count: 8192)
    while found.count < limit {
      // SAFETY: getdents64 writes at most `count` bytes into `buffer`.
      let filled = try Syscall.check {
        unsafe buffer.withUnsafeMutableBytes { bytes in
          tandem_system_call(
            CLong(SYS_getdents64), CLong(number), CLong(Int(bitPattern: bytes.baseAddress)),
            CLong(bytes.count), 0, 0, 0)
        }
      }
      if filled == 0 { break }
      appendNumbers(in: buffer.span.extracting(first: filled), to: &found)
    }
    if found.count > limit { found.removeLast(found.count - limit) }
    return found
  }

  /// Reads the entries of a folder whose names are numbers.
  ///
  /// - Parameters:
  ///   - entries: what getdents64(2) gave: `d_reclen` at 16, the name at 19, ended by a NUL.
  ///   - numbers: gets each number.
  private static func appendNumbers(in entries: Span<UInt8>, to numbers: inout [CInt]) {
    var begin = 0
    while begin + 19 < entries.count {
      let length = Int(entries[begin + 16]) | Int(entries[begin + 17]) << 8
      guard length > 19, begin + length <= entries.count else { return }
      var position = begin + 19
      if entries[position] > 0x20, let number = ASCIIScan.unsigned(entries, at: &position),
        position < entries.count, entries[position] == 0, let number = CInt(exactly: number)
      {
        numbers.append(number)
      }
      begin += length
    }
  }

  private static func path(_ number: CInt, of tid: CInt?, in pid: CInt) -> ProcPath {
    var path = if let tid { ProcPath("/fd/", of: tid, in: pid) } else { ProcPath("/fd/", of: pid) }
    path.append(Int(number))
    return path
  }
}
