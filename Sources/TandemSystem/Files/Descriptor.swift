internal import CTandemShims
internal import Glibc

/// A file descriptor with one owner, closed when the owner goes.
///
/// Every descriptor made here is close-on-exec from the start (`O_CLOEXEC`, `F_DUPFD_CLOEXEC`): a
/// flag set later leaves a moment in which another thread's `exec` inherits the descriptor, and a
/// worker that holds the write end of another's pipe keeps its reader waiting for ever.
package struct Descriptor: ~Copyable, Sendable {
  /// The number; never -1.
  package let rawValue: CInt

  /// Takes ownership of a descriptor.
  ///
  /// - Parameter rawValue: an open descriptor.
  package init(owning rawValue: CInt) {
    precondition(rawValue >= 0, "a descriptor is not negative")
    self.rawValue = rawValue
  }

  deinit {
    // The result is of no use here: on Linux the number is free again whatever close(2) returns.
    _ = Glibc.close(rawValue)
  }

  /// What a descriptor is opened for, and how (open(2)).
  package struct OpenOptions: OptionSet, Sendable {
    package var rawValue: CInt

    package init(rawValue: CInt) { self.rawValue = rawValue }

    /// Reading only: the absence of the other two.
    package static let readOnly = OpenOptions([])
    /// Writing only.
    package static let writeOnly = OpenOptions(rawValue: O_WRONLY)
    /// Reading and writing.
    package static let readWrite = OpenOptions(rawValue: O_RDWR)
    /// Make the file if it isn't there.
    package static let create = OpenOptions(rawValue: O_CREAT)
    /// Together with `create`: fail if the file is there.
    package static let exclusive = OpenOptions(rawValue: O_EXCL)
    /// Empty the file first.
    package static let truncate = OpenOptions(rawValue: O_TRUNC)
    /// Write at the end.
    package static let append = OpenOptions(rawValue: O_APPEND)
    /// Never wait.
    package static let nonBlocking = OpenOptions(rawValue: O_NONBLOCK)
    /// Only a folder will do.
    package static let directory = OpenOptions(rawValue: O_DIRECTORY)
  }

  /// Opens a file, close-on-exec (open(2)).
  ///
  /// - Parameters:
  ///   - path: the file's path; one with a NUL inside is refused, not cut short.
  ///   - options: what to open it for.
  ///   - mode: the permissions of a file that is made, before the umask.
  /// - Returns: the open descriptor.
  /// - Throws: the error number of open(2), or `EINVAL` for a path with a NUL inside.
  package static func open(
    _ path: String, _ options: OpenOptions = .readOnly, mode: UInt32 = 0o666
  ) throws(Errno) -> Descriptor {
    guard !path.utf8.contains(0) else { throw .invalidArgument }
    let flags = options.rawValue | O_CLOEXEC
    // SAFETY: `path` is passed as a NUL-terminated string that lives as long as the call.
    return Descriptor(
      owning: try Syscall.check { unsafe Glibc.open(path, flags, mode_t(mode)) })
  }

  /// Makes a second descriptor of the same open file, close-on-exec (fcntl(2), `F_DUPFD_CLOEXEC`).
  ///
  /// - Parameter minimum: the smallest number that it may have.
  /// - Returns: the new descriptor.
  /// - Throws: the error number of fcntl(2).
  package func duplicate(atLeast minimum: CInt = 0) throws(Errno) -> Descriptor {
    let number = rawValue
    return Descriptor(owning: try Syscall.check { fcntl(number, F_DUPFD_CLOEXEC, minimum) })
  }

  /// Closes the descriptor now and reports what close(2) says, such as a late write error.
  ///
  /// It is never tried again, also not after a signal: Linux frees the number before it can be
  /// interrupted, and a second call could close what another thread has opened meanwhile.
  ///
  /// - Throws: the error number of close(2).
  package consuming func close() throws(Errno) {
    let number = relinquish()
    try Syscall.check(retryOnInterrupt: false) { Glibc.close(number) }
  }

  /// Gives ownership away; the caller closes the number.
  ///
  /// - Returns: the number.
  package consuming func relinquish() -> CInt {
    let number = rawValue
    discard self
    return number
  }

  /// Reads once, at most as many bytes as `buffer` holds (read(2)).
  ///
  /// - Parameter buffer: where the bytes go.
  /// - Returns: the number of bytes; 0 at the end of the file.
  /// - Throws: the error number of read(2).
  package func read(into buffer: UnsafeMutableRawBufferPointer) throws(Errno) -> Int {
    let number = rawValue
    // SAFETY: read writes at most `count` bytes from `baseAddress` on; the caller owns them.
    return try Syscall.check {
      unsafe Glibc.read(number, buffer.baseAddress, buffer.count)
    }
  }

  /// Reads up to the end of the file.
  ///
  /// The file's reported size isn't used: files under `/proc` report 0.
  ///
  /// - Parameter limit: the most bytes to read; longer files are cut there.
  /// - Returns: the bytes.
  /// - Throws: the error number of read(2).
  package func readAll(limit: Int = .max) throws(Errno) -> [UInt8] {
    let number = rawValue
    var bytes = [UInt8](repeating: 0, count: min(4096, limit))
    var filled = 0
    while filled < limit {
      if filled == bytes.count {
        let room = min(bytes.count, limit - bytes.count)
        bytes.append(contentsOf: repeatElement(0, count: room))
      }
      let start = filled
      // SAFETY: read writes only into the part of `bytes` after the first `start`, which exists.
      filled += try Syscall.check {
        unsafe bytes.withUnsafeMutableBytes { whole in
          let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: whole[start...])
          return unsafe Glibc.read(number, rest.baseAddress, rest.count)
        }
      }
      if filled == start { break }
    }
    bytes.removeLast(bytes.count - filled)
    return bytes
  }

  /// Writes all bytes, in as many calls of write(2) as that takes.
  ///
  /// - Parameter bytes: the bytes.
  /// - Throws: the error number of write(2); some bytes may have been written before.
  package func writeAll(_ bytes: RawSpan) throws(Errno) {
    let number = rawValue
    var written = 0
    while written < bytes.byteCount {
      let rest = bytes.extracting(droppingFirst: written)
      // SAFETY: write reads only the bytes of `rest`, which lives as long as the call.
      written += try Syscall.check {
        unsafe rest.withUnsafeBytes { unsafe Glibc.write(number, $0.baseAddress, $0.count) }
      }
    }
  }

  /// Writes all bytes, in as many calls of write(2) as that takes.
  ///
  /// - Parameter bytes: the bytes.
  /// - Throws: the error number of write(2); some bytes may have been written before.
  package func writeAll(_ bytes: [UInt8]) throws(Errno) {
    // SAFETY: `bytes` is unsafe for types with padding between their bytes; UInt8 has none.
    try unsafe writeAll(bytes.span.bytes)
  }
}
