/// Where a descriptor of another process stands in its file: `/proc/PID/fdinfo/N` (proc_pid_fdinfo(5)).
///
/// It is of the open file, so processes that inherited the descriptor share it. pread(2) and pwrite(2) don't
/// move it.
package enum DescriptorPosition {
  /// Reads it.
  ///
  /// - Parameters:
  ///   - number: the descriptor.
  ///   - pid: its process.
  /// - Returns: bytes from the file's beginning.
  /// - Throws: the error number of open(2) or read(2); `EBADMSG` when it isn't such a file.
  package static func read(_ number: CInt, of pid: CInt) throws(Errno) -> UInt64 {
    var path = ProcPath("/fdinfo/", of: pid)
    path.append(Int(number))
    return try path.parsed { parse($0) }
  }

  /// Parses the file's text, which begins with the position.
  ///
  /// - Parameter bytes: the text.
  /// - Returns: the position; nil when it isn't such a text.
  package static func parse(_ bytes: Span<UInt8>) -> UInt64? {
    let key: StaticString = "pos:"
    guard bytes.count > key.utf8CodeUnitCount else { return nil }
    for index in 0..<key.utf8CodeUnitCount {
      // SAFETY: the index is below the number of bytes of a static string.
      guard unsafe bytes[index] == key.utf8Start[index] else { return nil }
    }
    var position = key.utf8CodeUnitCount
    return ASCIIScan.unsigned(bytes, at: &position)
  }
}
