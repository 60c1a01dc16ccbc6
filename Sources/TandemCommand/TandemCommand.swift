import ArgumentParser
import Dispatch
import Glibc
import TandemModel

/// The command `tandem`.
@main
struct TandemCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tandem",
    abstract: "Threads or processes? Tandem measures which, and says why.",
    version: TandemVersion.current,
    subcommands: [Compare.self, Explain.self, Show.self, Demo.self, Doctor.self])

  /// Runs the command that the arguments name, and ends the program.
  ///
  /// Not async: a command that isn't async either then has the process to itself, without the threads
  /// and descriptors of Swift's runtime, which ends the process silently when it can't have them.
  static func main() {
    do {
      // Without /proc not even the arguments are known.
      if access("/proc/self/cmdline", R_OK) != 0 {
        throw ExitReason.system(
          "tandem: /proc isn't mounted, and Tandem needs it: mount -t proc proc /proc"
        )
      }
      var command = try parseAsRoot(LongCommand.parsed)
      if let command = command as? any AsyncParsableCommand { run(command) }
      try command.run()
    } catch {
      exit(withError: said(error))
    }
  }

  private static func run(_ command: sending any AsyncParsableCommand) -> Never {
    Task {
      var command = command
      do {
        try await command.run()
      } catch {
        exit(withError: said(error))
      }
      exit()
    }
    dispatchMain()
  }

  /// Writes an error as one line.
  ///
  /// The parser would add the option's help and the usage, which hide the line that matters.
  ///
  /// - Parameter error: What ended the command; also a request for help, which is no failure.
  /// - Returns: The error to exit with, which writes nothing more.
  private static func said(_ error: any Error) -> any Error {
    let code = exitCode(for: error)
    let message = message(for: error)
    guard !code.isSuccess, !message.isEmpty else { return error }
    var line = message.split(whereSeparator: \.isNewline).joined(separator: " ")
    if code == .validationFailure, let help = helpCommand(for: error) {
      line += [".", "?"].contains(line.last) ? " See '\(help)'." : "; see '\(help)'"
    }
    return ExitReason.say("tandem: \(line)", code: code.rawValue)
  }

  /// The command that shows the help of the subcommand, as the parser names it.
  private static func helpCommand(for error: any Error) -> String? {
    let full = fullMessage(for: error, columns: 1000)
    let pattern = /See '(tandem [^']*--help)'/
    return full.firstMatch(of: pattern).map { String($0.1) }
  }
}
