internal import CTandemShims
internal import Glibc

/// A path under `/proc`, put together without heap memory: an observer opens thousands of them a
/// second.
package struct ProcPath: ~Copyable {
  // The longest is `/proc/N/task/N/fd/N` with numbers of 11 digits, and words of a few letters.
  private var bytes = InlineArray<96, UInt8>(repeating: 0)
  private var count = 0

  /// The path of a file in a thread's folder.
  ///
  /// The process's own folder would not do: its descriptors and memory can't be read any more once
  /// its first thread has ended, while other threads go on.
  ///
  /// - Parameters:
  ///   - name: the file's name, of at most 40 bytes.
  ///   - tid: the thread.
  ///   - pid: its process.
  package init(_ name: StaticString, of tid: CInt, in pid: CInt) {
    append("/proc/")
    append(Int(pid))
    append("/task/")
    append(Int(tid))
    append(name)
  }

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

  /// Reads the beginning of the file with one read(2), and gives it to a parser.
  ///
  /// For files whose whole text is a line that fits; the kernel makes such a line in one go.
  ///
  /// - Parameter body: gets at most 512 bytes.
  /// - Returns: what `body` returned.
  /// - Throws: the error number of open(2) or read(2).
  package borrowing func readLine<Result>(_ body: (Span<UInt8>) -> Result) throws(Errno) -> Result {
    let file = try unsafe withCString { path throws(Errno) in
      // SAFETY: `path` is a NUL-terminated string.
      try Syscall.check { unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC) }
    }
    // The descriptor is closed on all ways out; no owner is needed for so few lines.
    defer { _ = Glibc.close(file) }
    var buffer = InlineArray<512, UInt8>(repeating: 0)
    var span = buffer.mutableSpan
    // SAFETY: read writes at most `count` bytes into `buffer`, which outlives the call.
    let count = try Syscall.check {
      unsafe span.withUnsafeMutableBytes { unsafe Glibc.read(file, $0.baseAddress, $0.count) }
    }
    return body(buffer.span.extracting(first: count))
  }
}

/// Single facts of a thread, read as cheaply as they can be.
package enum ProcThread {
  /// What the scheduler says that a thread does: the letter of `/proc/PID/task/TID/stat`.
  ///
  /// - Parameters:
  ///   - tid: the thread.
  ///   - pid: its process.
  /// - Returns: the letter, as in `ProcStat.state`.
  /// - Throws: the error number of open(2) or read(2), or `EBADMSG` when it isn't such a file.
  package static func state(_ tid: CInt, of pid: CInt) throws(Errno) -> Unicode.Scalar {
    let letter = try ProcPath("/stat", of: tid, in: pid).readLine { stateLetter($0) }
    guard let letter else { throw .badMessage }
    return letter
  }

  /// Finds the state in the text of a `stat` file, or in its beginning.
  ///
  /// - Parameter line: the text.
  /// - Returns: the letter behind the last bracket; nil when there is none.
  package static func stateLetter(_ line: Span<UInt8>) -> Unicode.Scalar? {
    var index = line.count
    // The name may hold brackets itself, so the last one counts.
    while index > 0, line[index - 1] != UInt8(ascii: ")") { index -= 1 }
    guard index > 0, index + 1 < line.count, line[index] == UInt8(ascii: " ") else { return nil }
    let letter = Unicode.Scalar(line[index + 1])
    return letter.properties.isAlphabetic ? letter : nil
  }

  /// The kernel's function in which a thread sleeps, from `/proc/PID/task/TID/wchan`.
  ///
  /// - Parameters:
  ///   - tid: the thread.
  ///   - pid: its process.
  /// - Returns: the function's name; `0` when the thread doesn't sleep or the name is kept secret.
  /// - Throws: the error number of open(2) or read(2).
  package static func kernelFunction(_ tid: CInt, of pid: CInt) throws(Errno) -> String {
    try ProcPath("/wchan", of: tid, in: pid).readLine { line in
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
