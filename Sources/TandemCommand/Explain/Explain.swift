import ArgumentParser
import Glibc
import TandemLab
import TandemModel
import TandemObserve
import TandemReport
import TandemSystem

/// `tandem explain`: why any program's threads and processes took the time they took.
struct Explain: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Watch any program and say what its threads and processes did, and waited for.",
    usage: """
      tandem explain [<options>] [--] <command> [<arguments> ...]
      tandem explain [<options>] --pid <pid> [--for <time>]
      """,
    discussion: """
      The command runs as it would without Tandem: its input, its output, its exit code and its \
      signals are its own. The report goes to standard error when it has ended, or to a file \
      (--output), and Tandem ends as the command did: with its exit code, or by its signal. Exit \
      codes of Tandem's own: 127 when there is no such command, 126 when it can't be executed, 64 for \
      arguments that can't be used, 66 for a file that can't be written, 71 when the system refuses, \
      such as --switches exact where there are none. The command isn't run then.

      What follows the command's name is the command's: 'tandem explain --json report.json make -j 4 \
      --json' gives the second --json to make. Put -- before a name that begins with a dash.

      When the command stops (Ctrl-Z), Tandem stops with it, and fg lets both go on. Ctrl-C goes to the \
      command, and the report comes when it has ended; when it doesn't end, a third \
      Ctrl-C within ten seconds ends the watching and leaves it running (exit code 130).
      """)

  @OptionGroup(title: "The program")
  var target: ExplainTarget

  @OptionGroup(title: "The watching")
  var watching: ExplainWatching

  @OptionGroup(title: "The report")
  var output: ExplainOutput

  func validate() throws {
    // The parser takes the first word that it doesn't know for the command's, also one with a dash.
    if let option = target.mistakenOption {
      if ["-h", "--help"].contains(option) { throw CleanExit.helpRequest(Self.self) }
      if option == "--version" { throw CleanExit.message(TandemVersion.current) }
      throw ValidationError(
        """
        unknown option '\(option)'; a command whose name begins with a dash has -- before it
        """)
    }
    try target.check()
    try watching.check(hasCommand: target.pid == nil)
    try output.check()
    if watching.costRuns != nil, target.pid != nil || target.other != nil {
      throw ValidationError(
        "--cost-runs goes with one command, not with \(target.pid == nil ? "--vs" : "--pid")")
    }
  }

  func run() throws {
    // Whoever closed standard error wants no report, and certainly not inside of some other file.
    StandardStreams.fillGaps()
    // Whoever reads the report may go away early; that is no reason to end otherwise than the program.
    signal(SIGPIPE, SIG_IGN)
    HeldProgram.raiseDescriptorLimit()
    let files = try output.open()
    let explainer = Explainer(watching: watching, machine: Machine.summary())
    var first = try target.explained(by: explainer)
    if let pairs = watching.costRuns {
      first.report.observer.cost =
        first.wasInterrupted
        ? CostRuns(pairsAsked: pairs, reason: "The command was interrupted.")
        : CostMeasurement(
          explainer: explainer, command: target.command, pairs: pairs, explained: first.report
        ).run()
    }
    if let other = target.other, !first.wasInterrupted {
      let second = try explainer.run(["/bin/sh", "-c", other])
      let difference = ExplainDifference(first: first.report, second: second.report)
      try end(like: [first, second]) { try output.write(first, second, difference, to: files) }
    } else {
      try end(like: [first]) { try output.write(first, to: files) }
    }
  }

  /// Ends as the first of the programs did that didn't end well.
  ///
  /// - Parameters:
  ///   - programs: what was seen.
  ///   - write: writes the report. What it throws counts only when every program ended well: whoever
  ///     looks at how Tandem ends wants to know how the program did.
  /// - Throws: the exit code.
  private func end(like programs: [Explained], after write: () throws -> Void) throws {
    // The program may have left the terminal to a process group that is no more (tcsetpgrp(3)).
    signal(SIGTTOU, SIG_IGN)
    // Who watches the live screen reads the report there.
    if watching.live, isatty(STDERR_FILENO) != 1 { LiveTerminal()?.becomeStandardError() }
    let writing = Result { try write() }
    for program in programs {
      if program.wasLeft { throw ExitCode(128 + SIGINT) }
      try ProgramEnd.repeated(program.report.exit)
    }
    try writing.get()
  }
}

/// What is printed of a program that was watched.
struct Explained {
  /// The report.
  var report: ExplainReport
  /// What its workers did when.
  var timeline: ObservedTimeline
  /// Whether the program goes on although the user asked for its end again and again.
  var wasLeft: Bool
  /// Whether somebody asked for an end meanwhile, of the program or of the watching.
  var wasInterrupted: Bool
}
