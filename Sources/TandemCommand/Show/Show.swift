import ArgumentParser
import FoundationEssentials
import TandemReport
import TandemSystem

/// `tandem show`: prints a report that was saved as JSON.
struct Show: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print a report that --json saved, or make a page of it.",
    discussion: """
      It reads what 'tandem compare', 'tandem explain' (also with --vs and --sweep) and 'tandem doctor' \
      write with --json. The exit code is 65 for a file that is no such report, and 66 for one that can't \
      be read.
      """)

  @Argument(
    help: ArgumentHelp("The file, or '-' for standard input.", valueName: "file"),
    completion: .file())
  var file: String

  @Flag(help: "Print everything, rather than the answer.")
  var details = false

  @OptionGroup var page: PageOption

  func validate() throws {
    if page.html == file, file != "-" {
      throw ValidationError("--html can't write over the report itself, '\(file)'")
    }
    if page.html != nil, details {
      throw ValidationError("--details is for text; a page has everything")
    }
  }

  /// A report of many runs takes some megabytes.
  private static let mostBytes = 1 << 30

  func run() throws {
    let destination = try page.open()
    let name = file == "-" ? "standard input" : "'\(file)'"
    let data: Data
    do throws(Errno) {
      data = Data(try bytes())
    } catch {
      throw ExitReason.unusableFile("tandem: can't read \(name): \(error)")
    }
    let report: any TerminalReport
    do throws(SavedReport.Unreadable) {
      report = try SavedReport.decode(data)
    } catch {
      throw ExitReason.wrongData("tandem: can't show \(name): \(error.why)")
    }
    if let destination {
      guard let drawn = report as? any DigestedReport else {
        throw ExitReason.wrongData("tandem: can't make a page of \(name): it has nothing to draw")
      }
      return try destination.writePage(of: drawn, isSaved: true)
    }
    let output = StandardStream.output
    do throws(Errno) {
      try output.write(report.terminalText(output.textOptions(details: details, source: .file)))
    } catch {
      // A reader may stop early, as head(1) does.
      if error != .brokenPipe {
        throw ExitReason.unusableFile("tandem: can't write the report: \(error)")
      }
    }
  }

  private func bytes() throws(Errno) -> [UInt8] {
    if file != "-" {
      return try Descriptor.open(file, .readOnly).readAll(limit: Self.mostBytes)
    }
    let input = Descriptor(owning: 0)
    do throws(Errno) {
      let bytes = try input.readAll(limit: Self.mostBytes)
      _ = input.relinquish()
      return bytes
    } catch {
      _ = input.relinquish()
      throw error
    }
  }
}
