import FoundationEssentials
import Glibc
import TandemReport
import TandemSystem

/// A report that was read from a file.
struct SavedResult {
  /// The file, or `-`.
  let file: String
  /// What the file is called in a line: in quotation marks, or `standard input`.
  let name: String
  /// What it holds.
  let saved: SavedReport

  /// The report.
  var report: any SchemaReport & TerminalReport { saved.report }

  /// A report of many runs takes some megabytes.
  private static let mostMiB = 64
  /// One byte more shows that a file is longer.
  private static let mostBytes = (mostMiB << 20) + 1

  /// Reads a report.
  ///
  /// - Parameter file: A path, or `-` for standard input.
  /// - Throws: An exit code, after a line on standard error, when it can't be read, or is no report.
  init(_ file: String) throws {
    self.file = file
    name = file == "-" ? "standard input" : "'\(file)'"
    let tooLarge =
      "tandem: can't show \(name): it has more than \(Self.mostMiB) MiB, and no report has"
    if Self.isTooLarge(file) { throw ExitReason.wrongData(tooLarge) }
    let data: Data
    do throws(Errno) {
      data = Data(try Self.bytes(of: file))
    } catch {
      throw ExitReason.unusableFile("tandem: can't read \(name): \(error)")
    }
    if data.count == Self.mostBytes { throw ExitReason.wrongData(tooLarge) }
    do throws(SavedReport.Unreadable) {
      saved = try SavedReport(data)
    } catch {
      throw ExitReason.wrongData("tandem: can't show \(name): \(error.why)")
    }
  }

  /// Whether a file says so itself; devices and pipes don't.
  private static func isTooLarge(_ file: String) -> Bool {
    var status = stat()
    return file != "-" && stat(file, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
      && status.st_size >= mostBytes
  }

  private static func bytes(of file: String) throws(Errno) -> [UInt8] {
    if file != "-" {
      return try Descriptor.open(file, .readOnly).readAll(limit: mostBytes)
    }
    let input = Descriptor(owning: 0)
    do throws(Errno) {
      let bytes = try input.readAll(limit: mostBytes)
      _ = input.relinquish()
      return bytes
    } catch {
      _ = input.relinquish()
      throw error
    }
  }
}
