internal import Glibc
package import TandemSystem

/// A named pipe in a folder of its own, removed with it: programs wait at it for a test, and tests for
/// programs.
///
/// It is open at both ends, so that neither opening nor reading waits for a peer that doesn't come.
package struct Fifo: ~Copyable {
  /// The folder, in which a test may make the file `file`.
  package let folder: String
  /// The pipe's path.
  package let path: String
  private let ends: Descriptor

  /// Makes the folder and the pipe, for any user.
  ///
  /// - Throws: the error number of whatever could not be made.
  package init() throws(Errno) {
    var template = Array("/tmp/tandem-fifo-XXXXXX".utf8CString)
    let made = template.withUnsafeMutableBufferPointer { buffer in
      buffer.baseAddress.flatMap { mkdtemp($0) }.map { String(cString: $0) }
    }
    guard let folder = made else { throw .accessDenied }
    chmod(folder, 0o777)
    let ends = try Fifo.make(folder + "/fifo")
    self.init(folder: folder, ends: ends)
  }

  private init(folder: String, ends: consuming Descriptor) {
    self.folder = folder
    path = folder + "/fifo"
    self.ends = ends
  }

  /// Makes the pipe in a folder that is there.
  private static func make(_ path: String) throws(Errno) -> Descriptor {
    try Syscall.check { mkfifo(path, 0o666) }
    // So that an ordinary user may use it too, whatever the mask.
    chmod(path, 0o666)
    return try Descriptor.open(path, .readWrite)
  }

  deinit {
    unlink(path)
    unlink(folder + "/file")
    rmdir(folder)
  }

  /// A file beside it.
  package var file: String { folder + "/file" }

  /// Writes a text.
  ///
  /// - Parameter text: the text; as much as a pipe holds at most.
  /// - Throws: the error number of write(2).
  package func say(_ text: String) throws(Errno) { try ends.writeAll(Array(text.utf8)) }

  /// Waits for a text.
  ///
  /// - Parameter milliseconds: how long at most; a guard, not a wait.
  /// - Returns: what was written to it; nil when nothing comes for so long.
  /// - Throws: the error number of read(2).
  package func hear(milliseconds: CInt = 60_000) throws(Errno) -> String? {
    var watched = pollfd(fd: ends.rawValue, events: Int16(POLLIN), revents: 0)
    guard poll(&watched, 1, milliseconds) == 1 else { return nil }
    return String(decoding: try ends.readSome(limit: 4096), as: UTF8.self)
  }
}
