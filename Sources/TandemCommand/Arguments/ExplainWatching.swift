import ArgumentParser
import TandemLab

/// How to watch.
struct ExplainWatching: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      Where the times of switches come from: 'exact' (the kernel's records), 'sampled' (from /proc), or \
      'auto', which is exact where the kernel allows it.
      """, valueName: "source"))
  var switches: SwitchSource = .auto

  @Flag(
    help: """
      Show what the workers do while the program runs; those that wait most are first. Redirect the \
      command's own output (>out.txt 2>&1); the report then goes to the terminal.
      """)
  var live = false

  @Flag(
    help: """
      Let the report also cover what the command's first process did before it executed another program, \
      as a script does that finds an interpreter.
      """)
  var withLauncher = false

  @Option(
    name: .customLong("cost-runs"),
    help: ArgumentHelp(
      """
      Measure the cost of observing: after the command, run it <n> times more unobserved and <n> times \
      observed, in random order, and report the ratio of their wall times. These runs read /dev/null \
      and their output is discarded. All other effects of the command happen again. Ctrl-C ends \
      these runs and keeps what was measured.
      """, valueName: "n"))
  var costRuns: Int?

  /// Rejects a live screen without a terminal or with a command that writes to it, and runs that can't
  /// be repeated.
  ///
  /// - Parameter hasCommand: Whether a command will be run.
  /// - Throws: `ValidationError`.
  func check(hasCommand: Bool) throws {
    if let costRuns, !(1...1_000).contains(costRuns) {
      throw ValidationError("--cost-runs must be between 1 and 1000, not \(costRuns)")
    }
    if costRuns != nil, !StandardStream.inputIsRepeatable {
      throw ValidationError(
        """
        --cost-runs runs the command again, without what the first run read from standard input: \
        give it </dev/null, or let it read a file itself
        """)
    }
    guard live else { return }
    guard let terminal = LiveTerminal() else {
      throw ValidationError(
        "--live needs a terminal; without --live, the report comes at the end")
    }
    guard hasCommand, let shared = terminal.sharedOutput else { return }
    throw ValidationError(
      """
      --live needs the terminal to itself, but the command's \(shared) would go there too: redirect \
      the output (>out.txt 2>&1), or observe the running command from another terminal with --pid
      """)
  }
}

/// Where the times of switches come from.
enum SwitchSource: String, ExpressibleByArgument, CaseIterable {
  case auto, exact, sampled

  /// The library's name for it.
  var library: ExplainOptions.Switches {
    switch self {
    case .auto: .automatic
    case .exact: .exact
    case .sampled: .sampled
    }
  }
}
