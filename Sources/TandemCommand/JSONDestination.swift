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
  /// The file, as long as it is new and empty.
  private var unwritten: String?

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
      let isNew = access(path, F_OK) != 0
      file = try Descriptor.open(path, [.writeOnly, .create])
      unwritten = isNew ? path : nil
    } catch {
      throw CommandFailure.unusableFile("tandem: can't write '\(path)': \(error)")
    }
  }

  /// Takes a file away that was made for nothing, because the command ended early.
  deinit {
    if let unwritten { unlink(unwritten) }
  }

  /// Whether the JSON goes to standard output, which then holds nothing else.
  var isStandardOutput: Bool { file == nil }

  /// Writes a whole document.
  ///
  /// - Parameter bytes: the document.
  /// - Throws: an exit code of 66, after a line on standard error, when it can't be written.
  func write(_ bytes: [UInt8]) throws {
    unwritten = nil
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
