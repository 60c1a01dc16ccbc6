internal import Glibc

/// Whole files under `/proc`, `/sys` and the like.
///
/// Their size is reported as 0, and one read(2) may return less than the whole, so they are read to their
/// end.
package enum ProcFile {
  /// Reads a file to its end.
  ///
  /// - Parameter path: the file's path.
  /// - Returns: its bytes.
  /// - Throws: the error number of open(2) or read(2).
  package static func bytes(_ path: String) throws(Errno) -> [UInt8] {
    try Descriptor.open(path).readAll()
  }

  /// Reads a file to its end as text; what isn't UTF-8 is replaced by U+FFFD.
  ///
  /// - Parameter path: the file's path.
  /// - Returns: its text.
  /// - Throws: the error number of open(2) or read(2).
  package static func text(_ path: String) throws(Errno) -> String {
    String(decoding: try bytes(path), as: UTF8.self)
  }

  /// Reads a file that holds one whole number, such as those under `/proc/sys`.
  ///
  /// - Parameter path: the file's path.
  /// - Returns: the number.
  /// - Throws: the error number of open(2) or read(2), or `EBADMSG` when it holds something else.
  package static func integer(_ path: String) throws(Errno) -> Int {
    let bytes = try bytes(path)
    var position = 0
    guard let value = ASCIIScan.integer(bytes.span, at: &position),
      ASCIIScan.isBlank(bytes.span, from: position)
    else { throw .badMessage }
    return value
  }

  /// Reads a file and parses it.
  ///
  /// - Parameters:
  ///   - path: the file's path.
  ///   - parse: makes a value of the bytes; nil when they are not what it expects.
  /// - Returns: the value.
  /// - Throws: the error number of open(2) or read(2), or `EBADMSG` when `parse` gave nil.
  package static func parsed<Value>(
    _ path: String, _ parse: ([UInt8]) -> Value?
  ) throws(Errno) -> Value {
    guard let value = parse(try bytes(path)) else { throw .badMessage }
    return value
  }
}

/// The process or thread whose folder under `/proc` is read.
package enum ProcSubject: Sendable, Hashable {
  /// The calling process.
  case ownProcess
  /// The calling thread.
  case ownThread
  /// A process; figures of one thread in its files are of its first thread.
  case process(CInt)
  /// A thread of a process.
  case thread(CInt, of: CInt)

  /// The path of a file in the folder.
  ///
  /// - Parameter name: the file's name.
  /// - Returns: its path.
  package func path(_ name: String) -> String {
    switch self {
    case .ownProcess: "/proc/self/\(name)"
    case .ownThread: "/proc/thread-self/\(name)"
    case .process(let pid): "/proc/\(pid)/\(name)"
    case .thread(let tid, let pid): "/proc/\(pid)/task/\(tid)/\(name)"
    }
  }
}
