import ArgumentParser

/// Which program to watch.
struct ExplainTarget: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Observe a running program, with its threads and children.", valueName: "pid"))
  var pid: Int32?

  @Option(
    name: .customLong("for"), parsing: .unconditional,
    help: ArgumentHelp(
      
      """
      How long to observe it, such as 5s or 500ms (default: until the program ends or stands still, or \
      Ctrl-C).
      """, valueName: "time"),
    transform: TimeArgument.duration)
  var duration: Duration?

  @Option(
    name: .customLong("vs"),
    help: ArgumentHelp(
      """
      After the command, run another one, given as one argument for the shell, and explain the \
      difference of their wall times. If the first command is interrupted, the second isn't run.
      """, valueName: "command"))
  var other: String?

  @Argument(
    parsing: .captureForPassthrough,
    help: ArgumentHelp(
      "The command and its arguments. Tandem's own options come before it.", valueName: "command"),
    completion: .file())
  var words: [String] = []

  /// The command and its arguments.
  var command: [String] {
    let parsed = words.first == "--" ? Array(words.dropFirst()) : words
    return parsed.isEmpty ? [] : parsed + LongCommand.rest
  }

  /// The first word, when it looks like an option that Tandem doesn't have.
  var mistakenOption: String? {
    guard let first = words.first, first.hasPrefix("-"), first != "--", first != "-" else {
      return nil
    }
    return first
  }

  /// Rejects options that exclude each other.
  ///
  /// - Throws: `ValidationError`.
  func check() throws {
    if let pid {
      guard command.isEmpty else {
        throw ValidationError("give either --pid or a command, not both")
      }
      guard other == nil else { throw ValidationError("--vs goes with a command, not with --pid") }
      guard pid > 0 else { throw ValidationError("--pid must be a process ID, not \(pid)") }
    } else {
      guard !command.isEmpty else {
        throw ValidationError("name the command to observe: tandem explain -- COMMAND")
      }
      guard duration == nil else {
        throw ValidationError("--for goes with --pid: a command is observed until its end")
      }
    }
    if let other, other.allSatisfy(\.isWhitespace) {
      throw ValidationError("--vs needs a command")
    }
    if let duration, !(.milliseconds(1)...Self.longest).contains(duration) {
      throw ValidationError("--for must be between 1ms and 1000h")
    }
  }

  private static let longest = Duration.seconds(1000 * 3600)
}
