internal import CTandemShims
internal import Glibc

/// Files of a thread under `/proc/PID/task/TID`, read as cheaply as files can be: three system calls and
/// no heap memory, since a program may have a thousand threads that are looked at again and again.
package enum ThreadFile {
  /// The longest text that is read, in bytes; longer ones are cut there.
  ///
  /// `stat` has up to about 400.
  package static let limit = 1024

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - name: the file's name, such as `stat`; at most 20 bytes of ASCII.
  ///   - tid: the thread.
  ///   - pid: its process.
  ///   - body: gets the bytes, at most `limit`; they are gone afterwards.
  /// - Returns: what `body` returned.
  /// - Throws: the error number of open(2) or read(2): `ENOENT` or `ESRCH` when the thread has ended; what
  ///   `body` threw.
  package static func read<Value>(
    _ name: StaticString, of tid: CInt, in pid: CInt, _ body: (Span<UInt8>) throws(Errno) -> Value
  ) throws(Errno) -> Value {
    // "/proc/", "/task/", "/" and two numbers of at most 11 bytes are 35; the name and a NUL.
    var path = InlineArray<64, UInt8>(repeating: 0)
    var length = 0
    append("/proc/", to: &path, at: &length)
    append(pid, to: &path, at: &length)
    append("/task/", to: &path, at: &length)
    append(tid, to: &path, at: &length)
    append("/", to: &path, at: &length)
    append(name, to: &path, at: &length)
    return try readFile(path, body)
  }

  private static func readFile<Value>(
    _ path: InlineArray<64, UInt8>, _ body: (Span<UInt8>) throws(Errno) -> Value
  ) throws(Errno) -> Value {
    let span = path.span
    let file = Descriptor(
      owning: try Syscall.check {
        // SAFETY: the last byte is never written, so the path is NUL-terminated.
        unsafe span.withUnsafeBytes { path in
          unsafe path.withMemoryRebound(to: CChar.self) { path in
            unsafe path.baseAddress.map { unsafe open($0, O_RDONLY | O_CLOEXEC) } ?? -1
          }
        }
      })
    var text = InlineArray<1024, UInt8>(repeating: 0)
    var room = text.mutableSpan
    let number = file.rawValue
    // SAFETY: read writes at most `count` bytes into `text`, which outlives the call.
    let count = try Syscall.check {
      unsafe room.withUnsafeMutableBytes { unsafe Glibc.read(number, $0.baseAddress, $0.count) }
    }
    return try body(text.span.extracting(first: count))
  }

  private static func append(
    _ text: StaticString, to path: inout InlineArray<64, UInt8>, at length: inout Int
  ) {
    precondition(length + text.utf8CodeUnitCount < 64, "a file's name under /proc is short")
    for index in 0..<text.utf8CodeUnitCount {
      // SAFETY: inside of the static string, which is UTF-8.
      path[length] = unsafe text.utf8Start[index]
      length += 1
    }
  }

  private static func append(
    _ number: CInt, to path: inout InlineArray<64, UInt8>, at length: inout Int
  ) {
    var divisor: UInt32 = 1
    let magnitude = number.magnitude
    if number < 0 {
      path[length] = UInt8(ascii: "-")
      length += 1
    }
    while magnitude / divisor >= 10 { divisor *= 10 }
    while divisor > 0 {
      path[length] = UInt8(ascii: "0") + UInt8(magnitude / divisor % 10)
      length += 1
      divisor /= 10
    }
  }
}
