import ArgumentParser
import TandemModel
import TandemReport

/// Which program to watch.
struct ExplainTarget: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Watch a program that runs already, with its threads and children.", valueName: "pid"))
  var pid: Int32?

  @Option(
    name: .customLong("for"),
    help: ArgumentHelp(
      "How long to watch a running program, such as 5s or 500ms; until its end or Ctrl-C without it.",
      valueName: "time"))
  var duration: String?

  @Option(
    name: .customLong("vs"),
    help: ArgumentHelp(
      """
      Run another command, given as one word for the shell, after the first, and say what makes one \
      take longer than the other.
      """, valueName: "command"))
  var other: String?

  @Argument(
    parsing: .captureForPassthrough,
    help: ArgumentHelp("The command and its arguments.", valueName: "command"))
  var words: [String] = []

  /// The command and its arguments.
  var command: [String] { words.first == "--" ? Array(words.dropFirst()) : words }

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
    if let duration {
      guard try TimeArgument.seconds(duration) > 0 else {
        throw ValidationError("--for must be longer than zero")
      }
    }
  }

  /// Runs the command, or finds the running program, and watches it.
  ///
  /// - Parameter explainer: how to watch.
  /// - Returns: what was seen.
  /// - Throws: an exit code, after a line on standard error.
  func explained(by explainer: Explainer) throws -> Explained {
    guard let pid else { return try explainer.run(command) }
    return try explainer.watch(pid, seconds: try duration.map { try TimeArgument.seconds($0) })
  }
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
}

/// Where the times of switches come from.
enum SwitchSource: String, ExpressibleByArgument, CaseIterable {
  case auto, exact, sampled
}

/// What to print.
struct ExplainOutput: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Write the report as JSON (schema tandem.explain/1) to a file, or to standard output for '-'.",
      valueName: "file"))
  var json: String?

  @Flag(help: "Leave out what each number means.")
  var brief = false

  @Flag(help: "Print only the line with concurrency and parallelism.")
  var quiet = false

  /// Writes the report for people to standard error, where nothing of the program's output is.
  ///
  /// - Parameter explained: what was seen.
  /// - Throws: what writing throws.
  func write(_ explained: Explained) throws {
    let stream = StandardStream.error
    let style = TerminalReport.Style(color: stream.wantsColor, width: stream.columns ?? 100)
    let text =
      quiet
      ? explained.report.headline + "\n"
      : ExplanationText(
        report: explained.report, timeline: explained.timeline, style: style, isBrief: brief
      ).text
    try stream.write(Array(text.utf8))
  }

  /// Writes what made one of two programs take longer.
  ///
  /// - Parameters:
  ///   - first: what was seen of the first program.
  ///   - second: what was seen of the second.
  ///   - difference: what the difference between them is.
  /// - Throws: what writing throws.
  func write(_ first: Explained, _ second: Explained, _ difference: ExplainDifference) throws {
    let stream = StandardStream.error
    let style = TerminalReport.Style(color: stream.wantsColor, width: stream.columns ?? 100)
    let text =
      quiet ? difference.sentence + "\n" : VersusText(difference, style: style).text
    try stream.write(Array(text.utf8))
  }
}
