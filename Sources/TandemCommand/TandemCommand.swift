import ArgumentParser
import TandemModel

/// The command `tandem`.
@main
struct TandemCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tandem",
    abstract: "Threads or processes? Tandem measures which, and says why.",
    version: TandemVersion.current,
    subcommands: [Compare.self, Demo.self, Doctor.self])
}
