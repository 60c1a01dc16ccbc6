import ArgumentParser
import TandemModel

/// The command `tandem`.
@main
struct TandemCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tandem",
    abstract: "Threads or processes? Tandem measures which, and says why.",
    version: TandemVersion.current,
    subcommands: [Compare.self, Explain.self, Demo.self, Doctor.self])

  /// Runs the command that the arguments name, and ends the program.
  static func main() async {
    do {
      var command = try await asyncParseAsRoot()
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
    } catch {
      exit(withError: CommandFailure.said(error))
    }
  }
}
