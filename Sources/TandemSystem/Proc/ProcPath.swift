internal import CTandemShims
internal import Glibc

/// A path under `/proc`, built and read without heap memory: an observer opens thousands of them a
/// second.
package struct ProcPath: ~Copyable {
  // The longest is `/proc/N/task/N/fd/N` with numbers of 11 digits, and words of a few letters.
  private var bytes = InlineArray<96, UInt8>(repeating: 0)
  private var count = 0

  /// The path of a file in a thread's folder.
  ///
  /// The process's own folder isn't enough: once its first thread has ended, its descriptors and memory
  /// can't be read there any more, although other threads may still run.
  ///
  /// - Parameters:
  ///   - name: the file's name with a slash before it, of at most 40 bytes.
  ///   - tid: the thread.
  ///   - pid: its process.
  package init(_ name: StaticString, of tid: CInt, in pid: CInt) {
    append("/proc/")
    append(Int(pid))
    append("/task/")
    append(Int(tid))
    append(name)
  }

  /// A path that is known in advance.
  ///
  /// - Parameter path: the whole path, of at most 95 bytes.
  package init(_ path: StaticString) { append(path) }

  /// The path of a file in a process's folder.
  ///
  /// - Parameters:
  ///   - name: the file's name with a slash before it, of at most 40 bytes.
  ///   - pid: the process.
  package init(_ name: StaticString, of pid: CInt) {
    append("/proc/")
    append(Int(pid))
    append(name)
  }

  /// Adds a number at the end.
  ///
  /// - Parameter number: a number of at most 20 digits.
  package mutating func append(_ number: Int) {
    if number < 0 { put(UInt8(ascii: "-")) }
    var magnitude = number.magnitude
    var digits = InlineArray<20, UInt8>(repeating: 0)
    var length = 0
    repeat {
      digits[length] = UInt8(ascii: "0") + UInt8(magnitude % 10)
      magnitude /= 10
      length += 1
    } while magnitude > 0
    while length > 0 {
      length -= 1
      put(digits[length])
    }
  }

  private mutating func append(_ text: StaticString) {
    // SAFETY: a static string of one-byte units is `utf8CodeUnitCount` bytes at `utf8Start`, for ever.
    let text = unsafe UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
    for index in text.indices { put(unsafe text[index]) }
  }

  private mutating func put(_ byte: UInt8) {
    // The last byte stays 0: the path is a C string.
    precondition(count < bytes.count - 1, "a path under /proc is too long")
    bytes[count] = byte
    count += 1
  }

  /// Gives the path to a function of C.
  ///
  /// - Parameter body: gets a NUL-terminated string that lives as long as the call.
  /// - Returns: what `body` returned.
  /// - Throws: what `body` threw.
  package borrowing func withCString<Result>(
    _ body: (UnsafePointer<CChar>) throws(Errno) -> Result
  ) throws(Errno) -> Result {
    // SAFETY: the bytes are borrowed for as long as the call, and the last one is 0.
    let span = bytes.span
    return unsafe try span.withUnsafeBufferPointer { buffer throws(Errno) -> Result in
      guard let start = unsafe UnsafeRawPointer(buffer.baseAddress) else { throw .invalidArgument }
      return unsafe try body(start.assumingMemoryBound(to: CChar.self))
    }
  }

  /// The most bytes that `read` gives: of the files that are read with it, `stat` is the longest, with
  /// about 400.
  package static let limit = 1024

  /// Reads the beginning of the file: three system calls and no heap memory.
  ///
  /// For files whose whole text fits. The kernel makes such a text in one go, so one read(2) gets all of
  /// it.
  ///
  /// - Parameter body: gets at most `limit` bytes, valid during the call.
  /// - Returns: what `body` returned.
  /// - Throws: the error number of open(2) or read(2): `ENOENT` or `ESRCH` when the process or thread has
  ///   ended; or what `body` threw.
  package borrowing func read<Value>(
    _ body: (Span<UInt8>) throws(Errno) -> Value
  ) throws(Errno) -> Value {
    let file = Descriptor(
      owning: try unsafe withCString { path throws(Errno) in
        // SAFETY: `path` is a NUL-terminated string.
        try Syscall.check { unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC) }
      })
    var buffer = InlineArray<1024, UInt8>(repeating: 0)
    var span = buffer.mutableSpan
    let number = file.rawValue
    // SAFETY: read writes at most `count` bytes into `buffer`, which outlives the call.
    let count = try Syscall.check {
      unsafe span.withUnsafeMutableBytes { unsafe Glibc.read(number, $0.baseAddress, $0.count) }
    }
    return try body(buffer.span.extracting(first: count))
  }

  /// Reads the beginning of the file and parses it, as `read` does.
  ///
  /// - Parameter parse: makes a value of the bytes; nil when they aren't what it expects.
  /// - Returns: the value.
  /// - Throws: the errors of `read`; `EBADMSG` when `parse` returned nil.
  package borrowing func parsed<Value>(
    _ parse: (Span<UInt8>) -> Value?
  ) throws(Errno) -> Value {
    try read { bytes throws(Errno) in
      guard let value = parse(bytes) else { throw .badMessage }
      return value
    }
  }
}
