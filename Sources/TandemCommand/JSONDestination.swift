import ArgumentParser
import Glibc
import TandemSystem

/// Where `--json` writes: a file, or standard output for `-`.
///
/// The file is opened before anything is measured, so that a path that can't be written is told at
/// once, and not after half a minute of measuring; what it held before is only cut off when there is
/// something new to write.
final class JSONDestination {
  /// The file that was opened; nil stands for standard output.
  private let file: Descriptor?

  /// Opens the destination.
  ///
  /// - Parameter path: a path, or `-`.
  /// - Throws: an exit code of 66, after a line on standard error, when it can't be written.
  init(_ path: String) throws {
    if path == "-" {
      file = nil
      return
    }
    do throws(Errno) {
      file = try Descriptor.open(path, [.writeOnly, .create])
    } catch {
      throw CommandFailure.unusableFile("tandem: can't write '\(path)': \(error)")
    }
  }

  /// Whether the JSON goes to standard output, which then holds nothing else.
  var isStandardOutput: Bool { file == nil }

  /// Writes a whole document.
  ///
  /// - Parameter bytes: the document.
  /// - Throws: an exit code of 66, after a line on standard error, when it can't be written.
  func write(_ bytes: [UInt8]) throws {
    do throws(Errno) {
      switch file {
      case .some(let file):
        // Fails for pipes and terminals, which have no old content.
        _ = ftruncate(file.rawValue, 0)
        try file.writeAll(bytes)
      case .none:
        try StandardStream.output.write(bytes)
      }
    } catch {
      throw CommandFailure.unusableFile("tandem: can't write the JSON: \(error)")
    }
  }
}

/// Ways in which a command ends early, each with its one line on standard error.
enum CommandFailure {
  /// A file that can't be read or written: exit code 66 (sysexits.h, `EX_NOINPUT`).
  ///
  /// - Parameter line: what to say.
  /// - Returns: the exit code to throw.
  static func unusableFile(_ line: String) -> ExitCode {
    say(line, code: 66)
  }

  /// Arguments that can't be used: exit code 64 (sysexits.h, `EX_USAGE`).
  ///
  /// - Parameter line: what to say.
  /// - Returns: the exit code to throw.
  static func usage(_ line: String) -> ExitCode {
    say(line, code: 64)
  }

  private static func say(_ line: String, code: Int32) -> ExitCode {
    // Standard error may be closed; the exit code then has to tell it alone.
    try? StandardStream.error.write(Array((line + "\n").utf8))
    return ExitCode(code)
  }
}

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
