import ArgumentParser
import Glibc
import TandemModel
import TandemReport

/// Which program to watch.
struct ExplainTarget: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Watch a program that runs already, with its threads and children.", valueName: "pid"))
  var pid: Int32?

  @Option(
    name: .customLong("for"), parsing: .unconditional,
    help: ArgumentHelp(
      "How long to watch a running program, such as 5s or 500ms; until its end or Ctrl-C without it.",
      valueName: "time"),
    transform: TimeArgument.seconds)
  var duration: Double?

  @Option(
    name: .customLong("vs"),
    help: ArgumentHelp(
      """
      Run another command, given as one word for the shell, after the first, and say what makes one \
      take longer than the other. It isn't run when the first one is interrupted.
      """, valueName: "command"))
  var other: String?

  @Argument(
    parsing: .captureForPassthrough,
    help: ArgumentHelp(
      "The command and its arguments; options of Tandem's come before it.", valueName: "command"),
    completion: .file())
  var words: [String] = []

  /// The command and its arguments.
  var command: [String] {
    let parsed = words.first == "--" ? Array(words.dropFirst()) : words
    return parsed.isEmpty ? [] : parsed + LongCommand.rest
  }

  /// The first word, when it was meant as an option of Tandem's and there is none like it.
  var mistakenOption: String? {
    guard let first = words.first, first.hasPrefix("-"), first != "--", first != "-" else {
      return nil
    }
    return first
  }

  /// Refuses what doesn't go together.
  func check() throws {
    if let pid {
      guard command.isEmpty else {
        throw ValidationError("give either --pid or a command, not both")
      }
      guard other == nil else { throw ValidationError("--vs goes with a command, not with --pid") }
      guard pid > 0 else { throw ValidationError("--pid must be a process's number, not \(pid)") }
    } else {
      guard !command.isEmpty else {
        throw ValidationError("name the command to watch: tandem explain -- COMMAND")
      }
      guard duration == nil else {
        throw ValidationError("--for goes with --pid: a command is watched until its end")
      }
    }
    if let other, other.allSatisfy(\.isWhitespace) {
      throw ValidationError("--vs needs a command")
    }
    if let duration, !(0.001...Self.longestSeconds).contains(duration) {
      throw ValidationError("--for must be between 1ms and 1000h")
    }
  }

  /// Runs the command, or finds the running program, and watches it.
  ///
  /// - Parameter explainer: how to watch.
  /// - Returns: what was seen.
  /// - Throws: an exit code, after a line on standard error.
  func explained(by explainer: Explainer) throws -> Explained {
    guard let pid else { return try explainer.run(command) }
    return try explainer.watch(pid, seconds: duration)
  }

  private static let longestSeconds = 1000.0 * 3600
}

/// Commands with very many arguments, which the parser would take minutes for: its time goes with the
/// square of their number.
enum LongCommand {
  /// More words than all of Tandem's own options have: the command has begun there.
  private static let most = 100

  /// What the parser gets.
  static let parsed = Array(CommandLine.arguments.dropFirst().prefix(isLong ? most : .max))
  /// What follows that, all of it the command's.
  static let rest = isLong ? Array(CommandLine.arguments.dropFirst(1 + most)) : []

  private static let isLong = CommandLine.arguments.dropFirst().first == "explain"
}

/// How to watch.
struct ExplainWatching: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      Where the times of switches come from: exact (the kernel's records), sampled (looking at \
      /proc), or auto, which is exact where the kernel allows it.
      """, valueName: "source"))
  var switches: SwitchSource = .auto

  @Flag(
    help: """
      Show what the workers do while the program runs, those that wait most first. The command's own \
      output must go elsewhere (>out.txt 2>&1); the report then comes to the terminal.
      """)
  var live = false

  @Option(
    name: .customLong("cost-runs"),
    help: ArgumentHelp(
      """
      Measure what observing costs: when the command has ended and isn't interrupted, run it so many \
      times more as it is and as often observed, in turns, and report the ratio of their wall times. \
      These runs read nothing (/dev/null) and their output is thrown away, but what else the command \
      does it does again. Ctrl-C ends them and keeps what was measured.
      """, valueName: "n"))
  var costRuns: Int?

  /// Refuses a screen where there is no terminal, or where a command would draw over it, and runs that
  /// can't be repeated.
  ///
  /// - Parameter hasCommand: whether a command will be run.
  /// - Throws: `ValidationError`.
  func check(hasCommand: Bool) throws {
    if let costRuns, !(1...1_000).contains(costRuns) {
      throw ValidationError("--cost-runs must be between 1 and 1000, not \(costRuns)")
    }
    if costRuns != nil, !NowhereStreams.standInForInput {
      throw ValidationError(
        """
        --cost-runs runs the command again, and what it reads from standard input is gone then: \
        give it </dev/null, or let it read a file by itself
        """)
    }
    guard live else { return }
    guard let terminal = LiveTerminal() else {
      throw ValidationError(
        "--live needs a terminal; leave it out, and the report comes at the end")
    }
    guard hasCommand, let shared = terminal.sharedOutput else { return }
    throw ValidationError(
      """
      --live needs the terminal to itself, but the command's \(shared) would go there too: send it \
      elsewhere (>out.txt 2>&1), or watch the running command from another terminal with --pid
      """)
  }
}

/// Where the times of switches come from.
enum SwitchSource: String, ExpressibleByArgument, CaseIterable {
  case auto, exact, sampled
}
