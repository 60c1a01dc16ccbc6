import Glibc
import TandemSystem

/// The streams that every process has.
enum StandardStream: CInt {
  /// Standard output.
  case output = 1
  /// Standard error.
  case error = 2

  /// Whether colour is wanted there: on a terminal that knows it, unless `NO_COLOR` says no (no-color.org).
  var wantsColor: Bool {
    guard isatty(rawValue) == 1 else { return false }
    let noColor = getenv("NO_COLOR").map { $0.pointee != 0 } ?? false
    let terminal = getenv("TERM").map { String(cString: $0) } ?? "dumb"
    return !noColor && terminal != "dumb"
  }

  /// The columns of the terminal there; nil when it isn't one.
  var columns: Int? {
    var size = winsize()
    guard ioctl(rawValue, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }

  /// Writes all bytes.
  ///
  /// - Parameter bytes: the bytes.
  /// - Throws: the error number of write(2).
  func write(_ bytes: [UInt8]) throws(Errno) {
    // Lent for the call: the stream stays open.
    let stream = Descriptor(owning: rawValue)
    do throws(Errno) {
      try stream.writeAll(bytes)
    } catch {
      _ = stream.relinquish()
      throw error
    }
    _ = stream.relinquish()
  }
}
