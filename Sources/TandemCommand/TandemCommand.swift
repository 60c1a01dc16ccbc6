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
    subcommands: [Compare.self, Explain.self, Demo.self, Doctor.self])

  /// Runs the command that the arguments name, and ends the program.
  ///
  /// Not async: a command that isn't either then has the process to itself, without the threads and
  /// descriptors of Swift's runtime, whose lack would end the process without a word.
  static func main() {
    do {
      // Without it not even the arguments are known.
      if access("/proc/self/cmdline", R_OK) != 0 {
        throw ExitReason.system(
          "tandem: /proc isn't mounted, and nothing can be seen without it: mount -t proc proc /proc"
        )
      }
      var command = try parseAsRoot(LongCommand.parsed)
      if let command = command as? any AsyncParsableCommand { run(command) }
      try command.run()
    } catch {
      exit(withError: ExitReason.said(error))
    }
  }

  private static func run(_ command: sending any AsyncParsableCommand) -> Never {
    Task {
      var command = command
      do {
        try await command.run()
      } catch {
        exit(withError: ExitReason.said(error))
      }
      exit()
    }
    dispatchMain()
  }
}
