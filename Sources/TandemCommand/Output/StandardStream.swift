import Glibc
import TandemReport
import TandemSystem

/// The streams that every process has.
enum StandardStream: CInt {
  /// Standard output.
  case output = 1
  /// Standard error.
  case error = 2

  /// Whether colour is wanted there: on a terminal that knows it, unless `NO_COLOR` says no (no-color.org).
  var wantsColor: Bool { isatty(rawValue) == 1 && Self.welcomesColor }

  /// Whether a terminal gets colour: it knows it, and `NO_COLOR` doesn't say no.
  static var welcomesColor: Bool {
    let noColor = getenv("NO_COLOR").map { $0.pointee != 0 } ?? false
    let terminal = getenv("TERM").map { String(cString: $0) } ?? "dumb"
    return !noColor && terminal != "dumb"
  }

  /// Whether text for people is written in UTF-8, as the locale says; in ASCII otherwise.
  static var isUTF8: Bool { Terminal.takesUTF8 }

  /// Text as the locale can write it.
  ///
  /// - Parameter text: the text.
  /// - Returns: the bytes for a stream or a file that people read.
  static func bytes(of text: String) -> [UInt8] {
    Array((isUTF8 ? text : ASCIIText.of(text)).utf8)
  }

  /// How a report is laid out for this stream.
  ///
  /// - Parameters:
  ///   - details: whether everything is printed.
  ///   - source: where the report comes from.
  /// - Returns: the options.
  func textOptions(details: Bool, source: TextOptions.Source = .command) -> TextOptions {
    TextOptions(
      width: columns ?? 100, color: wantsColor, details: details, ascii: !Self.isUTF8,
      source: source)
  }

  /// Writes text for people.
  ///
  /// - Parameter text: the text.
  /// - Throws: the error number of write(2).
  func write(_ text: String) throws(Errno) { try write(Self.bytes(of: text)) }

  /// The columns of the terminal there; nil when it isn't one.
  var columns: Int? { size.flatMap { $0.ws_col > 0 ? Int($0.ws_col) : nil } }

  /// The rows of the terminal there; nil when it isn't one.
  var rows: Int? { size.flatMap { $0.ws_row > 0 ? Int($0.ws_row) : nil } }

  /// Whether a command can read the same from standard input twice: whether it is a terminal, `/dev/null`
  /// or closed, and not a pipe or a file.
  static var inputIsRepeatable: Bool {
    var input = stat()
    var null = stat()
    guard fstat(STDIN_FILENO, &input) == 0 else { return true }
    if isatty(STDIN_FILENO) == 1 { return true }
    return stat("/dev/null", &null) == 0 && input.st_mode & S_IFMT == S_IFCHR
      && input.st_rdev == null.st_rdev
  }

  private var size: winsize? {
    var size = winsize()
    return ioctl(rawValue, UInt(TIOCGWINSZ), &size) == 0 ? size : nil
  }

  /// Writes all bytes, however long that takes.
  ///
  /// - Parameter bytes: the bytes.
  /// - Throws: the error number of write(2).
  func write(_ bytes: [UInt8]) throws(Errno) {
    // Lent for the call: the stream stays open.
    let stream = Descriptor(owning: rawValue)
    do throws(Errno) {
      try write(bytes, to: stream)
    } catch {
      _ = stream.relinquish()
      throw error
    }
    _ = stream.relinquish()
  }

  private func write(_ bytes: [UInt8], to stream: borrowing Descriptor) throws(Errno) {
    var rest = bytes[...]
    while !rest.isEmpty {
      // A page at a time, so that what was written is known when there is no more room.
      let chunk = Array(rest.prefix(Self.chunk))
      do throws(Errno) {
        try stream.writeAll(chunk)
        rest = rest.dropFirst(chunk.count)
      } catch {
        // Another process that shares the stream may have set O_NONBLOCK. A pipe takes such a chunk
        // whole or not at all (pipe(7), PIPE_BUF).
        guard error == .tryAgain else { throw error }
        var ready = pollfd(fd: rawValue, events: Int16(POLLOUT), revents: 0)
        poll(&ready, 1, -1)
      }
    }
  }

  private static let chunk = 4096
}
