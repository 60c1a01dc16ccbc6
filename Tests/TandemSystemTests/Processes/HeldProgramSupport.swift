import CTandemShims
import Glibc
import TandemSystem
import Testing

/// A named pipe in a folder of its own, removed with it.
///
/// It is open at both ends, so that neither opening nor reading waits for somebody who doesn't come.
struct Fifo: ~Copyable {
  let folder: String
  let path: String
  private let ends: Descriptor

  init() throws {
    let folder = try Fifo.makeFolder()
    let path = folder + "/fifo"
    #expect(mkfifo(path, 0o666) == 0)
    // So that an ordinary user may use it too, whatever the mask.
    chmod(folder, 0o777)
    chmod(path, 0o666)
    let ends = try Descriptor.open(path, .readWrite)
    self.init(folder: folder, path: path, ends: ends)
  }

  private init(folder: String, path: String, ends: consuming Descriptor) {
    self.folder = folder
    self.path = path
    self.ends = ends
  }

  private static func makeFolder() throws -> String {
    var template = Array("/tmp/tandem-held-XXXXXX".utf8CString)
    let made = template.withUnsafeMutableBufferPointer { buffer in
      buffer.baseAddress.flatMap { mkdtemp($0) }.map { String(cString: $0) }
    }
    return try #require(made)
  }

  deinit {
    unlink(path)
    unlink(folder + "/file")
    rmdir(folder)
  }

  /// A file beside it.
  var file: String { folder + "/file" }

  func say(_ text: String) throws { try ends.writeAll(Array(text.utf8)) }

  /// What was written to it; nil when nothing comes for so long.
  func hear(milliseconds: CInt = 60_000) throws -> String? {
    var poll = pollfd(fd: ends.rawValue, events: Int16(POLLIN), revents: 0)
    guard Glibc.poll(&poll, 1, milliseconds) == 1 else { return nil }
    return String(decoding: try ends.readSome(limit: 4096), as: UTF8.self)
  }
}

/// Being nobody in particular, for the rest of a process's life.
enum OrdinaryUser {
  static func become() throws {
    guard geteuid() == 0 else { return }
    // Of root, both change the real, effective and saved number.
    #expect(setgid(65534) == 0)
    #expect(setuid(65534) == 0)
    // Changing the user makes a process one that others may not look into, and its children so until
    // they execute something (PR_SET_DUMPABLE in prctl(2)). Somebody who was it from the start may.
    let setDumpable = 4
    #expect(tandem_system_call(CLong(SYS_prctl), setDumpable, 1, 0, 0, 0, 0) == 0)
  }
}

/// Strings as C wants them in a vector, with a NULL behind them.
final class CVector {
  let pointers: [UnsafeMutablePointer<CChar>?]

  init(_ strings: [String]) { pointers = strings.map { strdup($0) } + [nil] }

  deinit { pointers.forEach { free($0) } }
}
