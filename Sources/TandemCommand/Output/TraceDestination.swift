import Glibc
import TandemSystem
import TandemTrace

/// Where `--trace` writes: a file, or standard output for `-`.
///
/// The file is opened before anything is observed, so that an unusable path is reported at once. Its content is kept until
/// the observation begins.
final class TraceDestination {
  /// The trace.
  let file: TraceFile
  /// The path.
  private let path: String
  private let isNew: Bool

  /// Opens the destination.
  ///
  /// - Parameters:
  ///   - path: a path, or `-`.
  ///   - form: the form.
  /// - Throws: an exit code of 66, after a line on standard error, when it can't be written.
  init(_ path: String, _ form: TraceFile.Form) throws {
    self.path = path
    isNew = path != "-" && access(path, F_OK) != 0
    do throws(Errno) {
      file = TraceFile(try Self.open(path), form)
    } catch {
      throw ExitReason.unusableFile("tandem: can't write '\(path)': \(error)")
    }
  }

  private static func open(_ path: String) throws(Errno) -> Descriptor {
    guard path == "-" else { return try Descriptor.open(path, [.writeOnly, .create]) }
    // A copy, so that the stream stays open.
    let stream = Descriptor(owning: STDOUT_FILENO)
    do throws(Errno) {
      let copy = try stream.duplicate(atLeast: STDERR_FILENO + 1)
      _ = stream.relinquish()
      return copy
    } catch {
      _ = stream.relinquish()
      throw error
    }
  }

  /// Removes a new file that was never written, because the command ended early.
  deinit {
    if isNew, !file.hasBegun { unlink(path) }
  }

  /// Says what could not be written.
  ///
  /// - Throws: an exit code of 66, after a line on standard error.
  func finish() throws {
    guard let failure = file.failure else { return }
    // A reader may stop early, as head(1) does.
    if failure == .brokenPipe, path == "-" { return }
    throw ExitReason.unusableFile(
      "tandem: can't write the trace: \(failure); '\(path)' ends there")
  }
}
