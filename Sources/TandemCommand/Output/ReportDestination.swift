import ArgumentParser
import Glibc
import TandemSystem

/// Where an option such as `--json` writes: a file, or standard output for `-`.
///
/// The file is opened before anything is measured, so that an unusable path is reported at once. Its
/// content is kept until there is something new to write.
final class ReportDestination {
  /// The file that was opened; nil stands for standard output.
  private let file: Descriptor?
  /// What is written there, as a failure calls it.
  private let what: String
  /// The file, as long as it is new and empty.
  private var unwritten: String?

  /// Opens the destination.
  ///
  /// - Parameters:
  ///   - path: a path, or `-`.
  ///   - what: what is written there, as a failure calls it.
  /// - Throws: an exit code of 66, after a line on standard error, when it can't be written.
  init(_ path: String, what: String = "the JSON") throws {
    self.what = what
    if path == "-" {
      file = nil
      return
    }
    do throws(Errno) {
      let isNew = access(path, F_OK) != 0
      file = try Descriptor.open(path, [.writeOnly, .create])
      unwritten = isNew ? path : nil
    } catch {
      throw ExitReason.unusableFile("tandem: can't write '\(path)': \(error)")
    }
  }

  /// Removes a new file that was never written, because the command ended early.
  deinit {
    if let unwritten { unlink(unwritten) }
  }

  /// Whether it goes to standard output, which then holds nothing else of Tandem's.
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
      // A reader may stop early, as head(1) does.
      if error == .brokenPipe, isStandardOutput { return }
      throw ExitReason.unusableFile("tandem: can't write \(what): \(error)")
    }
  }
}
