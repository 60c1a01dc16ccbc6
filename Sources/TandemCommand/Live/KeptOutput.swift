import Glibc
import Synchronization
import TandemSystem

/// What a command writes while its terminal is drawn on: a file without a name, whose content is passed on
/// when the terminal is free again.
final class KeptOutput: Sendable {
  private let file: Descriptor
  private let passedOn = Mutex<off_t>(0)
  /// The bytes at the end in which the last line is looked for.
  private static let tail: off_t = 4096

  /// Makes the file, in the folder that `TMPDIR` names or in /tmp.
  ///
  /// - Throws: an exit code, after a line on standard error, where that is impossible.
  init() throws {
    let folder = getenv("TMPDIR").map { String(cString: $0) } ?? ""
    let path = (folder.isEmpty ? "/tmp" : folder) + "/tandem-output-XXXXXX"
    var name = Array(path.utf8CString)
    let number = name.withUnsafeMutableBufferPointer { buffer in
      buffer.baseAddress.map { mkstemp($0) } ?? -1
    }
    guard number >= 0 else {
      let error = Errno(rawValue: errno)
      throw ExitReason.unusableFile(
        """
        tandem: --live keeps the command's output in a file until the end, and can't make one for \
        '\(path)': \(error); set TMPDIR, or redirect the output (>out.txt 2>&1)
        """)
    }
    _ = name.withUnsafeBufferPointer { $0.baseAddress.map { unlink($0) } }
    _ = fcntl(number, F_SETFD, FD_CLOEXEC)
    file = Descriptor(owning: number)
  }

  /// The file's descriptor, for the command's streams.
  var descriptor: CInt { file.rawValue }

  /// Writes what came since the last call.
  ///
  /// - Parameter target: where to.
  func passOn(to target: CInt) {
    passedOn.withLock { place in
      var chunk = [UInt8](repeating: 0, count: 65_536)
      while case let count = pread(file.rawValue, &chunk, chunk.count, place), count > 0 {
        LiveScreen.write(chunk[..<count], to: target)
        place += off_t(count)
      }
    }
  }

  /// The last line that isn't empty, or a part of a long one.
  var lastLine: String {
    var status = stat()
    guard fstat(file.rawValue, &status) == 0 else { return "" }
    var chunk = [UInt8](repeating: 0, count: Int(Self.tail))
    let count = pread(
      file.rawValue, &chunk, chunk.count, max(0, status.st_size - Self.tail))
    // A line that is redrawn, as a progress bar is, ends in a carriage return.
    let lines = chunk.prefix(max(0, count)).split { $0 == 0x0A || $0 == 0x0D }
    return String(decoding: lines.last ?? [], as: UTF8.self)
  }
}
