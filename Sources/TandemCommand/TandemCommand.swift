import ArgumentParser

/// The command `tandem`.
@main
struct TandemCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tandem",
    abstract: "Threads or processes? Tandem measures which, and says why.",
    version: "0.1.0",
    subcommands: [Compare.self, Doctor.self])
}
