import ArgumentParser
import Glibc
import TandemLab

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
    parsing: .unconditional,
    help: ArgumentHelp(
      """
      With --pid: write one byte to the open file descriptor <n> when the observation has begun. It stays \
      open until Tandem ends.
      """, valueName: "n"))
  var readyFd: Int32?

  @Option(
    name: .customLong("vs"),
    help: ArgumentHelp(
      """
      Compare with another command, given as one argument for the shell: which is faster, by how much, \
      and why. Each is run once and observed, then both again in turns (--runs). If the first command is \
      interrupted, the second isn't run.
      """, valueName: "command"))
  var other: String?

  @Option(
    help: ArgumentHelp(
      """
      Run the command with each value, such as n=1,2,4, and compare time and CPU time: {n} in an argument \
      stands for the value, and the environment variable n has it too (OMP_NUM_THREADS=1,2,4). Each \
      is run once and observed, then all again in turns (--runs).
      """, valueName: "name=values"))
  var sweep: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      """
      With --vs or --sweep: how often each command is timed, besides the observed run (default: what 20 s \
      allow). These runs aren't observed, read /dev/null, and their output is discarded; all other \
      effects of the commands happen again. 1 repeats nothing.
      """, valueName: "n"))
  var runs: Int?

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

  /// The command with the variable that `--sweep` gives; nil without the option.
  ///
  /// - Returns: the sweep.
  /// - Throws: `ValidationError`.
  func swept() throws -> SweptCommand? {
    guard let sweep else { return nil }
    guard let equals = sweep.firstIndex(of: "="), equals > sweep.startIndex else {
      throw ValidationError("--sweep takes a name and values, such as n=1,2,4, not '\(sweep)'")
    }
    let values = sweep[sweep.index(after: equals)...]
    do throws(ExplainError) {
      return try SweptCommand(
        String(sweep[..<equals]),
        values.split(separator: ",", omittingEmptySubsequences: false).map(String.init), of: command
      )
    } catch {
      throw ValidationError("--sweep '\(sweep)': \(error.message)")
    }
  }

  /// Rejects numbers of runs that can't be, or where nothing is repeated.
  private func checkRuns() throws {
    if runs != nil, other == nil, sweep == nil {
      throw ValidationError("--runs goes with --vs or --sweep")
    }
    try Limits.check(runs, "--runs", 1...1000)
    guard !StandardStream.inputIsRepeatable else { return }
    let option = sweep != nil ? "--sweep" : (runs ?? 1) > 1 ? "--runs" : nil
    if let option {
      throw ValidationError(
        """
        \(option) runs the command again, without what the first run read from standard input: give it \
        </dev/null, or let it read a file itself
        """)
    }
  }

  /// Rejects a descriptor that nobody can be told by.
  private func checkReadyDescriptor() throws {
    guard let readyFd else { return }
    let access = readyFd > STDERR_FILENO ? fcntl(readyFd, F_GETFL) : -1
    guard access >= 0, access & O_ACCMODE != O_RDONLY else {
      throw ValidationError(
        "--ready-fd must be the number of an open descriptor above 2 that can be written, not \(readyFd)"
      )
    }
  }

  /// Says by `--ready-fd` that the observation has begun; does nothing without the option.
  ///
  /// The descriptor isn't for programs that Tandem starts: its reader sees Tandem's own end.
  ///
  /// - Returns: what says it.
  func sayReady() -> @Sendable () -> Void {
    guard let readyFd else { return {} }
    _ = fcntl(readyFd, F_SETFD, FD_CLOEXEC)
    return {
      var byte = UInt8(ascii: "\n")
      // A reader that has gone wants to know nothing.
      _ = Glibc.write(readyFd, &byte, 1)
    }
  }

  /// Rejects options that exclude each other.
  ///
  /// - Throws: `ValidationError`.
  func check() throws {
    if sweep != nil, other != nil {
      throw ValidationError("give either --sweep or --vs, not both")
    }
    if let pid {
      guard sweep == nil else {
        throw ValidationError("--sweep goes with a command, not with --pid")
      }
      guard command.isEmpty else {
        throw ValidationError("give either --pid or a command, not both")
      }
      guard other == nil else { throw ValidationError("--vs goes with a command, not with --pid") }
      guard pid > 0 else { throw ValidationError("--pid must be a process ID, not \(pid)") }
      try checkReadyDescriptor()
    } else {
      guard !command.isEmpty else {
        throw ValidationError("name the command to observe: tandem explain -- COMMAND")
      }
      guard duration == nil else {
        throw ValidationError("--for goes with --pid: a command is observed until its end")
      }
      guard readyFd == nil else { throw ValidationError("--ready-fd goes with --pid") }
    }
    if let other, other.allSatisfy(\.isWhitespace) {
      throw ValidationError("--vs needs a command")
    }
    _ = try swept()
    try checkRuns()
    if let duration, !(.milliseconds(1)...Self.longest).contains(duration) {
      throw ValidationError("--for must be between 1ms and 1000h")
    }
  }

  private static let longest = Duration.seconds(1000 * 3600)
}
