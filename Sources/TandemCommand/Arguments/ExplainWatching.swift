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
      Show on the whole screen what the workers do while the program runs. q leaves the view, s sorts, \
      space pauses; a command goes on without the view, and the report follows. What a command would \
      write to the terminal is kept until the view is left, and instead of the terminal it reads \
      /dev/null.
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

  /// Rejects a view where none can be drawn, and runs that can't be repeated.
  ///
  /// - Throws: `ValidationError`.
  func check() throws {
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
    if live, let refusal = LiveTerminal.refusal { throw ValidationError(refusal) }
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
